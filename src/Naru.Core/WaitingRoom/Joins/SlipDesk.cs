namespace Naru.Core.WaitingRoom.Joins;

/// <summary>What became of a slip.</summary>
public enum SlipResult : byte
{
    /// <summary>The visitor takes a number; the slip is used up.</summary>
    Join,

    /// <summary>The turn is still to come.</summary>
    NotYet,

    /// <summary>The turn was not taken in time; the visitor asks anew.</summary>
    Expired,

    /// <summary>Somebody has joined with it; the visitor asks anew.</summary>
    Spent,
}

/// <summary>
/// Takes genuine slips, each once. What is spent is remembered in fixed memory, in sets of eight cells: 32 bits of the puzzle and the
/// second it expires. Where a set is full of slips that could still be shown, the one that expires first is forgotten; it takes more
/// than 131,072 slowed joins within two minutes for that.
/// Owner: one per room. Thread: any; lock-free. Invariant: 1 MiB whatever comes; no allocation after construction.
/// </summary>
public sealed class SlipDesk
{
    private const int Cells = 131_072;
    private const int Ways = 8;

    private readonly ulong[] _spent = new ulong[Cells];

    /// <param name="slip">Genuine: <see cref="SlipCodec.Read"/> said Ok.</param>
    /// <param name="solution">What the visitor showed as done work; empty: nothing.</param>
    /// <param name="waitMs">With NotYet: how long still.</param>
    public SlipResult Take(in Slip slip, ReadOnlySpan<byte> solution, long nowMs, out int waitMs)
    {
        waitMs = 0;
        if (nowMs >= slip.ExpiresMs)
            return SlipResult.Expired;
        // The hash is computed only in the time in which it matters.
        bool early = nowMs < slip.ReadyUnsolvedMs;
        long readyMs = early && slip.WorkBits > 0 && ProofOfWork.IsSolved(slip.Puzzle, slip.WorkBits, solution) ? slip.ReadyMs : slip.ReadyUnsolvedMs;
        if (nowMs < readyMs)
        {
            waitMs = (int)Math.Min(readyMs - nowMs, int.MaxValue);
            return SlipResult.NotYet;
        }

        return TrySpend(slip, nowMs) ? SlipResult.Join : SlipResult.Spent;
    }

    private bool TrySpend(in Slip slip, long nowMs)
    {
        var set = _spent.AsSpan((int)(slip.Puzzle & (Cells - 1) & ~(ulong)(Ways - 1)), Ways);
        // Puzzles are random and signed, so their own bits spread well and nobody chooses them.
        ulong mine = (slip.Puzzle >> 32 << 32) | (uint)((slip.ExpiresMs / 1000) + 1);
        uint nowS = (uint)(nowMs / 1000);
        while (true)
        {
            int chosen = 0;
            ulong chosenValue = ulong.MaxValue;
            for (int i = 0; i < set.Length; i++)
            {
                ulong value = Volatile.Read(ref set[i]);
                if (value == mine && (uint)value > nowS)
                    return false;
                if ((uint)value < (uint)chosenValue)
                    (chosen, chosenValue) = (i, value);
            }

            if (Interlocked.CompareExchange(ref set[chosen], mine, chosenValue) == chosenValue)
                return true;
        }
    }
}
