namespace Naru.Core.WaitingRoom;

/// <summary>
/// Divides the rate among the nodes by what visitors try there. Owner: the authority. Thread: its.
/// Invariant: shares that are, or may be, in force at nodes never add up to more than the room's rate and burst: a share grows only
/// after the node that gave some up has said so.
/// </summary>
internal sealed class RateShares(List<NodeSeat> seats)
{
    /// <summary>Part of the rate that is divided evenly, so that a node without visitors can take one at once.</summary>
    private const double EvenPart = 0.1;

    /// <summary>
    /// A bucket of one admission loses much of its rate (<see cref="CallPlan.RareSeconds"/>): when there are more nodes than pairs
    /// of admissions in the burst, they take turns, so long each.
    /// </summary>
    private const int TurnMs = 2_000;

    private double _freeDebt;
    private long _freedMs;

    /// <summary>The node's report: what it had in force, and whether it knows of the last answer.</summary>
    internal void Take(NodeReport report, NodeSeat seat, long nowMs)
    {
        bool answered = report.AcceptedNumber == seat.AnsweredNumber;
        if (seat.InForce.PerSecond > 0 && report.Share.PerSecond <= 0 && answered)
        {
            // Given up: who takes it over owes what this node owed.
            _freeDebt = report.ShareDebt;
            _freedMs = nowMs;
        }
        seat.InForce = report.Share;
        if (answered)
            seat.Promised = report.Share;
    }

    /// <summary>What the node may use from now; growth is limited by what others may still use.</summary>
    /// <param name="isNew">Nobody was ever let in, so the first visitor finds the bucket full.</param>
    internal void Give(NodeSeat seat, RateShare whole, bool isNew, RoomUpdate update, long nowMs)
    {
        var wanted = Wanted(seat, whole, nowMs);
        double rateLeft = whole.PerSecond;
        double burstLeft = whole.Burst;
        foreach (var other in seats)
        {
            if (other == seat)
                continue;
            rateLeft -= Math.Max(other.InForce.PerSecond, other.Promised.PerSecond);
            burstLeft -= Math.Max(other.InForce.Burst, other.Promised.Burst);
        }
        var share = new RateShare(Math.Min(wanted.PerSecond, rateLeft), Math.Min(wanted.Burst, burstLeft));
        if (share.PerSecond <= 1e-9 || share.Burst < 1 - 1e-9)
            share = default;
        if (Math.Abs(share.PerSecond - seat.Promised.PerSecond) < 0.05 * share.PerSecond && share.PerSecond <= wanted.PerSecond
            && seats.Count > 1 && seat.Promised.PerSecond <= Math.Max(share.PerSecond, rateLeft) && seat.Promised.Burst <= burstLeft)
            share = seat.Promised;
        if (share.PerSecond > 0 && seat.InForce.PerSecond <= 0)
        {
            seat.TurnSinceMs = nowMs;
            double elapsed = Math.Max(0, nowMs - _freedMs) / 1000.0;
            update.ShareDebt = isNew ? 0 : seats.Count == 1 ? null : Math.Max(0, _freeDebt - elapsed * whole.PerSecond);
        }
        seat.Promised = share;
        update.Share = share;
    }

    /// <summary>Nodes that have a share at the same time.</summary>
    internal int Holders(RateShare whole) => Math.Clamp((int)(whole.Burst / 2 + 1e-9), 1, Math.Max(1, seats.Count));

    private RateShare Wanted(NodeSeat seat, RateShare whole, long nowMs)
    {
        int holders = Holders(whole);
        if (whole.PerSecond <= 0)
            return default;
        if (seats.Count == 1)
            return whole;
        if (holders < seats.Count && !HasTurn(seat, holders, nowMs))
            return default;
        double all = 0;
        foreach (var other in seats)
            if (other == seat || holders == seats.Count || other.Promised.PerSecond > 0)
                all += other.Demand;
        double part = all <= 0 ? 1.0 / holders : EvenPart / holders + (1 - EvenPart) * seat.Demand / all;
        return new RateShare(whole.PerSecond * part, 1 + Math.Max(0, whole.Burst - holders) * part);
    }

    /// <summary>
    /// One who has it keeps it for a while, and for as long as nobody else has visitors at the gate; then whoever had none for the
    /// longest time takes it.
    /// </summary>
    private bool HasTurn(NodeSeat seat, int holders, long nowMs)
    {
        int holding = 0;
        int asking = 0;
        bool next = true;
        foreach (var other in seats)
        {
            if (other == seat)
                continue;
            bool holds = other.Promised.PerSecond > 0 || other.InForce.PerSecond > 0;
            bool asks = !holds && other.Asks;
            holding += holds ? 1 : 0;
            asking += asks ? 1 : 0;
            next &= !asks || seat.TurnEndedMs < other.TurnEndedMs || (seat.TurnEndedMs == other.TurnEndedMs && seat.Asks);
        }
        if (seat.Promised.PerSecond <= 0)
            return holding < holders && next;
        bool keeps = asking == 0 || (seat.Asks && nowMs - seat.TurnSinceMs < TurnMs);
        if (!keeps)
            seat.TurnEndedMs = nowMs;
        return keeps;
    }
}
