using Kind = Naru.Core.WaitingRoom.RoomCounters.Kind;

namespace Naru.Core.WaitingRoom;

/// <summary>
/// One process's part of a waiting room: places, looks, claims and passes without a lock and without a call to the store.
/// Owner: one per room and process. Thread: visitors' methods on any loop; <see cref="TakeReport"/>, <see cref="Accept"/> and <see cref="Leave"/> on the
/// keeper alone, in turn. Invariants: every number and every grant goes to one visitor; who is not called is not admitted; a claim
/// repeated gives the same grant.
/// Callers check the ticket or pass (key, host) first: what comes in here is genuine.
/// </summary>
public sealed class RoomNode
{
    private readonly SlotTable _slots = new();
    private readonly RoomCounters _counters = new();
    private readonly RateGate _gate = new();
    private readonly LocalGate _local = new();
    private readonly NodeExchange _exchange;

    private NodeState _state = NodeState.Empty;
    private NumberRange[] _ranges = [];
    private GrantBatch _grants = new([], null);
    private long _joins;
    private long _tried;

    /// <param name="slots">As many as are known before the first update: passes of an earlier life may be held at once.</param>
    public RoomNode(long nodeId, int slots = 0)
    {
        _exchange = new NodeExchange(this, nodeId);
        _slots.Grow(slots);
    }

    /// <summary>Null until the first update.</summary>
    public RoomView? View => _state.View;

    /// <summary>New tickets and passes carry it.</summary>
    public long Epoch => _state.View?.Epoch ?? 0;

    public RoomCounts Counts => _counters.Sums();

    internal SlotTable Slots => _slots;

    internal RateGate Gate => _gate;

    internal RoomCounters Counters => _counters;

    internal NodeState State
    {
        get => Volatile.Read(ref _state);
        set => Volatile.Write(ref _state, value);
    }

    internal NumberRange[] Ranges
    {
        get => Volatile.Read(ref _ranges);
        set => Volatile.Write(ref _ranges, value);
    }

    internal GrantBatch Grants
    {
        get => Volatile.Read(ref _grants);
        set => Volatile.Write(ref _grants, value);
    }

    internal long Joins => Volatile.Read(ref _joins);

    internal long Tried => Volatile.Read(ref _tried);

    /// <summary>Numbers claimed by <see cref="Grant.LocalSlot"/>; the keeper reports them when the store is back.</summary>
    internal System.Collections.Concurrent.ConcurrentQueue<Claim> LocalClaims { get; } = new();

    internal System.Collections.Concurrent.ConcurrentQueue<long> Came { get; } = new();

    /// <summary>Tickets and passes of this epoch count; others are void.</summary>
    /// <param name="issuedMs">Of the proof: one of a line whose memory is lost counts for <see cref="RoomLimits.LostProofMs"/>.</param>
    public bool IsCurrentEpoch(long epoch, long issuedMs, long nowMs) =>
        State.View is not { } view || (epoch >= view.RevokedBelow && !(view.IsOfLostLine(epoch) && nowMs - issuedMs > RoomLimits.LostProofMs));

    /// <summary>No update for <see cref="RoomLimits.StoreLostMs"/>: pass holders go on, new visitors hold, later the local rate counts.</summary>
    public bool IsStoreLost(long nowMs) => nowMs - State.AcceptedMs > RoomLimits.StoreLostMs;

    /// <summary>A place at the end of the line.</summary>
    public JoinResult TryJoin(long nowMs, out long number)
    {
        number = 0;
        var state = State;
        if (state.View is not { } view)
            return Refuse(JoinResult.NoneNow);
        if (view.Draining)
            return Refuse(JoinResult.Draining);
        if (state.Phase(nowMs) is not (RoomPhase.Open or RoomPhase.Prequeue))
            return Refuse(JoinResult.Closed);
        foreach (var range in Ranges)
        {
            if (!range.TryTake(nowMs, out number))
                continue;
            Interlocked.Increment(ref _joins);
            _counters.Add(Kind.Joined);
            Beat(State, view.PositionOf(number), nowMs + RoomLimits.PollMinMs);
            return JoinResult.Joined;
        }
        return Refuse(JoinResult.NoneNow);
    }

    /// <summary>Where the holder of a ticket stands; also tells the room that they are there.</summary>
    /// <param name="epoch">Of the ticket, as the number.</param>
    /// <param name="turn">Of a <see cref="PriorityLane"/>: called when the mark has passed it, if that is before the number's own place.</param>
    public VisitorView Look(long number, long epoch, long nowMs, long turn = long.MaxValue)
    {
        _counters.Add(Kind.Polled);
        var state = State;
        if (!Places(state, number, epoch, out var view, out long position, out var block))
            return Stand(VisitorState.Unknown, number, epoch, RoomLimits.PollMinMs);
        if (view is null || block is null)
            return Stand(VisitorState.Waiting, number, epoch, PollInterval.Jittered(RoomLimits.PollMinMs, number, nowMs), isHeld: true);

        int index = (int)(position & LineBlock.Mask);
        if (block.IsClaimed(index))
        {
            bool lives = block.Slot(index) is var slot && (slot == LineBlock.SlotUnknown || _slots.HeldBy(slot - 1, number).Admission != 0);
            return Stand(lives ? VisitorState.Admitted : VisitorState.Unknown, number, view.Epoch, RoomLimits.PollMinMs);
        }

        var visitor = state.Describe(view, number, Math.Min(position, turn), nowMs);
        Beat(block, index, nowMs + visitor.PollAfterMs);
        return visitor;
    }

    /// <summary>Takes the turn of a ticket.</summary>
    /// <param name="turn">As in <see cref="Look"/>.</param>
    public ClaimResult TryClaim(long number, long epoch, long nowMs, out Grant grant, long turn = long.MaxValue)
    {
        grant = default;
        _counters.Add(Kind.Claimed);
        var state = State;
        if (!Places(state, number, epoch, out var view, out long position, out var block))
            return Count(ClaimResult.Unknown);
        if (view is null || block is null)
            return Count(ClaimResult.GateHolds);

        int index = (int)(position & LineBlock.Mask);
        if (block.IsClaimed(index))
            return Repeat(block, index, number, out grant);
        if (Math.Min(position, turn) >= state.Serving(nowMs) || number >= view.UndrawnFrom)
            return Count(ClaimResult.NotYet);

        Beat(block, index, nowMs + RoomLimits.RetryMaxMs);
        Interlocked.Increment(ref _tried);
        if (block.TryTry(index))
            Came.Enqueue(number);
        // The bit first: two claims of one number at the same time must not take two grants.
        if (state.GateHolds(nowMs))
            return Count(ClaimResult.GateHolds);
        if (!block.TryClaim(index))
            return Repeat(block, index, number, out grant);
        if (!TryTake(state, number, state.Gate.RankOf(Math.Min(position, turn)), nowMs, out grant))
        {
            block.Unclaim(index);
            return Count(ClaimResult.GateHolds);
        }

        Start(grant, number, nowMs);
        block.SetSlot(index, grant.Slot == Grant.LocalSlot ? LineBlock.SlotSpent : grant.Slot + 1);
        Volatile.Write(ref block.Beats[index], 0);
        return Count(ClaimResult.Admitted);
    }

    /// <summary>Enters without waiting: nobody waits, and a grant is at hand.</summary>
    public bool TryEnterDirectly(long nowMs, out Grant grant)
    {
        grant = default;
        var state = State;
        // Who joined since the view was made stands in front.
        if (!state.Direct(nowMs, Joins) || state.GateHolds(nowMs))
            return false;
        Interlocked.Increment(ref _tried);
        if (!TryTake(state, 0, rank: 0, nowMs, out grant))
            return false;
        Start(grant, 0, nowMs);
        _counters.Add(Kind.Direct);
        return true;
    }

    /// <summary>What a pass is worth now; a valid one lives on for another session time.</summary>
    public PassCheck Touch(int slot, long admission, long epoch, long issuedMs, long nowMs)
    {
        var view = State.View;
        if (!IsCurrentEpoch(epoch, issuedMs, nowMs))
            return Count(PassCheck.Superseded);
        if (slot == Grant.LocalSlot)
            return Count(view is null || nowMs - issuedMs <= view.Settings.SessionMs ? PassCheck.Valid : PassCheck.Expired);
        if (view is null)
            return PassCheck.Valid;
        return Count(_slots.Touch(slot, admission, mayAdopt: true, nowMs));
    }

    /// <summary>
    /// A request or tunnel of a valid pass is open: its session does not end. True wants one <see cref="Unhold"/>; false, for a slot that is
    /// not known yet and for passes of a lost store, none.
    /// </summary>
    public bool Hold(int slot) => _slots.Hold(slot);

    public void Unhold(int slot, long nowMs) => _slots.Unhold(slot, nowMs);

    /// <summary>Ends a session early.</summary>
    public void Release(int slot, long admission)
    {
        var grant = new Grant(slot, admission);
        if (!_slots.End(grant))
            return;
        _exchange.Released.Enqueue(grant);
        _counters.Add(Kind.Released);
    }

    /// <summary>What happened since the last report. The keeper sends it to the authority, then gives the answer to <see cref="Accept"/>.</summary>
    public NodeReport TakeReport(long nowMs) => _exchange.TakeReport(nowMs);

    /// <summary>What the authority answered.</summary>
    public void Accept(RoomUpdate update, long nowMs) => _exchange.Accept(update, nowMs);

    /// <summary>The node stops: nobody enters any more, and the next report is the last.</summary>
    public void Leave() => _exchange.Leave();

    /// <summary>False: the ticket is worth nothing. A null view or block: worth something, but nothing more is known yet.</summary>
    private bool Places(NodeState state, long number, long epoch, out RoomView? view, out long position, out LineBlock? block)
    {
        view = state.View;
        block = null;
        position = 0;
        if (view is null)
            return true;
        if (epoch < view.RevokedBelow || number < 1 || (number >= view.BornFrom && view.Epoch != 0 && view.IsOfLostLine(epoch)))
            return false;
        if (epoch > view.Epoch || number >= view.High)
        {
            // Genuine, but given out by a line that this one does not know: a lost store, or a node that is ahead by a tick.
            _exchange.Seen.Add(number, epoch);
            return true;
        }
        position = number >= view.UndrawnFrom ? number : view.PositionOf(number);
        if (position < view.GraceFrom)
            return false;
        block = state.Blocks.FindOrMake(position);
        return true;
    }

    private bool TryTake(NodeState state, long number, int rank, long nowMs, out Grant grant)
    {
        if (!state.StoreLost(nowMs))
        {
            grant = default;
            if (!_gate.TryAdmit(nowMs, rank, state.Gate.Count))
                return false;
            if (Grants.TryTake(number, out grant))
                return true;
            _gate.Undo();
            return false;
        }
        if (!_local.TryAdmit(state.LocalRate(nowMs), nowMs, out grant))
            return false;
        _counters.Add(Kind.Local);
        if (number != 0)
            LocalClaims.Enqueue(new Claim(number, grant));
        return true;
    }

    private void Start(Grant grant, long number, long nowMs)
    {
        if (grant.Slot != Grant.LocalSlot)
            _slots.Start(grant, number, nowMs);
    }

    private ClaimResult Repeat(LineBlock block, int index, long number, out Grant grant)
    {
        int slot = block.Slot(index);
        grant = slot > 0 ? _slots.HeldBy(slot - 1, number) : default;
        if (grant.Admission != 0)
            return ClaimResult.Admitted;
        return Count(slot == LineBlock.SlotUnknown ? ClaimResult.GateHolds : ClaimResult.Unknown);
    }

    private static void Beat(NodeState state, long position, long dueMs)
    {
        if (state.Blocks.FindOrMake(position) is { } block)
            Beat(block, (int)(position & LineBlock.Mask), dueMs);
    }

    private static void Beat(LineBlock block, int index, long dueMs) =>
        Volatile.Write(ref block.Beats[index], HeartbeatClock.Deadline(dueMs + RoomLimits.PollGraceMs));

    /// <param name="isHeld">Where somebody stands is not known yet: told as a pause, and not as the first place.</param>
    private VisitorView Stand(VisitorState state, long number, long epoch, int pollAfterMs, bool isHeld = false)
    {
        if (state == VisitorState.Unknown)
            _counters.Add(Kind.UnknownTickets);
        return new VisitorView(state, number, 0, 0, 0, pollAfterMs, isHeld || (State.View?.Paused ?? false), epoch);
    }

    private JoinResult Refuse(JoinResult result)
    {
        _counters.Add(result == JoinResult.NoneNow ? Kind.NoNumber : Kind.JoinsClosed);
        return result;
    }

    private ClaimResult Count(ClaimResult result)
    {
        _counters.Add(result switch
        {
            ClaimResult.Admitted => Kind.Admitted,
            ClaimResult.GateHolds => Kind.GateHolds,
            ClaimResult.NotYet => Kind.NotYet,
            _ => Kind.UnknownTickets,
        });
        return result;
    }

    private PassCheck Count(PassCheck result)
    {
        if (result != PassCheck.Valid)
            _counters.Add(result == PassCheck.Expired ? Kind.ExpiredPasses : Kind.SupersededPasses);
        return result;
    }
}
