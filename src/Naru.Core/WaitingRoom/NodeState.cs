namespace Naru.Core.WaitingRoom;

/// <summary>What loops of one node look at: the view and the blocks that belong to it. Immutable; replaced whole by the keeper.</summary>
internal sealed class NodeState(RoomView? view, LineBlocks blocks, long acceptedMs, long joinsSeen)
{
    internal static readonly NodeState Empty = new(null, LineBlocks.Empty, long.MinValue / 2, 0);

    internal RoomView? View { get; } = view;

    internal LineBlocks Blocks { get; } = blocks;

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

    internal bool Direct(long nowMs, long joins) =>
        View is { Draining: false } view && joins == joinsSeen && (view.Direct || (view.Waiting == 0 && LocalRate(nowMs) > 0));

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
            return Told(VisitorState.Prequeue, 0, (int)(leftMs / 1000), EtaBand.Around(leftMs + EtaBand.MiddleMs(view.Waiting, view.CalledPerSecond), view.EtaSpread).HighS, poll);
        }
        if (!undrawn && position < Serving(nowMs))
            return Told(VisitorState.Called, 0, 0, 0, PollInterval.Jittered(RoomLimits.RetryMs, number, nowMs));

        // Before the draw of a lottery everybody is as likely to be first as last.
        long ahead = undrawn ? view.Waiting / 2 : Ahead(view, position, nowMs);
        double middleMs = EtaBand.MiddleMs(ahead, view.CalledPerSecond) + Math.Max(0, settings.OpensMs - nowMs) * (phase == RoomPhase.Open ? 0 : 1);
        var (low, high) = EtaBand.Around(middleMs, undrawn ? 1 : view.EtaSpread);
        return Told(VisitorState.Waiting, ahead, low, high, PollInterval.Ms(middleMs, RoomLimits.PollMinMs, number, nowMs));

        VisitorView Told(VisitorState state, long ahead, int low, int high, int poll) =>
            new(state, number, ahead, low, high, poll, view.Paused, view.Epoch);
    }

    /// <summary>Present visitors before a position who are not called. Exact on one node; within a block of several nodes, interpolated.</summary>
    internal long Ahead(RoomView view, long position, long nowMs)
    {
        long block = position >> LineBlock.Shift;
        long start = Math.Max(view.Serving, block << LineBlock.Shift);
        if (position <= start)
            return block == view.Serving >> LineBlock.Shift ? 0 : view.AliveBefore(block);
        bool front = block == view.Serving >> LineBlock.Shift;
        long before = front ? 0 : view.AliveBefore(block);
        if (view.Nodes == 1 && !view.Probation && Blocks.Find(position) is { } here)
        {
            int from = (int)(start & LineBlock.Mask);
            return before + HeartbeatClock.CountAlive(here.Beats.AsSpan(from, (int)(position - start)), HeartbeatClock.Now(nowMs));
        }
        long end = Math.Min(view.High, (block + 1) << LineBlock.Shift);
        int alive = front ? view.AliveFront : view.AliveIn(block);
        return before + alive * (position - start) / Math.Max(1, end - start);
    }
}
