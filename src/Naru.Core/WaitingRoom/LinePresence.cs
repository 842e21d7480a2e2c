namespace Naru.Core.WaitingRoom;

/// <summary>
/// Who is present, over all nodes, by position: what the mark moves over, and the prefix sums that tell visitors how many stand
/// ahead. Owner: the authority. Thread: its.
/// </summary>
internal sealed class LinePresence(RoomLedger ledger, NodeSeats seats)
{
    private const int RebuildMs = 1_000;

    private int[] _prefix = [0];
    private long _prefixFrom;
    private long _prefixEnd;
    private long _builtMs = long.MinValue / 2;
    private bool _builtInProbation;

    /// <summary>Until then nobody's heartbeat is known: everybody who took a place and did not claim counts as present.</summary>
    internal long ProbationUntilMs { get; set; } = long.MinValue;

    /// <summary>Nobody stands at this position or beyond.</summary>
    internal long Limit { get; set; } = 1;

    internal bool InProbation(long nowMs) => nowMs < ProbationUntilMs;

    internal int AliveIn(long block, long nowMs)
    {
        int alive = 0;
        foreach (var seat in seats.Present)
            alive += seat.AliveIn(block);
        foreach (var seat in seats.Ghosts)
            alive += seat.AliveIn(block);
        return InProbation(nowMs) ? Math.Max(alive, ledger.JoinedIn(block) - ledger.ClaimedIn(block)) : alive;
    }

    /// <summary>From the first block in [from, to) in which somebody is present to the last; false: nobody is.</summary>
    internal bool TryBound(long from, long to, long nowMs, out long first, out long end)
    {
        first = end = from;
        for (long block = from >> LineBlock.Shift; block << LineBlock.Shift < to; block++)
        {
            if (AliveIn(block, nowMs) == 0)
                continue;
            if (end == from)
                first = Math.Max(from, block << LineBlock.Shift);
            end = Math.Min(to, (block + 1) << LineBlock.Shift);
        }
        end = Math.Min(end, first + RoomLimits.LineMax);
        return end > first;
    }

    /// <summary>Present in [from, to) within one chunk beyond the mark.</summary>
    internal double AliveInChunk(long from, long to, long nowMs)
    {
        double alive = 0;
        foreach (var seat in seats.Present)
            alive += seat.AliveInChunk(from, to, Limit);
        foreach (var seat in seats.Ghosts)
            alive += seat.AliveInChunk(from, to, Limit);
        if (!InProbation(nowMs))
            return alive;
        // Of a lease that ended with its node nobody knows more than how far it was used.
        long block = from >> LineBlock.Shift;
        long start = block << LineBlock.Shift;
        long end = Math.Min(ledger.JoinedTo, start + LineBlock.Size);
        return from >= end ? alive : Math.Max(alive, ledger.JoinedIn(block) * (Math.Min(to, end) - from) / (double)(end - start));
    }

    /// <summary>Present beyond the mark in the mark's own block.</summary>
    internal int AliveFront(long nowMs)
    {
        double alive = 0;
        long end = Math.Min(Limit, ((ledger.Serving >> LineBlock.Shift) + 1) << LineBlock.Shift);
        for (long from = ledger.Serving; from < end;)
        {
            long to = Math.Min(end, (from & ~(NodeReport.FrontChunk - 1L)) + NodeReport.FrontChunk);
            alive += AliveInChunk(from, to, nowMs);
            from = to;
        }
        return (int)Math.Round(alive);
    }

    /// <summary>[i]: present in the i blocks from <paramref name="fromBlock"/> on. Built anew each second, and when the line grew by a block.</summary>
    internal int[] Prefix(long nowMs, out long fromBlock)
    {
        long first = ledger.Serving >> LineBlock.Shift;
        long end = Math.Max(first + 1, (Limit >> LineBlock.Shift) + 1);
        bool small = end - first <= 64;
        if (small || end != _prefixEnd || nowMs - _builtMs >= RebuildMs || nowMs < _builtMs || first < _prefixFrom || _builtInProbation != InProbation(nowMs))
        {
            int[] prefix = new int[end - first + 1];
            for (int i = 1; i < prefix.Length; i++)
                prefix[i] = prefix[i - 1] + AliveIn(first + i - 1, nowMs);
            (_prefix, _prefixFrom, _prefixEnd, _builtMs, _builtInProbation) = (prefix, first, end, nowMs, InProbation(nowMs));
        }
        fromBlock = _prefixFrom;
        return _prefix;
    }
}
