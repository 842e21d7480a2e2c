namespace Naru.Core.WaitingRoom;

/// <summary>
/// Moves the serving mark over as many present visitors as shall come now; over those who are gone for nothing.
/// Owner: the authority. Thread: its. Invariant: the mark never goes back and never passes a number that may still be handed out.
/// </summary>
internal sealed class LineCaller(RoomLedger ledger, LinePresence presence)
{
    /// <returns>Present visitors who were called.</returns>
    internal double Call(double need, long limit, long turnMs, long nowMs)
    {
        long serving = ledger.Serving;
        double called = 0;
        while (need - called >= 0.5 && serving < limit)
        {
            long end = ChunkEnd(serving, limit, nowMs, out double alive);
            double missing = need - called;
            if (alive > missing)
            {
                // Evenly spread within the chunk, as far as anybody knows.
                long part = Math.Max(1, (long)Math.Floor((end - serving) * missing / alive));
                alive *= part / (double)(end - serving);
                end = serving + part;
            }
            called += alive;
            serving = end;
        }
        if (serving > ledger.Serving)
            ledger.SetServing(serving, turnMs);
        return called;
    }

    /// <summary>The next stretch with one count: a chunk, or a whole block in which nobody stands.</summary>
    private long ChunkEnd(long from, long limit, long nowMs, out double alive)
    {
        long block = from >> LineBlock.Shift;
        long blockEnd = (block + 1) << LineBlock.Shift;
        if ((from & LineBlock.Mask) == 0 && blockEnd <= limit && presence.AliveIn(block, nowMs) == 0)
        {
            alive = 0;
            return blockEnd;
        }
        long end = Math.Min(limit, (from & ~(NodeReport.FrontChunk - 1L)) + NodeReport.FrontChunk);
        alive = presence.AliveInChunk(from, end, nowMs);
        return end;
    }
}
