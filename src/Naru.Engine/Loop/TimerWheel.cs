namespace Naru.Engine.Loop;

/// <summary>
/// Hashed wheel of deadlines for integer keys. Links are integers, so arming writes no reference and costs the
/// collector nothing. Moving a deadline later, which every request does, is one store: the entry stays where it is and
/// moves when its old bucket comes up.
/// Thread: its loop. Invariant: a key fires at most once per arm, never before its deadline, at most one tick and the
/// loop's own delay after it.
/// </summary>
internal sealed class TimerWheel
{
    /// <summary>Resolution: no timeout of the configuration is meant to be exact below it.</summary>
    public const int TickMs = 16;

    // 1,024 buckets of 16 ms are 16 s a turn: nearly all timeouts are met in their first turn, 10 min ones in 37.
    private const int BucketCount = 1024;
    private const int BucketMask = BucketCount - 1;
    private const long Never = long.MaxValue;

    private readonly int[] _heads = new int[BucketCount];
    private readonly ulong[] _occupied = new ulong[BucketCount / 64];
    private Entry[] _entries = new Entry[256];
    private long _tick;

    public TimerWheel(long nowMs)
    {
        _heads.AsSpan().Fill(-1);
        Clear(0);
        _tick = nowMs / TickMs;
    }

    /// <summary>Room for keys below <paramref name="count"/>.</summary>
    public void Reserve(int count)
    {
        int old = _entries.Length;
        if (count <= old)
            return;
        Array.Resize(ref _entries, Math.Max(old * 2, count));
        Clear(old);
    }

    public void Arm(int key, long deadlineMs)
    {
        ref var entry = ref _entries[key];
        entry.DeadlineMs = deadlineMs;
        long tick = TickAtOrAfter(deadlineMs);
        if (entry.Bucket >= 0)
        {
            if (entry.Tick <= tick)
                return;
            Unlink(ref entry);
        }

        Link(key, ref entry, tick);
    }

    /// <summary>The key will not fire; its entry is swept when its bucket comes up.</summary>
    public void Disarm(int key) => _entries[key].DeadlineMs = Never;

    public bool IsArmed(int key) => _entries[key].DeadlineMs != Never;

    /// <summary>Fires what is due. The sink may arm and disarm any key, also the one that fires.</summary>
    public void Advance(long nowMs, ITimerSink sink)
    {
        long end = nowMs / TickMs;
        // After a long standstill one whole turn sees every bucket.
        if (end - _tick > BucketCount)
            _tick = end - BucketCount;
        while (_tick < end)
        {
            _tick++;
            int bucket = (int)(_tick & BucketMask);
            // Taken off one by one from the head: the sink may arm or disarm any key meanwhile. Nothing is ever linked
            // into the bucket that is being emptied (see Link), so this ends.
            while (_heads[bucket] is var key and >= 0)
            {
                ref var entry = ref _entries[key];
                Unlink(ref entry);
                if (entry.DeadlineMs == Never)
                    continue;
                if (entry.DeadlineMs > nowMs)
                {
                    Link(key, ref entry, TickAtOrAfter(entry.DeadlineMs));
                    continue;
                }

                entry.DeadlineMs = Never;
                sink.OnTimer(key);
            }
        }
    }

    /// <summary>Milliseconds until the next occupied bucket; -1 when nothing is armed.</summary>
    public int NextWaitMs(long nowMs)
    {
        for (int i = 1; i <= BucketCount; i++)
        {
            int bucket = (int)((_tick + i) & BucketMask);
            ulong word = _occupied[bucket >> 6] >> (bucket & 63);
            if (word == 0)
            {
                i += 63 - (bucket & 63);
                continue;
            }

            i += System.Numerics.BitOperations.TrailingZeroCount(word);
            return (int)Math.Max(0, ((_tick + i) * TickMs) - nowMs);
        }

        return -1;
    }

    // Rounded up, and never into a tick that has passed.
    private long TickAtOrAfter(long deadlineMs) => Math.Max(_tick + 1, (deadlineMs + TickMs - 1) / TickMs);

    private void Link(int key, ref Entry entry, long tick)
    {
        // A deadline more than a turn away is looked at again at the end of this turn.
        tick = Math.Min(tick, _tick + BucketCount - 1);
        int bucket = (int)(tick & BucketMask);
        entry.Tick = tick;
        entry.Bucket = bucket;
        entry.Previous = -1;
        entry.Next = _heads[bucket];
        if (entry.Next >= 0)
            _entries[entry.Next].Previous = key;
        _heads[bucket] = key;
        _occupied[bucket >> 6] |= 1UL << (bucket & 63);
    }

    private void Unlink(ref Entry entry)
    {
        if (entry.Next >= 0)
            _entries[entry.Next].Previous = entry.Previous;
        if (entry.Previous >= 0)
        {
            _entries[entry.Previous].Next = entry.Next;
        }
        else
        {
            _heads[entry.Bucket] = entry.Next;
            if (entry.Next < 0)
                _occupied[entry.Bucket >> 6] &= ~(1UL << (entry.Bucket & 63));
        }

        entry.Bucket = -1;
    }

    private void Clear(int from)
    {
        for (int i = from; i < _entries.Length; i++)
        {
            _entries[i].Bucket = -1;
            _entries[i].DeadlineMs = Never;
        }
    }

    private struct Entry
    {
        public int Next;
        public int Previous;

        /// <summary>-1: not linked.</summary>
        public int Bucket;

        public long Tick;
        public long DeadlineMs;
    }
}

/// <summary>Receives the keys whose deadline has come.</summary>
internal interface ITimerSink
{
    void OnTimer(int key);
}
