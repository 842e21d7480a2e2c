using System.Collections.Concurrent;

namespace Naru.Core.WaitingRoom;

/// <summary>
/// The keeper's side of a node: collects what loops did into a report, and puts an answer in place for them.
/// Owner: the node. Thread: the keeper. Invariant: what loops take from (state, numbers, grants) is replaced whole, old after new,
/// so there is never a moment without.
/// </summary>
internal sealed class NodeExchange(RoomNode node, long nodeId)
{
    private const int SweepMs = 1_000;
    private const int FrontChunks = 64;

    private readonly GateQueue _gate = new();
    private readonly NodeReport _report = new() { NodeId = nodeId };
    private readonly List<NumberRange> _closedRanges = [];
    private readonly List<GrantBatch> _settling = [];
    private readonly List<Grant> _returned = [];
    private readonly List<Grant> _rest = [];
    private bool _leaves;
    private long _accepted;
    private bool _answered;
    private long _sequence;
    private int _closedReported;
    private long _wantedReported;
    private long _joinsAtReport;
    private long _triedReported;
    private long _countedTo;
    private long _sweptMs = long.MinValue / 2;
    private int _slotCursor;
    private long _slotsMs = long.MinValue / 2;

    internal SeenBeyond Seen { get; } = new();

    internal ConcurrentQueue<Grant> Released { get; } = new();

    internal NodeReport TakeReport(long nowMs)
    {
        var report = _report;
        var state = node.State;
        report.NowMs = nowMs;
        report.Number++;
        report.AcceptedNumber = _accepted;
        report.Sequence = _sequence;
        // What was reported and not answered may not have arrived: it is told again.
        _answered = _accepted == report.Number - 1;
        report.Epoch = state.View?.Epoch ?? 0;
        report.RevokedBelow = state.View?.RevokedBelow ?? 0;
        report.High = state.View?.High ?? 0;
        report.Serving = state.View?.Serving ?? 0;
        report.AdmissionHigh = state.View?.AdmissionHigh ?? 0;
        report.Counts = node.Counters.Sums();
        report.Pulse = default;
        report.Leaves = _leaves;
        Seen.Take(report);
        ReportNumbers(report);
        ReportAdmissions(report, state, nowMs);
        ReportSessions(report, state, nowMs);
        ReportPresent(report, state, nowMs);
        return report;
    }

    internal void Leave()
    {
        _leaves = true;
        GiveBackGrants();
    }

    internal void Accept(RoomUpdate update, long nowMs)
    {
        if (update.View is not { } view || update.ReportNumber != _report.Number)
            return;
        _accepted = update.ReportNumber;
        var old = node.State;
        _sequence = update.Sequence;
        int slots = view.Settings.Active;
        foreach (var change in update.Slots)
            slots = Math.Max(slots, change.Grant.Slot + 1);
        foreach (var grant in update.Grants)
            slots = Math.Max(slots, grant.Slot + 1);
        node.Slots.Grow(Math.Min(slots, RoomLimits.SlotsMax));
        // A line that goes on from a lost one voids nothing by knowing now what had been revoked.
        if (old.View is { Epoch: > 0 } && view.RevokedBelow > old.View.RevokedBelow)
            node.Slots.EndBelow(view.AdmissionHigh);
        if (update.Reset)
            node.Slots.ForgetReports();

        var blocks = old.Blocks.Covering(view.GraceFrom, view.High);
        ApplyChanges(update, view, blocks, nowMs);
        var shuffled = old.View is null ? [] : Shuffle(old.View, view, blocks);
        node.State = new NodeState(view, blocks, _gate, update.Share, nowMs, _joinsAtReport);
        foreach (var (draw, beats) in shuffled)
        {
            Place(draw, beats, blocks);
            _sweptMs = long.MinValue / 2;
        }
        AcceptNumbers(update);
        AcceptGrants(update);
        node.Gate.Change(update.Share, update.ShareDebt, nowMs);
    }

    private void ReportNumbers(NodeReport report)
    {
        // Joins first: who takes a number after this line counts as unknown to the view that comes back.
        _joinsAtReport = node.Joins;
        // Who found none counts as well: a crowd that comes out of nothing is served from the next answer on.
        long wanted = _joinsAtReport + node.Counters.Sum(RoomCounters.Kind.NoNumber);
        report.NumbersWanted = (int)Math.Min(int.MaxValue / 4, 2 * (wanted - _wantedReported));
        _wantedReported = wanted;
        report.Leases.Clear();
        if (_answered)
            _closedRanges.RemoveRange(0, _closedReported);
        foreach (var range in _closedRanges)
            report.Leases.Add(new LeaseUse(range.From, range.Next, range.To, Closed: true));
        _closedReported = _closedRanges.Count;
        foreach (var range in node.Ranges)
            report.Leases.Add(new LeaseUse(range.From, range.Next, range.To, Closed: false));
    }

    private void ReportAdmissions(NodeReport report, NodeState state, long nowMs)
    {
        long tried = node.Tried;
        report.AdmissionsWanted = (int)Math.Min(int.MaxValue, tried - _triedReported);
        _triedReported = tried;
        if (_answered)
        {
            report.Claims.Clear();
            report.Came.Clear();
            report.GrantsReturned.Clear();
        }
        while (node.Came.TryDequeue(out long number))
            report.Came.Add(number);
        for (int i = _settling.Count - 1; i >= 0; i--)
        {
            _settling[i].ReportTaken(report.Claims);
            if (_settling[i].Settled)
                _settling.RemoveAt(i);
        }
        report.Share = node.Gate.Share;
        report.ShareDebt = node.Gate.Debt(nowMs);
        report.GrantsAtHand = 0;
        for (var batch = node.Grants; batch is not null; batch = batch.Older)
        {
            batch.ReportTaken(report.Claims);
            report.GrantsAtHand += batch.Remaining;
        }
        while (!state.StoreLost(nowMs) && node.LocalClaims.TryDequeue(out var claim))
            report.Claims.Add(claim);
        report.GrantsReturned.AddRange(_returned);
        _returned.Clear();
    }

    /// <summary>A twentieth of the slots at each tick, more after a pause: every session is looked at once a second.</summary>
    private void ReportSessions(NodeReport report, NodeState state, long nowMs)
    {
        if (_answered)
        {
            report.Released.Clear();
            report.Seen.Clear();
        }
        while (Released.TryDequeue(out var grant))
            report.Released.Add(grant);
        int capacity = node.Slots.Capacity;
        if (capacity == 0 || !_answered || state.View is not { } view)
            return;
        long elapsedMs = Math.Clamp(nowMs - _slotsMs, RoomLimits.TickMs, SweepMs);
        _slotsMs = nowMs;
        int step = (int)Math.Max(1, capacity * elapsedMs / SweepMs);
        int granularityMs = RoomLimits.SeenGranularityMs(view.Settings.SessionMs);
        int to = Math.Min(capacity, _slotCursor + step);
        int beyond = _slotCursor + step - to;
        node.Slots.ReportSeen(_slotCursor, to, nowMs, granularityMs, report.Seen);
        node.Slots.ReportSeen(0, beyond, nowMs, granularityMs, report.Seen);
        _slotCursor = beyond > 0 || to == capacity ? beyond : to;
    }

    /// <summary>All blocks once a second, new ones at each tick, and the first few thousand positions in fine chunks.</summary>
    private void ReportPresent(NodeReport report, NodeState state, long nowMs)
    {
        report.Alive.Clear();
        report.FrontAlive.Clear();
        report.Held = -1;
        report.AliveFromBlock = report.FrontFrom = report.DrawnTo = 0;
        if (state.View is not { } view)
            return;
        report.DrawnTo = view.DrawTable.Length == 0 ? 0 : view.DrawTable[^1].To;
        byte now = HeartbeatClock.Now(nowMs);
        long first = view.Serving >> LineBlock.Shift;
        report.Held = 0;
        _gate.Clear();
        var blocks = state.Blocks;
        for (long block = blocks.NextUsed(blocks.First, first + 1); block <= first; block = blocks.NextUsed(block + 1, first + 1))
            if (blocks.Find(block << LineBlock.Shift) is { } held)
                report.Held += held.CollectHeld(now, block << LineBlock.Shift, _gate);
        _gate.Publish();
        bool all = !_answered || nowMs - _sweptMs >= SweepMs || nowMs < _sweptMs;
        if (all)
        {
            _sweptMs = nowMs;
            for (long block = blocks.NextUsed(blocks.First, blocks.End); block < blocks.End; block = blocks.NextUsed(block + 1, blocks.End))
                if (blocks.Find(block << LineBlock.Shift) is { } stood)
                    HeartbeatClock.ClearOverdue(stood.Beats, now);
        }
        report.AliveFromBlock = all ? first : Math.Max(first, _countedTo - 1);
        long end = Math.Min(blocks.End, LastJoined(report) / LineBlock.Size + 1);
        for (long block = report.AliveFromBlock; block < end; block++)
            report.Alive.Add((ushort)CountAlive(blocks, block << LineBlock.Shift, LineBlock.Size, view.Serving, now));
        _countedTo = Math.Max(first, end);

        report.FrontFrom = view.Serving & ~(NodeReport.FrontChunk - 1L);
        for (int i = 0; i < FrontChunks; i++)
        {
            long from = report.FrontFrom + i * NodeReport.FrontChunk;
            if (from >> LineBlock.Shift >= end)
                break;
            report.FrontAlive.Add((byte)CountAlive(blocks, from, NodeReport.FrontChunk, view.Serving, now));
        }
    }

    private static long LastJoined(NodeReport report)
    {
        long last = report.High;
        // A lease that is not begun has nobody in it: on one node it may be most of the line.
        foreach (var lease in report.Leases)
            if (lease.To == report.High)
                last = Math.Min(last, lease.Next);
        return last;
    }

    private static int CountAlive(LineBlocks blocks, long from, int count, long serving, byte now)
    {
        long end = from + count;
        from = Math.Max(from, serving);
        return from < end && blocks.Find(from) is { } block
            ? HeartbeatClock.CountAlive(block.Beats.AsSpan((int)(from & LineBlock.Mask), (int)(end - from)), now)
            : 0;
    }

    private void ApplyChanges(RoomUpdate update, RoomView view, LineBlocks blocks, long nowMs)
    {
        foreach (long number in update.Spent)
            MarkClaimed(view, blocks, number, LineBlock.SlotSpent);
        foreach (var change in update.Slots)
        {
            if (!change.Live)
            {
                node.Slots.End(change.Grant);
                continue;
            }
            node.Slots.Learn(change.Grant, change.Number);
            if (change.Number != 0)
                MarkClaimed(view, blocks, change.Number, change.Grant.Slot + 1);
        }
    }

    private static void MarkClaimed(RoomView view, LineBlocks blocks, long number, int slot)
    {
        long position = view.PositionOf(number);
        if (blocks.FindOrMake(position) is not { } block)
            return;
        int index = (int)(position & LineBlock.Mask);
        block.TryClaim(index);
        block.SetSlot(index, slot);
        Volatile.Write(ref block.Beats[index], 0);
    }

    /// <summary>
    /// Numbers that were just drawn stand elsewhere now: their heartbeats move with them. A poll at the very moment of the move
    /// may be lost; such a visitor counts as gone until the next one.
    /// </summary>
    private static List<(Draw Draw, byte[] Beats)> Shuffle(RoomView old, RoomView view, LineBlocks blocks)
    {
        List<(Draw, byte[])> shuffled = [];
        foreach (var draw in view.DrawTable)
        {
            if (draw.From < old.UndrawnFrom)
                continue;
            byte[] beats = new byte[draw.To - draw.From];
            for (long number = draw.From; number < draw.To; number++)
                if (blocks.Find(number) is { } block && block.Beats[number & LineBlock.Mask] is var beat && beat != 0)
                    beats[draw.PositionOf(number) - draw.From] = beat;
            shuffled.Add((draw, beats));
        }
        return shuffled;
    }

    private static void Place(Draw draw, byte[] beats, LineBlocks blocks)
    {
        for (int i = 0; i < beats.Length; i++)
            if ((beats[i] == 0 ? blocks.Find(draw.From + i) : blocks.FindOrMake(draw.From + i)) is { } block)
                Volatile.Write(ref block.Beats[(draw.From + i) & LineBlock.Mask], beats[i]);
    }

    private void AcceptNumbers(RoomUpdate update)
    {
        var old = node.Ranges;
        var ranges = new NumberRange[update.Leases.Count];
        for (int i = 0; i < ranges.Length; i++)
        {
            var lease = update.Leases[i];
            var known = Array.Find(old, r => r.From == lease.From && r.To == lease.To);
            known?.Renew(lease.ExpiresMs);
            ranges[i] = known ?? new NumberRange(lease);
        }
        if (old.AsSpan().SequenceEqual(ranges))
            return;
        node.Ranges = ranges;
        foreach (var range in old)
        {
            if (Array.IndexOf(ranges, range) >= 0)
                continue;
            range.Close();
            _closedRanges.Add(range);
        }
    }

    private void AcceptGrants(RoomUpdate update)
    {
        var current = node.Grants;
        if (update.RecallGrants)
            GiveBackGrants();
        else if (update.Grants.Count > 0)
        {
            // Loops take from the current batch while the rest of the one before moves into the new one.
            _rest.Clear();
            if (current.Older is { } older)
            {
                Retire(older, _rest);
                current.Older = null;
            }
            _rest.AddRange(update.Grants);
            node.Grants = new GrantBatch([.. _rest], current);
        }
    }

    private void GiveBackGrants()
    {
        var current = node.Grants;
        node.Grants = new GrantBatch([], null);
        for (var batch = current; batch is not null; batch = batch.Older)
            Retire(batch, _returned);
    }

    private void Retire(GrantBatch batch, List<Grant> rest)
    {
        batch.Close(rest);
        _settling.Add(batch);
    }
}
