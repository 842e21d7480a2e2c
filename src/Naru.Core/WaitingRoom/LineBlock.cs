namespace Naru.Core.WaitingRoom;

/// <summary>
/// 1,024 positions of a line on one node: who polled lately, who tried to claim, and who did. Owner: the node. Thread: any loop writes single
/// bytes and bits, the keeper counts. Invariant: a claimed bit is never cleared once its admission is known.
/// </summary>
internal sealed class LineBlock
{
    internal const int Shift = 10;
    internal const int Size = 1 << Shift;
    internal const int Mask = Size - 1;

    /// <summary>A claim is under way on another loop.</summary>
    internal const int SlotUnknown = 0;

    /// <summary>Claimed, and the session is over or unknown here.</summary>
    internal const int SlotSpent = -1;

    internal readonly byte[] Beats = new byte[Size];

    private readonly long[] _claimed = new long[Size / 64];
    private readonly long[] _tried = new long[Size / 64];
    private int[]? _slots;

    internal bool IsClaimed(int index) => (Volatile.Read(ref _claimed[index >> 6]) & (1L << (index & 63))) != 0;

    /// <summary>False: somebody was first.</summary>
    internal bool TryClaim(int index)
    {
        long bit = 1L << (index & 63);
        return (Interlocked.Or(ref _claimed[index >> 6], bit) & bit) == 0;
    }

    /// <summary>True: for the first time.</summary>
    internal bool TryTry(int index)
    {
        long bit = 1L << (index & 63);
        return (Volatile.Read(ref _tried[index >> 6]) & bit) == 0 && (Interlocked.Or(ref _tried[index >> 6], bit) & bit) == 0;
    }

    /// <summary>Counts those who tried, were held, and are present, and lines them up at the gate.</summary>
    /// <param name="start">The first position of the block.</param>
    internal int CollectHeld(byte now, long start, GateQueue gate)
    {
        int held = 0;
        for (int word = 0; word < _tried.Length; word++)
            for (long bits = Volatile.Read(ref _tried[word]) & ~Volatile.Read(ref _claimed[word]); bits != 0; bits &= bits - 1)
            {
                int index = (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(bits);
                if (!HeartbeatClock.Alive(Beats[index], now))
                    continue;
                held++;
                gate.Add(start + index);
            }
        return held;
    }

    internal void Unclaim(int index) => Interlocked.And(ref _claimed[index >> 6], ~(1L << (index & 63)));

    /// <summary>The slot of a claimed position plus one, <see cref="SlotUnknown"/> or <see cref="SlotSpent"/>.</summary>
    internal int Slot(int index)
    {
        int[]? slots = Volatile.Read(ref _slots);
        return slots is null ? SlotUnknown : Volatile.Read(ref slots[index]);
    }

    internal void SetSlot(int index, int value)
    {
        int[]? slots = Volatile.Read(ref _slots);
        if (slots is null)
        {
            // The first claim of a block; four bytes a position, for the blocks within the grace alone.
            int[] mine = new int[Size];
            slots = Interlocked.CompareExchange(ref _slots, mine, null) ?? mine;
        }
        Volatile.Write(ref slots[index], value);
    }
}
