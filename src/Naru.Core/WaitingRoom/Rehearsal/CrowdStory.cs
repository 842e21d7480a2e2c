namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// What visitors do: come, wait, poll when they are told, claim when called, look around inside, and leave. They talk to nodes
/// by the methods that a request reaches in the real program.
/// Owner: one rehearsal. Thread: the caller's. Invariant: a visitor has one pending event, or is parked on a node, or is over.
/// </summary>
internal sealed class CrowdStory
{
    /// <summary>A node holds a request for a number no longer than this; then the visitor is told to come again (as the engine's door).</summary>
    private const int ParkMs = 6 * RoomLimits.TickMs;

    /// <summary>And after how long.</summary>
    private const int HeldRetryMs = 3_000;

    /// <summary>After so long the room knows that a pass was used, unless the node is cut off: a sweep and some ticks.</summary>
    private const int TellMs = 1_250;

    /// <summary>Visitors whose told times are judged.</summary>
    private const int FollowedMax = 4_000;

    private readonly CrowdPlan _plan;
    private readonly CrowdRandom _random;
    private readonly RehearsalLedger _ledger;
    private readonly RehearsedStore _store;
    private readonly RehearsedNode[] _nodes;
    private readonly TimingWheel _wheel;
    private readonly CrowdVisitor[] _visitors;
    private readonly Queue<long>[] _parkedSinceMs;
    private readonly long _startMs;
    private readonly int _followEvery;

    public CrowdStory(CrowdPlan plan, CrowdRandom random, RehearsalLedger ledger, RehearsedStore store, RehearsedNode[] nodes, long startMs)
    {
        (_plan, _random, _ledger, _store, _nodes, _startMs) = (plan, random, ledger, store, nodes, startMs);
        _visitors = CrowdArrivals.Create(plan, random, startMs, out var arriveMs);
        _wheel = new TimingWheel(_visitors.Length, startMs);
        for (var i = 0; i < _visitors.Length; i++)
            _wheel.Set(i, arriveMs[i]);
        _parkedSinceMs = [.. nodes.Select(_ => new Queue<long>())];
        _followEvery = Math.Max(1, _visitors.Length / FollowedMax);
    }

    public int Count => _visitors.Length;

    /// <summary>The highest position that was admitted.</summary>
    public long AdmittedHigh { get; private set; } = -1;

    /// <summary>All that is due in this millisecond.</summary>
    public void Act(long nowMs)
    {
        _wheel.MoveTo(nowMs);
        while (_wheel.TryTake(out var index))
        {
            ref var visitor = ref _visitors[index];
            switch (visitor.Stage)
            {
                case VisitorStage.Outside:
                    Come(index, ref visitor, nowMs);
                    break;
                case VisitorStage.Waiting:
                    Poll(index, ref visitor, nowMs);
                    break;
                case VisitorStage.Inside:
                    Click(index, ref visitor, nowMs);
                    break;
                case VisitorStage.Lingering:
                    _ledger.EndSession(visitor.Pass);
                    visitor.Stage = VisitorStage.Over;
                    break;
            }
        }
    }

    /// <summary>A node has new numbers: those it holds try again, in the order in which they came.</summary>
    public void Unpark(int node, long nowMs)
    {
        var parked = _nodes[node].Parked;
        while (parked.TryPeek(out var index))
        {
            ref var visitor = ref _visitors[index];
            var isTooLong = nowMs - _parkedSinceMs[node].Peek() > ParkMs;
            if (!isTooLong && !TryGetIn(index, ref visitor, nowMs))
                return;
            parked.Dequeue();
            _parkedSinceMs[node].Dequeue();
            if (isTooLong)
                ComeAgain(index, ref visitor, nowMs, HeldRetryMs + _random.Between(0, 500));
        }
    }

    /// <summary>A node is killed: whom it held sees the connection break, and comes again.</summary>
    public void Kill(int node, long nowMs)
    {
        foreach (var index in _nodes[node].Parked)
            ComeAgain(index, ref _visitors[index], nowMs, _random.Between(500, 1_500));
        _parkedSinceMs[node].Clear();
        _nodes[node].Kill();
        CutOff(node, nowMs);
    }

    /// <summary>What a node has not told the store yet stays untold.</summary>
    public void CutOff(int node, long nowMs)
    {
        // A node tells of each session in its turn, once a second, and of a step of the session's length.
        var toldMs = Math.Min(nowMs, _nodes[node].HeardMs) - RoomLimits.SeenGranularityMs((int)_plan.Room.Session.TotalMilliseconds) - TellMs;
        foreach (ref var visitor in _visitors.AsSpan())
        {
            if (visitor.Stage == VisitorStage.Waiting && visitor.Node == node && visitor.JoinedMs >= _nodes[node].HeardMs)
                visitor.KnownMs = long.MaxValue;
            var isInside = visitor.Stage is VisitorStage.Inside or VisitorStage.Lingering;
            if (!isInside || visitor.Node != node || visitor.LastSeenMs < toldMs)
                continue;
            Doubt(ref visitor);
        }
    }

    /// <summary>A node that was cut off tells what it has to tell, if it lives.</summary>
    public void Reconnect(int node, long nowMs)
    {
        if (IsCutOff(_nodes[node], node, nowMs))
            return;
        foreach (ref var visitor in _visitors.AsSpan())
        {
            if (visitor.Node == node && visitor.NodeLife == _nodes[node].Life)
                visitor.KnownMs = Math.Min(visitor.KnownMs, nowMs);
        }
    }

    /// <summary>Nobody but a dead or cut-off node knows that this pass was used, so the room may end its session too soon.</summary>
    private void Doubt(ref CrowdVisitor visitor)
    {
        if (!visitor.IsDoubted)
            _ledger.Slots.Doubt(visitor.Pass);
        visitor.IsDoubted = true;
        visitor.HeardMs = long.MaxValue;
    }

    private void Come(int index, ref CrowdVisitor visitor, long nowMs)
    {
        if (!visitor.HasCome)
        {
            visitor.HasCome = true;
            _ledger.Second.Arrived++;
        }
        if (!TryReach(ref visitor, out var node))
        {
            ComeAgain(index, ref visitor, nowMs, _random.Between(1_000, 3_000));
            return;
        }
        // Behind those who wait for a number already.
        if (node.Parked.Count == 0 && TryGetIn(index, ref visitor, nowMs))
            return;
        visitor.Stage = VisitorStage.Parked;
        node.Parked.Enqueue(index);
        _parkedSinceMs[visitor.Node].Enqueue(nowMs);
    }

    /// <returns>False: the node has no number just now.</returns>
    private bool TryGetIn(int index, ref CrowdVisitor visitor, long nowMs)
    {
        var node = _nodes[visitor.Node];
        var clockMs = node.ClockMs(nowMs);
        if (node.Room.TryEnterDirectly(clockMs, out var grant))
        {
            _ledger.AdmitDirectly(OvertakenMs(nowMs), nowMs);
            Enter(index, ref visitor, grant, clockMs, nowMs);
            return true;
        }
        switch (node.Room.TryJoin(clockMs, out var number))
        {
            case JoinResult.Joined:
                Join(index, ref visitor, number, node, nowMs);
                return true;
            case JoinResult.NoneNow:
                return false;
            default:
                // Told that the room is closed, people look again now and then, and all of them when it is to open.
                var gathersMs = _startMs + (long)(_plan.Opens - _plan.Room.Prequeue).TotalMilliseconds;
                var afterMs = _random.Between(5_000, 15_000);
                ComeAgain(index, ref visitor, nowMs, nowMs < gathersMs && nowMs + afterMs > gathersMs ? gathersMs - nowMs + _random.Between(0, 500) : afterMs);
                return true;
        }
    }

    private void Join(int index, ref CrowdVisitor visitor, long number, RehearsedNode node, long nowMs)
    {
        visitor.Stage = VisitorStage.Waiting;
        visitor.Number = number;
        visitor.Epoch = node.Room.Epoch;
        visitor.JoinedMs = nowMs;
        visitor.KnownMs = long.MaxValue;
        BeHeardOf(ref visitor, node, nowMs);
        visitor.IsCalled = false;
        _ledger.Join(index, number, !visitor.IsHidden, nowMs);
        var told = node.Room.Look(number, visitor.Epoch, node.ClockMs(nowMs));
        visitor.LeavesMs = Leaves(ref visitor, told.EtaHighS, nowMs);
        visitor.RejoinMs = visitor.Kind == VisitorKind.Rejoin
            ? nowMs + (long)(_plan.Bots.RejoinEvery.TotalMilliseconds * (0.5 + _random.NextDouble()))
            : long.MaxValue;
        Wait(index, ref visitor, told, nowMs);
    }

    private void BeHeardOf(ref CrowdVisitor visitor, RehearsedNode node, long nowMs)
    {
        if (visitor.KnownMs != long.MaxValue)
            return;
        visitor.NodeLife = node.Life;
        if (!IsCutOff(node, visitor.Node, nowMs))
            visitor.KnownMs = nowMs;
    }

    private void Poll(int index, ref CrowdVisitor visitor, long nowMs)
    {
        if (nowMs >= visitor.LeavesMs)
        {
            _ledger.Second.Left++;
            StopWaiting(index, ref visitor);
            visitor.Stage = VisitorStage.Over;
            return;
        }
        if (nowMs >= visitor.RejoinMs)
        {
            StopWaiting(index, ref visitor);
            visitor.Stage = VisitorStage.Outside;
            visitor.IsIrregular = true;
            Come(index, ref visitor, nowMs);
            return;
        }
        if (!TryReach(ref visitor, out var node))
        {
            _wheel.Set(index, nowMs + _random.Between(1_000, 3_000));
            return;
        }
        _ledger.Second.Polled++;
        BeHeardOf(ref visitor, node, nowMs);
        var told = node.Room.Look(visitor.Number, visitor.Epoch, node.ClockMs(nowMs));
        switch (told.State)
        {
            case VisitorState.Called or VisitorState.Admitted:
                if (!visitor.IsCalled)
                    _ledger.Called++;
                visitor.IsCalled = true;
                Claim(index, ref visitor, node, told, nowMs);
                break;
            case VisitorState.Unknown:
                Forgotten(index, ref visitor, node, nowMs);
                break;
            default:
                CheckOrder(ref visitor, node, nowMs);
                Wait(index, ref visitor, told, nowMs);
                break;
        }
    }

    private void Claim(int index, ref CrowdVisitor visitor, RehearsedNode node, VisitorView told, long nowMs)
    {
        var clockMs = node.ClockMs(nowMs);
        switch (node.Room.TryClaim(visitor.Number, visitor.Epoch, clockMs, out var grant))
        {
            case ClaimResult.Admitted:
                var position = node.Room.View!.PositionOf(visitor.Number);
                AdmittedHigh = Math.Max(AdmittedHigh, position);
                if (grant.Slot != Grant.LocalSlot && position >= _store.Mark.Mark)
                    _ledger.Break(RehearsalLedger.Rules.Turn, nowMs, $"number {visitor.Number} at position {position}, mark {_store.Mark.Mark}");
                var calledMs = _store.Mark.CalledMs(position) ?? nowMs;
                if (IsFollowed(index, ref visitor))
                    _ledger.Eta.Call(index, calledMs);
                if (visitor.Kind == VisitorKind.Human && !visitor.IsHidden && !visitor.IsIrregular)
                    _ledger.Waited(visitor.JoinedMs, calledMs, nowMs);
                _ledger.StopWaiting(!visitor.IsHidden, visitor.IsCalled);
                Enter(index, ref visitor, grant, clockMs, nowMs);
                break;
            case ClaimResult.Unknown:
                Forgotten(index, ref visitor, node, nowMs);
                break;
            default:
                _ledger.Second.Held++;
                _wheel.Set(index, Math.Min(nowMs + told.PollAfterMs, visitor.LeavesMs));
                break;
        }
    }

    /// <summary>The ticket is worth nothing any more. That is right only when the turn was missed for longer than the grace.</summary>
    private void Forgotten(int index, ref CrowdVisitor visitor, RehearsedNode node, long nowMs)
    {
        var position = node.Room.View?.PositionOf(visitor.Number) ?? visitor.Number;
        var calledMs = _store.Mark.CalledMs(position);
        var missedMs = nowMs - (calledMs ?? nowMs);
        if (missedMs < _plan.Room.Grace.TotalMilliseconds)
            _ledger.Lose(nowMs, $"number {visitor.Number} was unknown {missedMs / 1000.0:0.0} s after its turn");
        StopWaiting(index, ref visitor);
        visitor.IsIrregular = true;
        visitor.Stage = VisitorStage.Outside;
        Come(index, ref visitor, nowMs);
    }

    private void Wait(int index, ref CrowdVisitor visitor, VisitorView told, long nowMs)
    {
        if (told.State == VisitorState.Waiting && !told.Paused && IsFollowed(index, ref visitor))
            _ledger.Eta.Tell(index, nowMs, told.EtaLowS, told.EtaHighS);
        var nextMs = visitor.Kind == VisitorKind.Flood ? nowMs + (long)_plan.Bots.FloodEvery.TotalMilliseconds
            : visitor.IsHidden ? NextWakeMs(nowMs)
            : nowMs + told.PollAfterMs;
        _wheel.Set(index, Math.Min(Math.Min(nextMs, visitor.RejoinMs), visitor.LeavesMs));
    }

    private void Enter(int index, ref CrowdVisitor visitor, Grant grant, long clockMs, long nowMs)
    {
        _ledger.Admit(grant, nowMs);
        visitor.Stage = VisitorStage.Inside;
        visitor.Pass = grant;
        visitor.Epoch = _nodes[visitor.Node].Room.Epoch;
        visitor.PassIssuedMs = clockMs;
        visitor.LastSeenMs = nowMs;
        visitor.VisitEndsMs = nowMs + _random.LogNormalMs(_plan.People.Visit.TotalMilliseconds, _plan.People.VisitSpread);
        if (IsCutOff(_nodes[visitor.Node], visitor.Node, nowMs))
            Doubt(ref visitor);
        PlanClick(index, ref visitor, nowMs);
    }

    /// <summary>The node cannot tell the others what it sees; alone it has nobody to tell.</summary>
    private bool IsCutOff(RehearsedNode node, int index, long nowMs)
        => node.Room.View is null || (_nodes.Length > 1 && _store.IsDown(index, nowMs));

    private void Click(int index, ref CrowdVisitor visitor, long nowMs)
    {
        if (!TryReach(ref visitor, out var node))
        {
            PlanClick(index, ref visitor, nowMs);
            return;
        }
        var clockMs = node.ClockMs(nowMs);
        var check = node.Room.Touch(visitor.Pass.Slot, visitor.Pass.Admission, visitor.Epoch, visitor.PassIssuedMs, clockMs);
        if (check != PassCheck.Valid)
        {
            if (!visitor.IsDoubted)
                _ledger.Break(RehearsalLedger.Rules.Pass, nowMs, $"{check}, {(nowMs - visitor.LastSeenMs) / 1000.0:0.0} s after its last request");
            visitor.IsDoubted = false;
            _ledger.EndSession(visitor.Pass);
            visitor.IsIrregular = true;
            ComeAgain(index, ref visitor, nowMs, 1);
            return;
        }
        var isCutOff = IsCutOff(node, visitor.Node, nowMs);
        if (isCutOff)
            Doubt(ref visitor);
        else if (visitor.IsDoubted)
            Trust(_ledger, ref visitor, nowMs);
        visitor.LastSeenMs = nowMs;
        if (nowMs < visitor.VisitEndsMs)
        {
            PlanClick(index, ref visitor, nowMs);
        }
        else if (_random.Chance(_plan.People.Release))
        {
            node.Room.Release(visitor.Pass.Slot, visitor.Pass.Admission);
            _ledger.EndSession(visitor.Pass);
            visitor.Stage = VisitorStage.Over;
        }
        else
        {
            Linger(index, ref visitor);
        }
    }

    /// <summary>The first use tells the room, which takes a moment; by the next one it knows.</summary>
    private static void Trust(RehearsalLedger ledger, ref CrowdVisitor visitor, long nowMs)
    {
        if (nowMs < visitor.HeardMs)
        {
            visitor.HeardMs = Math.Min(visitor.HeardMs, nowMs + 2 * TellMs);
            return;
        }
        visitor.IsDoubted = false;
        ledger.Slots.Confirm(visitor.Pass);
    }

    private void PlanClick(int index, ref CrowdVisitor visitor, long nowMs)
    {
        var nextMs = Math.Min(nowMs + _random.ExponentialMs(_plan.People.ClickEvery.TotalMilliseconds), Math.Max(visitor.VisitEndsMs, nowMs + 1));
        // Whoever reads for longer than the session lasts has left without knowing.
        if (nextMs >= visitor.LastSeenMs + (long)_plan.Room.Session.TotalMilliseconds)
            Linger(index, ref visitor);
        else
            _wheel.Set(index, nextMs);
    }

    private void Linger(int index, ref CrowdVisitor visitor)
    {
        visitor.Stage = VisitorStage.Lingering;
        _wheel.Set(index, visitor.LastSeenMs + (long)_plan.Room.Session.TotalMilliseconds);
    }

    private void StopWaiting(int index, ref CrowdVisitor visitor)
    {
        _ledger.Eta.Forget(index);
        _ledger.StopWaiting(!visitor.IsHidden, visitor.IsCalled);
    }

    private void ComeAgain(int index, ref CrowdVisitor visitor, long nowMs, long afterMs)
    {
        _ledger.Second.Refused++;
        visitor.Stage = VisitorStage.Outside;
        _wheel.Set(index, nowMs + afterMs);
    }

    /// <summary>By whom the view of a node is at least as new as an admission, that node calls everybody before it.</summary>
    private void CheckOrder(ref CrowdVisitor visitor, RehearsedNode node, long nowMs)
    {
        if (node.Room.View is not { } view || visitor.Number >= Math.Min(view.UndrawnFrom, view.High))
            return;
        var position = view.PositionOf(visitor.Number);
        if (position <= node.AdmittedBeforeView)
            _ledger.Break(RehearsalLedger.Rules.Order, nowMs, $"position {position} waits while {node.AdmittedBeforeView} is inside");
    }

    /// <summary>How long the first of those who wait, as far as anybody knows, has waited when somebody enters now; 0: nobody does.</summary>
    private long OvertakenMs(long nowMs)
    {
        const int looked = 64;
        var mark = _store.Mark.Mark;
        // Who is still to be drawn stands before nobody.
        if (_plan.Room.Mode == RoomMode.Random || mark < _ledger.Numbers.DrawnTo)
            return 0;
        for (var number = mark; number < Math.Min(mark + looked, _ledger.Numbers.High); number++)
        {
            var owner = _ledger.Numbers.OwnerOf(number);
            if (owner >= 0 && _visitors[owner] is { Stage: VisitorStage.Waiting, IsHidden: false } first && first.Number == number && first.KnownMs <= nowMs)
                return nowMs - first.KnownMs;
        }
        return 0;
    }

    private bool TryReach(ref CrowdVisitor visitor, out RehearsedNode node)
    {
        if (_nodes.Length > 1 && (_random.Chance(_plan.Nodes.Hop) || !_nodes[visitor.Node].IsUp))
            visitor.Node = (byte)_random.Next(_nodes.Length);
        for (var i = 0; i < _nodes.Length && !_nodes[visitor.Node].IsUp; i++)
            visitor.Node = (byte)((visitor.Node + 1) % _nodes.Length);
        node = _nodes[visitor.Node];
        return node.IsUp;
    }

    private bool IsFollowed(int index, ref CrowdVisitor visitor)
        => index % _followEvery == 0 && visitor is { Kind: VisitorKind.Human, IsHidden: false, IsIrregular: false };

    private long NextWakeMs(long nowMs)
    {
        var everyMs = (long)_plan.HiddenTabs.WakeEvery.TotalMilliseconds;
        return _startMs + ((nowMs - _startMs) / everyMs + 1) * everyMs;
    }

    private long Leaves(ref CrowdVisitor visitor, int etaHighS, long nowMs)
    {
        if (visitor.Kind != VisitorKind.Human)
            return long.MaxValue;
        var leavesMs = _random.Chance(_plan.People.NoShow) ? nowMs + 1 + (long)(_random.NextDouble() * Math.Max(etaHighS, 10) * 1000) : long.MaxValue;
        return _plan.People.Patience > TimeSpan.Zero
            ? Math.Min(leavesMs, nowMs + _random.ExponentialMs(_plan.People.Patience.TotalMilliseconds))
            : leavesMs;
    }
}
