namespace Naru.Core.WaitingRoom;

/// <summary>
/// What one node does alone while the store is lost: a rate of its own, and a mark that goes on from where it stood.
/// Owner: the node. Thread: any loop.
/// </summary>
internal sealed class LocalGate
{
    private readonly RateGate _gate = new();
    private readonly Lock _changing = new();
    private long _admissions;

    internal bool TryAdmit(double perSecond, long nowMs, out Grant grant)
    {
        grant = default;
        var share = perSecond <= 0 ? default : new RateShare(perSecond, Burst: 1);
        if (_gate.Share != share)
            lock (_changing)
                _gate.Change(share, debt: 0, nowMs);
        if (!_gate.TryAdmit(nowMs))
            return false;
        grant = new Grant(Grant.LocalSlot, Interlocked.Increment(ref _admissions));
        return true;
    }

    /// <summary>The mark moves over everybody who was present when the store was lost, as fast as they are admitted.</summary>
    internal static long Serving(RoomView view, double perSecond, long elapsedMs)
    {
        if (elapsedMs <= 0 || view.Waiting == 0)
            return view.Serving;
        double density = Math.Max(0.01, view.Waiting / (double)Math.Max(1, view.Limit - view.Serving));
        long end = Math.Min(view.Limit, view.UndrawnFrom);
        return Math.Max(view.Serving, Math.Min(end, view.Serving + (long)(perSecond * elapsedMs / 1000 / density)));
    }
}
