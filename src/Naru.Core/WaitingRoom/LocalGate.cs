namespace Naru.Core.WaitingRoom;

/// <summary>
/// What one node does alone while the store is lost: a rate of its own and a mark that goes on from where it stood.
/// Owner: the node. Thread: any loop. Invariant: admissions in any window t ≤ rate · t + 1.
/// </summary>
internal sealed class LocalGate
{
    /// <summary>When the next admission is due, in microseconds (GCRA without burst).</summary>
    private long _nextUs;
    private long _admissions;

    internal bool TryAdmit(double perSecond, long nowMs, out Grant grant)
    {
        grant = default;
        if (perSecond <= 0)
            return false;
        long nowUs = nowMs * 1000;
        long stepUs = (long)Math.Ceiling(1_000_000 / perSecond);
        long due = Volatile.Read(ref _nextUs);
        while (due <= nowUs)
        {
            // A millisecond holds many admissions of a high rate: what the clock is too coarse for is not lost.
            long next = Math.Max(due, nowUs - 1_000) + stepUs;
            long seen = Interlocked.CompareExchange(ref _nextUs, next, due);
            if (seen == due)
            {
                grant = new Grant(Grant.LocalSlot, Interlocked.Increment(ref _admissions));
                return true;
            }
            due = seen;
        }
        return false;
    }

    /// <summary>The mark moves over everybody who was present when the store was lost, as fast as they are admitted.</summary>
    internal static long Serving(RoomView view, double perSecond, long elapsedMs)
    {
        if (elapsedMs <= 0 || view.Waiting == 0)
            return view.Serving;
        double density = Math.Max(0.01, view.Waiting / (double)Math.Max(1, view.High - view.Serving));
        long end = Math.Min(view.High, view.UndrawnFrom);
        return Math.Max(view.Serving, Math.Min(end, view.Serving + (long)(perSecond * elapsedMs / 1000 / density)));
    }
}
