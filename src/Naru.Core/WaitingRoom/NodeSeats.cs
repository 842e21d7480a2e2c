namespace Naru.Core.WaitingRoom;

/// <summary>
/// The nodes that take part in a room, and when each was last heard of. Owner: the authority. Thread: its.
/// </summary>
internal sealed class NodeSeats
{
    private const int NodeSilentMs = 3_000;

    /// <summary>A node that was not heard for longer may know of sessions what the authority does not; RoomSessions allows for less.</summary>
    internal const int LateMs = 4 * RoomLimits.TickMs;

    private long _gapMs;
    private long _gapUntilMs;

    /// <summary>Heard of lately.</summary>
    internal List<NodeSeat> Present { get; } = [];

    /// <summary>Silent nodes: their visitors turn to others, each when the next poll is due.</summary>
    internal List<NodeSeat> Ghosts { get; } = [];

    /// <summary>There is one node, and visitors of no other.</summary>
    internal bool IsOne => Present.Count == 1 && Ghosts.Count == 0;

    /// <summary>The seat of a node that is heard of now.</summary>
    internal NodeSeat Hear(NodeReport report, long nowMs)
    {
        var seat = Present.Find(s => s.NodeId == report.NodeId);
        if (seat is null)
        {
            seat = Ghosts.Find(s => s.NodeId == report.NodeId) ?? new NodeSeat(report.NodeId) { AnsweredNumber = report.AcceptedNumber, LastTickMs = nowMs };
            Ghosts.Remove(seat);
            Present.Add(seat);
        }
        NoteGap(nowMs - seat.LastTickMs, nowMs);
        seat.LastTickMs = nowMs;
        return seat;
    }

    /// <summary>What happened up to here was told by all nodes that are not given up.</summary>
    internal long HeardMs(long nowMs)
    {
        long lateMs = nowMs < _gapUntilMs ? _gapMs : 0;
        foreach (var seat in Present)
            if (nowMs - seat.LastTickMs > LateMs)
                lateMs = Math.Max(lateMs, nowMs - seat.LastTickMs);
        return nowMs - lateMs;
    }

    /// <summary>A node that has been silent for too long; null: there is none.</summary>
    internal NodeSeat? FindSilent(long nowMs) => Present.FindLast(s => nowMs - s.LastTickMs > NodeSilentMs);

    /// <summary>Gives up a node: what it had is not its own any more, and its visitors will turn up elsewhere.</summary>
    internal void Drop(NodeSeat seat)
    {
        seat.Leases.Clear();
        seat.Held = 0;
        seat.InForce = seat.Promised = default;
        Present.Remove(seat);
        Ghosts.Add(seat);
    }

    /// <summary>By now the visitors of these have turned up elsewhere, or are gone.</summary>
    internal void ForgetGhosts(long nowMs) => Ghosts.RemoveAll(g => nowMs - g.LastTickMs > RoomLimits.SilenceMaxMs);

    /// <summary>A node that comes back after a pause needs a sweep of its sessions to tell which were used meanwhile.</summary>
    private void NoteGap(long gapMs, long nowMs)
    {
        if (gapMs <= LateMs)
            return;
        _gapMs = nowMs < _gapUntilMs ? Math.Max(_gapMs, gapMs) : gapMs;
        _gapUntilMs = nowMs + RoomSessions.SweepMs + Math.Min(2 * gapMs, NodeSilentMs);
    }
}
