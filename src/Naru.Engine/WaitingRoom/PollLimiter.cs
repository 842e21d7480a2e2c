namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Slows, then refuses, who asks for their place far more often than told. The closest interval that is ever told is 0.25 s, to the
/// few who are called while the gate holds; one every 200 ms is let pass for several tabs, with twenty at once for a browser that wakes up.
/// <para>
/// The rule is GCRA (ITU-T I.371): an entry holds when the next poll is due if all had come evenly. The table is small and forgets:
/// a ticket that hashes to the same entry takes it over. Millions who poll as told push each other out and nobody is ever slowed by
/// another; who floods comes back before anybody else does.
/// </para>
/// Owner: a worker. Thread: its loop. Invariant: bounded memory, no allocation after construction.
/// </summary>
internal sealed class PollLimiter
{
    public const int IntervalMs = 200;

    /// <summary>Polls at once without any slowing.</summary>
    public const int Burst = 20;

    /// <summary>After these as many again are slowed; what comes beyond is refused.</summary>
    public const int Slowed = 20;

    public const int DelayMaxMs = 2000;

    // 256 KiB.
    private const int EntryBits = 14;

    private readonly Entry[] _entries = new Entry[1 << EntryBits];

    /// <param name="room">Tells rooms apart: their tickets bear the same numbers.</param>
    /// <param name="delayMs">With Slow: how long the answer is to be held back.</param>
    public PollVerdict Check(int room, long number, long nowMs, out int delayMs)
    {
        // Numbers follow each other: multiplying by the golden ratio spreads them (Knuth). Zero is the empty entry.
        ulong key = (((ulong)(uint)room << 48) ^ (ulong)number) + 1;
        ref var entry = ref _entries[(key * 0x9E3779B97F4A7C15) >> (64 - EntryBits)];
        if (entry.Key != key)
            entry = new Entry { Key = key };
        delayMs = 0;
        long due = Math.Max(entry.DueMs, nowMs) + IntervalMs;
        long early = due - nowMs;
        if (early > (Burst + Slowed) * IntervalMs)
            return PollVerdict.Refuse;
        entry.DueMs = due;
        if (early <= Burst * IntervalMs)
            return PollVerdict.Pass;
        delayMs = (int)Math.Min(DelayMaxMs, early - (Burst * IntervalMs));
        return PollVerdict.Slow;
    }

    private struct Entry
    {
        public ulong Key;
        public long DueMs;
    }
}

internal enum PollVerdict : byte
{
    Pass,
    Slow,
    Refuse,
}
