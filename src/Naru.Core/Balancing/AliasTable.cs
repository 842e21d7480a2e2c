namespace Naru.Core.Balancing;

/// <summary>
/// A draw in proportion to weight with one look-up, whatever the number of servers (Walker 1977, Vose 1991): each column
/// holds one server up to its threshold and another, its alias, above.
/// </summary>
internal sealed class AliasTable : BalanceTable
{
    private readonly ulong[] _thresholds;
    private readonly int[] _aliases;

    private AliasTable(ulong[] thresholds, int[] aliases)
    {
        _thresholds = thresholds;
        _aliases = aliases;
    }

    /// <summary>Null: all weights are equal, and any column will do.</summary>
    internal static AliasTable? Build(EligibleSet set, TableInput input) =>
        set.HasEqualWeights ? null : Compute(set.Weights, set.TotalWeight);

    internal int Draw(ref FastRandom random)
    {
        // The high half of the product is the column, the low half is uniform within it.
        int column = (int)Math.BigMul(random.NextUInt64(), (ulong)_thresholds.Length, out ulong within);
        return within < _thresholds[column] ? column : _aliases[column];
    }

    private static AliasTable Compute(int[] weights, long total)
    {
        int count = weights.Length;
        var thresholds = new ulong[count];
        var aliases = new int[count];
        var light = new Stack<int>();
        var heavy = new Stack<int>();

        // In whole numbers: a column holds `total`, a server brings weight · count; the sum is exact.
        var rest = new long[count];
        for (int i = 0; i < count; i++)
        {
            rest[i] = (long)weights[i] * count;
            (rest[i] < total ? light : heavy).Push(i);
            thresholds[i] = ulong.MaxValue;
            aliases[i] = i;
        }
        while (light.TryPop(out int poor) && heavy.TryPop(out int rich))
        {
            thresholds[poor] = (ulong)((double)rest[poor] / total * ulong.MaxValue);
            aliases[poor] = rich;
            rest[rich] -= total - rest[poor];
            (rest[rich] < total ? light : heavy).Push(rich);
        }
        return new AliasTable(thresholds, aliases);
    }
}
