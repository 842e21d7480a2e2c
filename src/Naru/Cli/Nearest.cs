namespace Naru.Cli;

/// <summary>Finds what a mistyped name was meant to be.</summary>
internal static class Nearest
{
    /// <summary><c>; did you mean 'web'?</c>, or nothing when no known name is near.</summary>
    public static string Hint(string given, IEnumerable<string> known)
        => Find(given, known) is { } name ? $"; did you mean '{name}'?" : "";

    /// <summary>The known name with the fewest edits, if those are at most a third of its letters (and at least one is allowed).</summary>
    public static string? Find(string given, IEnumerable<string> known)
    {
        string? best = null;
        var bestEdits = int.MaxValue;
        foreach (var name in known)
        {
            var edits = Edits(given, name);
            if (edits < bestEdits && edits <= Math.Max(1, name.Length / 3))
                (best, bestEdits) = (name, edits);
        }
        return best;
    }

    /// <summary>Optimal string alignment distance: insert, delete, replace, or swap two neighbours.</summary>
    internal static int Edits(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j] + 1, cost[i, j - 1] + 1), cost[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }
        return cost[a.Length, b.Length];
    }
}
