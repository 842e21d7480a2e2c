using Naru.Core.Config;

namespace Naru.Cli;

/// <summary>Ends a message about a name that nobody knows.</summary>
internal static class Nearest
{
    /// <summary><c>; did you mean 'web'?</c>, or nothing when no known name is near.</summary>
    public static string Hint(string given, IEnumerable<string> known)
        => NearestName.Find(given, known) is { } name ? $"; did you mean '{name}'?" : "";
}
