namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Slows, then refuses, who asks for their place far more often than told. The closest interval that is ever told is 0.25 s, to the
/// few who are called while the gate holds; one every 200 ms is let pass for several tabs, with twenty at once for a browser that wakes up.
/// <para>
/// The rule is GCRA (ITU-T I.371): an entry holds when the next poll is due if all had come evenly. The table is small and forgets:
/// of the four entries that a ticket may have, it takes over the one that was due first. Millions who poll as told push each other out
/// and nobody is ever slowed by another; who floods comes back before anybody else does. Which tickets share entries is a secret of the
/// process, or two that do could push each other out on purpose.
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

    // 256 KiB; the entries of a ticket lie side by side.
    private const int SetBits = 12;
    private const int Ways = 4;

    private readonly Entry[] _entries = new Entry[Ways << SetBits];
    private readonly ulong _secret = (ulong)Random.Shared.NextInt64();

    /// <param name="room">Tells rooms apart: their tickets bear the same numbers.</param>
    /// <param name="delayMs">With Slow: how long the answer is to be held back.</param>
    public PollVerdict Check(int room, long number, long nowMs, out int delayMs)
    {
        // Zero is the empty entry.
        ulong key = (((ulong)(uint)room << 48) ^ (ulong)number) + 1;
        ref var entry = ref Find(key);
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

    private ref Entry Find(ulong key)
    {
        // The finalizer of SplitMix64: each bit of the secret and of the key changes half of the bits (Steele, Lea, Flood 2014).
        ulong hash = key ^ _secret;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        hash ^= hash >> 31;
        var entries = _entries.AsSpan((int)(hash >> (64 - SetBits)) * Ways, Ways);
        int first = 0;
        for (int way = 0; way < Ways; way++)
        {
            if (entries[way].Key == key)
                return ref entries[way];
            if (entries[way].DueMs < entries[first].DueMs)
                first = way;
        }

        return ref entries[first];
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
