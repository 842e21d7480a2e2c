namespace Naru.Core.WaitingRoom.Joins;

/// <summary>
/// Rates of very many keys in fixed memory: the generic cell rate algorithm (ITU-T I.371), which keeps one time a key, in a table of
/// sets of four cells. A cell is 16 bits of the key's hash and 48 bits of time in 1/64 ms. A key whose time has passed owes nothing
/// and its cell is free; where a set is full, whoever owes least makes room, so a flood of strangers does not free a debtor. Two keys
/// of one set share their debt once in 65,536 pairs.
/// Owner: a limiter. Thread: any; lock-free. Invariant: memory is fixed at construction.
/// </summary>
internal sealed class DebtTable
{
    /// <summary>Up to 64,000 a second the interval is at least one unit.</summary>
    public const int UnitsPerMs = 64;

    private const int Ways = 4;
    private const int TimeBits = 48;
    private const ulong TimeMask = (1UL << TimeBits) - 1;

    private readonly ulong[] _cells;
    private readonly long _startMs;

    /// <param name="cells">A power of two of at least four.</param>
    public DebtTable(int cells, long startMs)
    {
        _cells = new ulong[cells];
        _startMs = startMs;
    }

    /// <summary>How far ahead of now the key's next join would be, in units; 0: it owes nothing.</summary>
    public long Debt(ulong hash, long nowMs)
    {
        ulong now = Units(nowMs);
        var set = Set(hash);
        foreach (ref ulong cell in set)
        {
            ulong value = Volatile.Read(ref cell);
            if (value >> TimeBits == hash >> TimeBits && (value & TimeMask) > now)
                return (long)((value & TimeMask) - now);
        }

        return 0;
    }

    /// <summary>Adds to the key's debt unless that would pass <paramref name="debtMax"/>, and tells the debt with it (or without, when refused).</summary>
    public bool TryAdd(ulong hash, long units, long debtMax, long nowMs, out long debt)
    {
        ulong now = Units(nowMs);
        ulong tag = hash >> TimeBits << TimeBits;
        var set = Set(hash);
        while (true)
        {
            int chosen = 0;
            ulong chosenValue = 0;
            ulong chosenTime = ulong.MaxValue;
            bool own = false;
            for (int i = 0; i < set.Length && !own; i++)
            {
                ulong value = Volatile.Read(ref set[i]);
                ulong time = value & TimeMask;
                own = (value & ~TimeMask) == tag && time > now;
                if (own || time < chosenTime)
                    (chosen, chosenValue, chosenTime) = (i, value, time);
            }

            long before = own ? (long)(chosenTime - now) : 0;
            debt = before + units;
            if (debt > debtMax)
            {
                debt = before;
                return false;
            }

            if (Interlocked.CompareExchange(ref set[chosen], tag | Math.Min(now + (ulong)debt, TimeMask), chosenValue) == chosenValue)
                return true;
        }
    }

    private ulong Units(long nowMs) => (ulong)Math.Max(0, nowMs - _startMs) * UnitsPerMs;

    private Span<ulong> Set(ulong hash) => _cells.AsSpan((int)(hash & ((ulong)_cells.Length - 1) & ~(ulong)(Ways - 1)), Ways);
}
