namespace Naru.Core.WaitingRoom;

/// <summary>
/// Sessions as one node knows them, by slot. Owner: the node. Thread: any loop; the keeper alone makes it grow.
/// Invariant: admissions of a slot only grow, so a pass of an earlier holder never becomes valid again.
/// </summary>
internal sealed class SlotTable
{
    private const int ChunkShift = 10;
    private const int ChunkSize = 1 << ChunkShift;

    /// <summary>So long ago that any use is news; 0 instead asks to report a session even unused.</summary>
    private const long NothingReported = 1;

    private Chunk[] _chunks = [];

    private sealed class Chunk
    {
        /// <summary>Admission × 2, plus 1 while the session lives.</summary>
        internal readonly long[] State = new long[ChunkSize];
        internal readonly long[] Number = new long[ChunkSize];
        internal readonly long[] LastSeenMs = new long[ChunkSize];
        internal readonly long[] ReportedMs = new long[ChunkSize];
        internal readonly int[] Holds = new int[ChunkSize];
    }

    internal int Capacity => Volatile.Read(ref _chunks).Length * ChunkSize;

    internal void Grow(int slots)
    {
        int chunks = (slots + ChunkSize - 1) >> ChunkShift;
        if (chunks <= _chunks.Length)
            return;
        var grown = new Chunk[chunks];
        _chunks.CopyTo(grown, 0);
        for (int i = _chunks.Length; i < chunks; i++)
            grown[i] = new Chunk();
        Volatile.Write(ref _chunks, grown);
    }

    /// <summary>A visitor took the grant.</summary>
    internal void Start(Grant grant, long number, long nowMs)
    {
        if (!Find(grant.Slot, out var chunk, out int index))
            return;
        Volatile.Write(ref chunk.Number[index], number);
        Volatile.Write(ref chunk.LastSeenMs[index], nowMs);
        Volatile.Write(ref chunk.ReportedMs[index], nowMs);
        Advance(ref chunk.State[index], (grant.Admission << 1) | 1);
    }

    /// <param name="mayAdopt">A pass that is newer than what is known here counts: another node gave it out, or this one before a crash.</param>
    internal PassCheck Touch(int slot, long admission, bool mayAdopt, long nowMs)
    {
        if (!Find(slot, out var chunk, out int index))
            return PassCheck.Superseded;
        long state = Volatile.Read(ref chunk.State[index]);
        long live = (admission << 1) | 1;
        if (state != live)
        {
            if (state >> 1 == admission)
                return PassCheck.Expired;
            if (state > live || !mayAdopt)
                return PassCheck.Superseded;
            Volatile.Write(ref chunk.ReportedMs[index], 0);
            Volatile.Write(ref chunk.Number[index], 0);
            if (Interlocked.CompareExchange(ref chunk.State[index], live, state) != state)
                return Touch(slot, admission, mayAdopt, nowMs);
        }
        if (chunk.LastSeenMs[index] < nowMs)
            Volatile.Write(ref chunk.LastSeenMs[index], nowMs);
        return PassCheck.Valid;
    }

    /// <summary>False: the slot is not known yet, and not held. The table may grow before the hold would end.</summary>
    internal bool Hold(int slot)
    {
        if (!Find(slot, out var chunk, out int index))
            return false;
        Interlocked.Increment(ref chunk.Holds[index]);
        return true;
    }

    internal void Unhold(int slot, long nowMs)
    {
        if (!Find(slot, out var chunk, out int index))
            return;
        Interlocked.Decrement(ref chunk.Holds[index]);
        Volatile.Write(ref chunk.LastSeenMs[index], nowMs);
    }

    /// <summary>True: the session lived until now.</summary>
    internal bool End(Grant grant)
    {
        if (!Find(grant.Slot, out var chunk, out int index))
            return false;
        long live = (grant.Admission << 1) | 1;
        if (Interlocked.CompareExchange(ref chunk.State[index], grant.Admission << 1, live) == live)
            return true;
        Advance(ref chunk.State[index], grant.Admission << 1);
        return false;
    }

    /// <summary>What another node, or the store, knows. When it was last used is not known here, so the next use is reported.</summary>
    internal void Learn(Grant grant, long number)
    {
        if (!Find(grant.Slot, out var chunk, out int index) || Volatile.Read(ref chunk.State[index]) >> 1 >= grant.Admission)
            return;
        Volatile.Write(ref chunk.Number[index], number);
        Volatile.Write(ref chunk.LastSeenMs[index], 0);
        Volatile.Write(ref chunk.ReportedMs[index], NothingReported);
        Advance(ref chunk.State[index], (grant.Admission << 1) | 1);
    }

    /// <summary>The grant of a slot that <paramref name="number"/> holds; none when the session is over or another's.</summary>
    internal Grant HeldBy(int slot, long number)
    {
        if (!Find(slot, out var chunk, out int index))
            return default;
        long state = Volatile.Read(ref chunk.State[index]);
        return (state & 1) != 0 && Volatile.Read(ref chunk.Number[index]) == number ? new Grant(slot, state >> 1) : default;
    }

    /// <summary>Sessions of the slots [from, to) that were seen since they were reported; those held open count as seen now.</summary>
    internal void ReportSeen(int from, int to, long nowMs, int granularityMs, List<SessionSeen> seen)
    {
        for (int slot = from; slot < to; slot++)
        {
            Find(slot, out var chunk, out int index);
            long state = Volatile.Read(ref chunk.State[index]);
            if ((state & 1) == 0)
                continue;
            if (Volatile.Read(ref chunk.Holds[index]) > 0)
                Volatile.Write(ref chunk.LastSeenMs[index], nowMs);
            long last = Volatile.Read(ref chunk.LastSeenMs[index]);
            long reported = Volatile.Read(ref chunk.ReportedMs[index]);
            if (reported != 0 && last - reported < granularityMs)
                continue;
            Volatile.Write(ref chunk.ReportedMs[index], Math.Max(1, last));
            seen.Add(new SessionSeen(new Grant(slot, state >> 1), Volatile.Read(ref chunk.Number[index]), last));
        }
    }

    /// <summary>Every session is reported anew.</summary>
    internal void ForgetReports()
    {
        foreach (var chunk in _chunks)
            Array.Clear(chunk.ReportedMs);
    }

    /// <summary>Every session ends whose admission is below.</summary>
    internal void EndBelow(long admission)
    {
        foreach (var chunk in _chunks)
            foreach (ref long state in chunk.State.AsSpan())
            {
                long value = Volatile.Read(ref state);
                if ((value & 1) != 0 && value >> 1 < admission)
                    Interlocked.CompareExchange(ref state, value & ~1L, value);
            }
    }

    /// <summary>Never back to an earlier admission.</summary>
    private static void Advance(ref long state, long to)
    {
        long seen = Volatile.Read(ref state);
        while (seen >> 1 < to >> 1)
        {
            long before = Interlocked.CompareExchange(ref state, to, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    private bool Find(int slot, out Chunk chunk, out int index)
    {
        var chunks = Volatile.Read(ref _chunks);
        index = slot & (ChunkSize - 1);
        int number = slot >> ChunkShift;
        bool known = (uint)number < (uint)chunks.Length;
        chunk = known ? chunks[number] : null!;
        return known;
    }
}
