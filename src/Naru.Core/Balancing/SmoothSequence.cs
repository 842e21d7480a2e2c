namespace Naru.Core.Balancing;

/// <summary>
/// One period of smooth weighted round robin (nginx): each step every server's current value grows by its weight, the
/// largest is chosen and loses the sum of all weights. Computed once for a set, so a pick is one look-up.
/// Servers of equal weight take turns, hence one current value per distinct weight is enough: a step costs the number of
/// distinct weights, not of servers.
/// </summary>
internal sealed class SmoothSequence : BalanceTable
{
    /// <summary>A period is at most this long per server: weights keep a resolution of 1/32 of the average one...</summary>
    internal const int MaxLengthPerServer = 32;

    /// <summary>...and of small pools a finer one: weights up to 1000 of a few servers are exact.</summary>
    internal const int MaxLengthOfSmallPool = 4096;

    private SmoothSequence(int[] order) => Order = order;

    /// <summary>Indexes into <see cref="EligibleSet.Servers"/>.</summary>
    internal int[] Order { get; }

    /// <summary>Null: all weights are equal, and plain round robin needs no table.</summary>
    internal static SmoothSequence? Build(EligibleSet set, TableInput input) =>
        set.HasEqualWeights ? null : new SmoothSequence(Compute(Quantise(set.Weights)));

    /// <summary>The smallest whole weights in the same proportion whose sum, the length of the period, is within bounds.</summary>
    internal static int[] Quantise(int[] weights)
    {
        int[] quantised = Reduce(weights);
        long sum = quantised.Sum(w => (long)w);
        long maxLength = Math.Max(MaxLengthOfSmallPool, (long)MaxLengthPerServer * weights.Length);
        if (sum <= maxLength)
            return quantised;
        for (int i = 0; i < quantised.Length; i++)
            quantised[i] = Math.Max(1, (int)Math.Floor(quantised[i] * (double)maxLength / sum));
        return Reduce(quantised);
    }

    internal static int[] Compute(int[] weights)
    {
        Group[] groups = [.. weights
            .Select((weight, index) => (weight, index))
            .GroupBy(s => s.weight, s => s.index)
            .Select(g => new Group { Weight = g.Key, Members = [.. g] })];
        int[] order = new int[weights.Sum()];
        for (int step = 0; step < order.Length; step++)
        {
            Group? best = null;
            foreach (Group group in groups)
            {
                group.Current += group.Weight;
                if (best is null || group.Precedes(best))
                    best = group;
            }
            order[step] = best!.TakeTurn(order.Length);
        }
        return order;
    }

    private static int[] Reduce(int[] weights)
    {
        int divisor = weights.Aggregate(GreatestCommonDivisor);
        return [.. weights.Select(w => w / divisor)];
    }

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }

    private sealed class Group
    {
        private int _turn;

        internal required int Weight { get; init; }

        internal required int[] Members { get; init; }

        /// <summary>Of the member whose turn is next; the others hold the same or a smaller value.</summary>
        internal long Current { get; set; }

        private int Head => Members[_turn];

        internal bool Precedes(Group other) =>
            Current > other.Current || (Current == other.Current && Head < other.Head);

        internal int TakeTurn(int sumOfWeights)
        {
            int chosen = Head;
            if (++_turn == Members.Length)
            {
                _turn = 0;
                Current -= sumOfWeights;
            }
            return chosen;
        }
    }
}
