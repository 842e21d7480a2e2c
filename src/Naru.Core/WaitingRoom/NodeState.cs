using Naru.Core.WaitingRoom.Forecast;

namespace Naru.Core.WaitingRoom;

/// <summary>What loops of one node look at: the view and the blocks that belong to it. Immutable; replaced whole by the keeper.</summary>
internal sealed class NodeState(RoomView? view, LineBlocks blocks, GateQueue gate, RateShare share, long acceptedMs, long joinsSeen)
{
    internal static readonly NodeState Empty = new(null, LineBlocks.Empty, new GateQueue(), default, long.MinValue / 2, 0);

    internal RoomView? View { get; } = view;

    internal LineBlocks Blocks { get; } = blocks;

    internal GateQueue Gate => gate;

    /// <summary>By this node's clock.</summary>
    internal long AcceptedMs { get; } = acceptedMs;

    internal bool StoreLost(long nowMs) => nowMs - AcceptedMs > RoomLimits.StoreLostMs;

    /// <summary>Between two views time goes on: the schedule is kept to the millisecond.</summary>
    internal RoomPhase Phase(long nowMs)
    {
        var view = View!;
        var settings = view.Settings;
        return view.Phase == RoomPhase.Scheduled && nowMs >= settings.OpensMs - settings.PrequeueMs ? RoomPhase.Prequeue : view.Phase;
    }

    /// <summary>The mark; while the store is lost it goes on at the local rate.</summary>
    internal long Serving(long nowMs)
    {
        var view = View!;
        long alone = nowMs - AcceptedMs - view.Settings.LocalAfterMs;
        return alone <= 0 ? view.Serving : LocalGate.Serving(view, LocalRate(nowMs), alone);
    }

    /// <summary>Never beyond the node's share of what the room carries.</summary>
    internal double LocalRate(long nowMs)
    {
        var settings = View!.Settings;
        return nowMs - AcceptedMs <= settings.LocalAfterMs || GateHolds(nowMs)
            ? 0
            : Math.Min(settings.LocalRatePerSecond, settings.AdmitPerSecond / Math.Max(1, View.Nodes));
    }

    internal bool GateHolds(long nowMs) => View is not { } view || view.Paused || Phase(nowMs) != RoomPhase.Open;

    /// <summary>Of several nodes, one that has not heard of the others for a while does not know whether somebody waits there.</summary>
    internal bool Direct(long nowMs, long joins) =>
        View is { Draining: false } view && joins == joinsSeen
        && ((view.Direct && (view.Nodes == 1 || nowMs - AcceptedMs <= 2 * RoomLimits.TickMs)) || (view.Waiting == 0 && LocalRate(nowMs) > 0));

    internal VisitorView Describe(RoomView view, long number, long position, long nowMs)
    {
        var settings = view.Settings;
        var phase = Phase(nowMs);
        bool undrawn = number >= view.UndrawnFrom;
        if (phase == RoomPhase.Closed)
            return Told(VisitorState.Closed, 0, 0, 0, PollInterval.Ms(RoomLimits.PollMaxMs, RoomLimits.PollMinMs, number, nowMs));
        if (undrawn && phase != RoomPhase.Open)
        {
            double leftMs = Math.Max(0, settings.OpensMs - nowMs);
            int poll = PollInterval.Ms(leftMs, view.PollFloorMs, number, nowMs);
            return Told(VisitorState.Prequeue, 0, (int)(leftMs / 1000), EtaBand.Of(view.Waiting, view, leftMs).HighS, poll);
        }
        if (!undrawn && position < Serving(nowMs))
        {
            // Nobody's turn can be taken during a pause, however often they ask.
            int retryMs = view.Paused ? RoomLimits.PollMinMs : gate.RetryMs(position, share);
            return Told(VisitorState.Called, 0, 0, 0, PollInterval.Jittered(retryMs, number, nowMs));
        }

        // Before the draw of a lottery everybody is as likely to be first as last.
        long ahead = undrawn ? view.Waiting / 2 : Ahead(view, position, nowMs);
        double untilOpenMs = Math.Max(phase == RoomPhase.Open ? 0 : Math.Max(0, settings.OpensMs - nowMs), view.CallsFromMs - view.NowMs - (nowMs - AcceptedMs));
        double soonestMs = untilOpenMs + EtaBand.MiddleMs(ahead, Math.Max(view.CalledPerSecond, view.CallablePerSecond));
        // A line that stands, since the room is full, may move by some places at any moment.
        if (phase == RoomPhase.Open && ahead < RoomLimits.PollFront)
            soonestMs = untilOpenMs;
        var (low, high) = undrawn
            ? EtaBand.Rounded(untilOpenMs, untilOpenMs + 1000 * EtaBand.At(view.Waiting, view.CallsAhead, view.LatestS))
            : EtaBand.Of(ahead, view, untilOpenMs);
        return Told(VisitorState.Waiting, ahead, low, high, PollInterval.Ms(soonestMs, RoomLimits.PollMinMs, number, nowMs));

        VisitorView Told(VisitorState state, long ahead, int low, int high, int poll) =>
            new(state, number, ahead, low, high, poll, view.Paused, view.Epoch);
    }

    /// <summary>Present visitors before a position who are not called. Exact on one node; within a block of several nodes, interpolated.</summary>
    internal long Ahead(RoomView view, long position, long nowMs)
    {
        if (view.Nodes > 1 || view.Probation || Blocks.Find(position) is not { } here)
            return view.AheadOf(position);
        long block = position >> LineBlock.Shift;
        bool front = block == view.Serving >> LineBlock.Shift;
        int start = front ? (int)(view.Serving & LineBlock.Mask) : 0;
        int count = (int)(position & LineBlock.Mask) - start;
        return (front ? 0 : view.AliveBefore(block)) + HeartbeatClock.CountAlive(here.Beats.AsSpan(start, count), HeartbeatClock.Now(nowMs));
    }
}
