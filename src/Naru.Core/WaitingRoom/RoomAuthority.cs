using System.Buffers;

namespace Naru.Core.WaitingRoom;

/// <summary>Fills the bytes with secret random ones.</summary>
public delegate void FillRandom(Span<byte> target);

/// <summary>
/// What all nodes of a cluster agree on about one room. Pure: time and random bytes come from the caller.
/// Owner: the store. Thread: one at a time. Invariants: numbers and admissions never repeat; admissions in any window t stay within
/// rate · t + max(1, <see cref="RoomLimits.BurstSeconds"/> of rate); no admission when the limit of active sessions is reached.
/// <para>
/// A store calls <see cref="Tick"/>, then <see cref="TakeChanges"/>, makes the bytes durable, and only then gives the update to the
/// node. To recover: <see cref="Restore"/> the last <see cref="Save"/> (or make a new room if there is none), then
/// <see cref="Replay"/> the changes since, in order; changes that the save already holds do no harm.
/// </para>
/// <para>
/// Epochs. The operator's revocation starts a new epoch and makes everything before it void (<see cref="RoomView.RevokedBelow"/>).
/// A failover, when a node knows more than the restored state (an old backup, an asynchronous replica), or visitors show genuine
/// tickets from beyond it, starts a new epoch as well, but keeps places: numbers go on behind a gap, and tickets of the epochs
/// since the last revocation stay valid.
/// </para>
/// <para>
/// A line whose memory is lost while its key is kept (every store and node of it) is rebuilt from the tickets that visitors show. It
/// listens for <see cref="RoomLimits.ListenMs"/> first, and gives nothing out. Numbers of one line lie less than
/// <see cref="RoomLimits.LineMax"/> apart, so behind the highest that was shown and that much there is room for new ones, and nobody
/// has them. Then those who wait have the time of the longest poll interval to show up, before the first of them is called. Nobody
/// showed up: the line begins behind a gap, and whoever comes later with an older ticket is called at once. Epochs tell the lines apart
/// (<see cref="LineEpoch"/>).
/// </para>
/// </summary>
public sealed class RoomAuthority
{
    private const int NodeSilentMs = 3_000;

    /// <summary>A node that was not heard for longer may know of sessions what the authority does not; RoomSessions allows for less.</summary>
    private const int LateMs = 4 * RoomLimits.TickMs;

    /// <summary>
    /// After a restart, until every node that may still live told what it holds, or stopped by itself: nobody is admitted.
    /// </summary>
    private const int SettleMs = RoomLimits.StoreLostMs + 100;

    /// <summary>Where the memory of admissions is lost they go on from here, times the Unix second: nobody admits so many a second for long.</summary>
    private const int AdmissionsPerSecondMax = 65_536;

    /// <summary>A line that goes on from a lost one begins so many numbers later each minute; most lend fewer.</summary>
    private const long BeginningStep = 65_536;

    private const long BeginningsMax = 256;

    /// <summary>From the newest ticket back to the oldest, over the gap behind a lost line that is not served yet.</summary>
    private const long ReachMax = 3 * RoomLimits.LineMax;

    /// <summary>The outlook is played anew so often while somebody waits or may soon, and when rate or limit change.</summary>
    private const int OutlookMs = 1_000;

    private readonly RoomLedger _ledger;
    private readonly List<NodeSeat> _seats = [];
    private readonly NumberDesk _numbers;
    private readonly AdmissionDesk _admissions;
    private readonly RateShares _shares;
    private readonly LinePresence _presence;
    private readonly LineCaller _caller;
    private readonly Opening _opening;
    private readonly CallPace _pace = new();
    private readonly EtaErrors _errors = new();
    private readonly CallOutlook _outlook = new();
    private readonly AutoRate _auto;

    private RoomSettings _settings;
    private RoomSettings _effective;
    private RoomSettings? _played;
    private long _playedMs;
    private long _nowMs;
    private double _turnMs;
    private long _waiting;
    private long _takenMs;
    private long _backMs;
    private long _gapMs;
    private long _gapUntilMs;
    private long _settledFromMs = long.MinValue;
    private long _rebuildUntilMs = long.MinValue;
    private long _listenUntilMs = long.MinValue;
    private long _seenEpoch;
    private long _seenLow = long.MaxValue;
    private long _seenHigh;
    private bool _recovered;
    private byte[]? _commitmentOf;
    private byte[] _commitment = [];
    private Draw[] _draws = [];

    /// <summary>A room of which nothing is stored.</summary>
    /// <param name="mayBeLost">Visitors may hold tickets and passes of it; false: nobody ever entered.</param>
    public RoomAuthority(RoomSettings settings, FillRandom random, long nowMs, bool mayBeLost = false)
        : this(new RoomLedger(mayBeLost), settings, random, nowMs)
    {
    }

    private RoomAuthority(RoomLedger ledger, RoomSettings settings, FillRandom random, long nowMs)
    {
        _ledger = ledger;
        _settings = _effective = settings;
        _nowMs = _takenMs = nowMs;
        _auto = new AutoRate(settings.AdmitPerSecond);
        _numbers = new NumberDesk(ledger);
        _admissions = new AdmissionDesk(ledger, _seats, nowMs);
        _shares = new RateShares(_seats);
        _presence = new LinePresence(ledger, _seats) { Limit = ledger.High };
        _caller = new LineCaller(ledger, _presence);
        _opening = new Opening(ledger, _numbers, _presence, random);
        PutInForce();
        LookAhead();
        View = MakeView();
    }

    /// <summary>
    /// No other process takes part, and what did before this one is dead: whatever it had at hand is dead with it, so a restored
    /// room need not wait until everybody has told what they hold.
    /// </summary>
    public bool IsAlone { get; init; }

    /// <summary>As of the last tick.</summary>
    public RoomView View { get; private set; }

    /// <summary>With the clock of the only node.</summary>
    public void Tick(NodeReport report, RoomUpdate update) => Tick(report, update, report.NowMs);

    /// <summary>Takes in what happened on a node and fills in what it gets.</summary>
    /// <param name="nowMs">The authority's clock, Unix milliseconds; a step back counts as standing still.</param>
    public void Tick(NodeReport report, RoomUpdate update, long nowMs)
    {
        update.Clear();
        if (_recovered)
            Recover(nowMs);
        double elapsedSeconds = Math.Max(0, nowMs - _nowMs) / 1000.0;
        // Before the first report there is nobody who could have something to tell.
        if (nowMs - _nowMs > LateMs && _seats.Count > 0)
            _backMs = nowMs + LateMs;
        _nowMs = Math.Max(_nowMs, nowMs);
        var seat = SeatOf(report);
        if (!IsBegun && report.Epoch == 0)
            Listen(report);
        else if (KnowsMore(report))
            FailOver(report);
        _numbers.Take(report, seat);
        _shares.Take(report, seat, _nowMs);
        _admissions.Take(report, seat, update, _effective, _nowMs);
        seat.TakePresence(report);
        seat.Counts = report.Counts;
        if (_settings.AdmitAuto && _auto.Observe(report.Pulse, _admissions.Admitted.PerSecond, _nowMs))
            PutInForce();

        Advance(elapsedSeconds, report.Held >= 0);

        if (IsBegun)
            _numbers.Give(report, seat, alone: _seats.Count == 1 && _presence.Ghosts.Count == 0, update);
        bool open = Moving && IsBegun && _nowMs >= _settledFromMs;
        _shares.Give(seat, open ? RateShare.Whole(_effective.AdmitPerSecond) : default, isNew: _ledger.AdmissionHigh == 1, update, _nowMs);
        _admissions.Give(report, seat, _effective, update.Share, open, update);
        _admissions.Tell(report, seat, update);
        seat.AnsweredNumber = report.Number;
        update.ReportNumber = report.Number;
        update.View = View = MakeView();
    }

    /// <summary>Puts the operator's changes in force; nodes see them with their next update.</summary>
    public void Apply(RoomControls controls, long nowMs)
    {
        _nowMs = Math.Max(_nowMs, nowMs);
        bool revoke = controls.Revocations > _ledger.Controls.Revocations;
        if (revoke || controls != _ledger.Controls)
            _ledger.SetControls(controls);
        SettleControls();
        if (revoke)
            Revoke();
        PutInForce();
        LookAhead();
        View = MakeView();
    }

    /// <summary>Puts a reloaded configuration in force; places, sessions and the operator's changes stay.</summary>
    public void Configure(RoomSettings settings, long nowMs)
    {
        _nowMs = Math.Max(_nowMs, nowMs);
        _settings = settings;
        SettleControls();
        PutInForce();
        LookAhead();
        View = MakeView();
    }

    /// <summary>Everything that must outlive the process, and changes so far with it.</summary>
    public void Save(IBufferWriter<byte> target) => _ledger.Save(target);

    /// <summary>A room as it was saved. Throws <see cref="InvalidDataException"/> when the bytes are not a saved room.</summary>
    public static RoomAuthority Restore(ReadOnlySpan<byte> saved, RoomSettings settings, FillRandom random, long nowMs, bool isAlone = false)
    {
        var ledger = new RoomLedger(isUnknown: true);
        ledger.Restore(saved);
        return new RoomAuthority(ledger, settings, random, nowMs) { _recovered = true, IsAlone = isAlone };
    }

    /// <summary>Puts changes in place again, before the first tick. Throws <see cref="InvalidDataException"/> when the bytes are not changes.</summary>
    public void Replay(ReadOnlySpan<byte> changes)
    {
        _ledger.Replay(changes);
        _recovered = true;
    }

    /// <summary>
    /// Numbers and admissions go on behind a gap, in a new epoch that keeps all places: the store lost the last changes, and what
    /// rested on them may have been given out.
    /// </summary>
    public void SkipAhead()
    {
        // What has not begun listens to visitors, and finds its gap by them.
        if (!IsBegun)
            return;
        _ledger.SetEpoch(_ledger.Epoch + 1, _ledger.RevokedBelow);
        _ledger.SetHigh(_ledger.High + RoomLimits.FailoverGap);
        _numbers.LineFrom = _ledger.High;
        _ledger.SetAdmissionHigh(_ledger.AdmissionHigh + RoomLimits.FailoverGap);
        _recovered = true;
    }

    /// <summary>What changed durably since the last call; nothing when nothing did. To be called after each tick, or it piles up.</summary>
    public void TakeChanges(IBufferWriter<byte> target) => _ledger.TakeChanges(target);

    private bool IsBegun => _ledger.Epoch != 0;

    /// <summary>Visitors of a lost line are awaited: nobody is called, and nobody enters past them.</summary>
    private bool IsRebuilding => !IsBegun || _nowMs < _rebuildUntilMs;

    private bool Moving => _opening.Phase == RoomPhase.Open && !_ledger.Controls.Pauses(_settings) && _effective.AdmitPerSecond > 0;

    /// <summary>
    /// What time brings, in this order: 1 sessions end, silent nodes are given up; 2 the schedule; 3 the grace of called visitors;
    /// 4 the next visitors are called; 5 forecasts are made and judged.
    /// </summary>
    private void Advance(double elapsedSeconds, bool held)
    {
        // 1
        _admissions.EndExpired(_effective.SessionMs, _nowMs, HeardMs());
        DropSilent();

        // 2
        if (_ledger.Controls.Override == RoomOverride.Open)
            SettleControls();
        _opening.Advance(_effective, _seats, _nowMs);

        // 3: only while turns can be taken.
        int unused = _admissions.UnusedGrants;
        if (unused > 0 || _admissions.AdmittedNow > 0)
            _takenMs = _nowMs;
        if (Moving && _nowMs - _takenMs < 1_000)
            _turnMs += elapsedSeconds * 1000;
        _ledger.Forget((long)_turnMs, _effective.GraceMs);

        // 4
        double lead = LeadSeconds();
        _admissions.Plan.Advance(_nowMs, (int)(lead * 1000) + CallPlan.JudgeMs);
        if (held)
            _admissions.Plan.CountHeld(_seats.Sum(s => (long)s.Held));
        _presence.Limit = _numbers.Settled(_seats);
        bool calls = Moving && !IsRebuilding;
        double called = calls && DrawsAreKnown() ? CallNext(lead) : 0;

        // 5
        bool waits = _presence.AliveFront(_nowMs) > 0 || _presence.Limit - _ledger.Serving > LineBlock.Size;
        var plan = _admissions.Plan;
        double slotUse = (_ledger.Slots.Active - unused) / Math.Max(1.0, _effective.Active);
        _pace.Advance(calls && waits, called, _admissions.AdmittedNow, plan.Pending, _effective.AdmitPerSecond, slotUse, _outlook.IsFull, elapsedSeconds, _nowMs);
        _errors.Judge(_ledger.Serving, _nowMs);
        if (elapsedSeconds > 0)
            _admissions.Measure(elapsedSeconds);
        LookAhead();
    }

    private void LookAhead()
    {
        // Where nobody waits, nor will in the next seconds, nobody is told a time.
        bool asked = _presence.Limit > _ledger.Serving || 2L * _ledger.Slots.Active > _effective.Active;
        if ((!asked || _nowMs - _playedMs < OutlookMs) && ReferenceEquals(_played, _effective))
            return;
        if (_playedMs > 0)
            LookBack(Math.Min(_nowMs - _playedMs, 2 * OutlookMs) / 1000.0);
        (_playedMs, _played) = (_nowMs, _effective);
        _outlook.Play(_effective, _admissions.Sessions.Ages, _pace, _errors, Need(OpenSlots(), LeadSeconds()));
    }

    /// <summary>What the last outlook was worth.</summary>
    private void LookBack(double elapsedSeconds)
    {
        if (!Moving || IsRebuilding)
            _errors.Forget();
        _errors.CountLeaving(View, _admissions.Plan.Called, elapsedSeconds);
        if (!_pace.IsSettled(_nowMs))
            return;
        _errors.Forecast(View, _nowMs);
        _errors.Learn(View, _nowMs);
    }

    /// <summary>Until every node has moved the heartbeats of the drawn to their places, nobody knows who stands where.</summary>
    private bool DrawsAreKnown() =>
        _ledger.Draws.Count == 0 || _ledger.Draws[^1].To <= _ledger.Serving || _seats.TrueForAll(s => s.DrawnTo >= _ledger.Draws[^1].To);

    private int OpenSlots() => Math.Max(0, _effective.Active - _ledger.Slots.Active) + _admissions.UnusedGrants;

    /// <summary>Visitors who should be on their way and are not; below zero: more are than should.</summary>
    private double Need(int open, double lead)
    {
        // Of several nodes only some may have a share of a small rate: visitors of the others come in vain.
        var whole = RateShare.Whole(_effective.AdmitPerSecond);
        int holders = _shares.Holders(whole);
        double crowd = Math.Max(1, _seats.Count) / (double)holders;
        return _admissions.Plan.Need(whole.PerSecond, open, _admissions.Freed.PerSecond, lead * crowd, whole.Burst / holders);
    }

    private double CallNext(double lead)
    {
        double need = Need(OpenSlots(), lead) / _admissions.Plan.ShowShare;
        long from = _ledger.Serving;
        double called = _caller.Call(need, Math.Min(_presence.Limit, _ledger.UndrawnFrom), (long)_turnMs, _nowMs);
        if (_ledger.Serving > from)
            _admissions.Plan.Call(from, called, _nowMs);
        return called;
    }

    /// <summary>Who was drawn at an opening polls as seldom as before it until they see their place.</summary>
    private double LeadSeconds() =>
        _nowMs - _opening.OpenedAtMs < RoomLimits.SilenceMaxMs
            ? Math.Max(CallPlan.LeadSeconds, PollFloorMs() * (1 + RoomLimits.PollJitter) / 1000)
            : CallPlan.LeadSeconds;

    /// <summary>What a fixed number of polls a second leaves to each of a crowd that stands at the same distance from the front.</summary>
    private int PollFloorMs()
    {
        // In the gap behind a lost line stands nobody.
        long crowd = _ledger.Serving < _ledger.BornFrom ? _waiting : _presence.Limit - _ledger.Serving;
        return (int)Math.Clamp(crowd * 1000 / RoomLimits.PollsPerSecond / Math.Max(1, _seats.Count), RoomLimits.PollMinMs, RoomLimits.PollMaxMs);
    }

    private NodeSeat SeatOf(NodeReport report)
    {
        var seat = _seats.Find(s => s.NodeId == report.NodeId);
        if (seat is null)
        {
            seat = _presence.Ghosts.Find(s => s.NodeId == report.NodeId) ?? new NodeSeat(report.NodeId) { AnsweredNumber = report.AcceptedNumber, LastTickMs = _nowMs };
            _presence.Ghosts.Remove(seat);
            _seats.Add(seat);
        }
        NoteGap(_nowMs - seat.LastTickMs);
        seat.LastTickMs = _nowMs;
        return seat;
    }

    /// <summary>A node that comes back after a pause needs a sweep of its sessions to tell which were used meanwhile.</summary>
    private void NoteGap(long gapMs)
    {
        if (gapMs <= LateMs)
            return;
        _gapMs = _nowMs < _gapUntilMs ? Math.Max(_gapMs, gapMs) : gapMs;
        _gapUntilMs = _nowMs + RoomSessions.SweepMs + Math.Min(2 * gapMs, NodeSilentMs);
    }

    /// <summary>What happened up to here was told by all nodes that are not given up.</summary>
    private long HeardMs()
    {
        long lateMs = _nowMs < _gapUntilMs ? _gapMs : 0;
        foreach (var seat in _seats)
            if (_nowMs - seat.LastTickMs > LateMs)
                lateMs = Math.Max(lateMs, _nowMs - seat.LastTickMs);
        return _nowMs - lateMs;
    }

    private void DropSilent()
    {
        for (int i = _seats.Count - 1; i >= 0; i--)
        {
            var seat = _seats[i];
            if (_nowMs - seat.LastTickMs <= NodeSilentMs)
                continue;
            _admissions.Orphan(seat, _effective.SessionMs, _nowMs);
            seat.Leases.Clear();
            seat.Held = 0;
            seat.InForce = seat.Promised = default;
            _seats.RemoveAt(i);
            _presence.Ghosts.Add(seat);
        }
        _presence.Ghosts.RemoveAll(g => _nowMs - g.LastTickMs > RoomLimits.SilenceMaxMs);
    }

    private void Recover(long nowMs)
    {
        _recovered = false;
        _turnMs = _ledger.TurnMs;
        _nowMs = Math.Max(_nowMs, nowMs);
        _ledger.Forget(_ledger.TurnMs, _settings.GraceMs);
        SettleControls();
        _numbers.Restart();
        _admissions.Restart(_ledger.AdmissionHigh, nowMs);
        PutInForce();
        _admissions.Sessions.Restart(_effective.SessionMs, nowMs);
        _presence.ProbationUntilMs = nowMs + RoomLimits.SilenceMaxMs;
        _settledFromMs = IsAlone ? nowMs : nowMs + SettleMs;
        // Nobody knows who of the lost line is there before they are heard of again.
        if (IsBegun && _ledger.Serving < _ledger.BornFrom && nowMs >= _settings.OpensMs)
            _rebuildUntilMs = nowMs + RoomLimits.SilenceMaxMs;
    }

    private void Revoke()
    {
        if (!IsBegun)
            BeginAfterNobody();
        long epoch = LineEpoch.NextRevoked(_ledger.Epoch, _nowMs);
        _ledger.SetEpoch(epoch, epoch);
        _rebuildUntilMs = long.MinValue;
        _numbers.Restart();
        _admissions.Restart(_ledger.AdmissionHigh, _nowMs);
    }

    /// <summary>The node, or a ticket that it saw, comes from a later state of this line.</summary>
    private bool KnowsMore(NodeReport report) =>
        report.Epoch > _ledger.Epoch || report.SeenEpoch > _ledger.Epoch || report.RevokedBelow > _ledger.RevokedBelow
        || report.High > _ledger.High || report.SeenNumberHigh >= _ledger.High || report.Serving > _ledger.Serving
        || report.AdmissionHigh > _ledger.AdmissionHigh;

    private void FailOver(NodeReport report)
    {
        bool wasBegun = IsBegun;
        long high = Math.Max(_ledger.High, Math.Max(report.High, report.SeenNumberHigh + 1)) + RoomLimits.FailoverGap;
        long epoch = LineEpoch.Next(Math.Max(_ledger.Epoch, Math.Max(report.Epoch, report.SeenEpoch)), _nowMs);
        _ledger.SetEpoch(epoch, Math.Max(_ledger.RevokedBelow, report.RevokedBelow));
        _ledger.SetHigh(high);
        _numbers.LineFrom = high;
        if (report.Serving > _ledger.Serving)
            _ledger.SetServing(report.Serving, (long)_turnMs);
        // No place lies further back, be it in a line that goes on from a lost one: what the store had is older than all tickets.
        long oldest = high - RoomLimits.FailoverGap - ReachMax;
        if (oldest > _ledger.Serving)
            _ledger.SetServing(oldest, (long)_turnMs);
        if (oldest > _ledger.History.GraceFrom)
            _ledger.SetGrace(oldest);
        RestartAdmissions(Math.Max(_ledger.AdmissionHigh, report.AdmissionHigh) + RoomLimits.FailoverGap);
        _settledFromMs = _nowMs + SettleMs;
        // Where the mark stood is known to no node: everybody gets the time to show up before somebody is called.
        if (report.High == 0 || report.SeenNumberHigh >= report.High)
            _rebuildUntilMs = _nowMs + RoomLimits.SilenceMaxMs;
        else if (report.Serving >= _ledger.Serving)
            _rebuildUntilMs = long.MinValue;
        if (!wasBegun)
            _opening.Begin(_effective, _nowMs);
    }

    /// <summary>No node knows the line: visitors do, if there was one.</summary>
    private void Listen(NodeReport report)
    {
        if (_listenUntilMs == long.MinValue)
        {
            _listenUntilMs = _nowMs + RoomLimits.ListenMs;
            // Passes of the lost line come in from now on, and each must find its slot.
            _ledger.Slots.IsFromTop = true;
            RestartAdmissions(_nowMs / 1000 * AdmissionsPerSecondMax);
        }
        _seenEpoch = Math.Max(_seenEpoch, report.SeenEpoch);
        if (report.SeenNumberHigh > 0)
        {
            _seenLow = Math.Min(_seenLow, report.SeenNumberLow);
            _seenHigh = Math.Max(_seenHigh, report.SeenNumberHigh);
        }
        if (_nowMs < _listenUntilMs)
            return;
        if (_seenHigh == 0)
            BeginAfterNobody();
        else
            BeginAfterLost();
    }

    /// <summary>Nobody waits who could be heard of so soon: the mark stands at the first new number, if there is no draw to come.</summary>
    private void BeginAfterNobody()
    {
        long from = RoomLimits.FailoverGap + Later() + 1;
        _ledger.Begin(LineEpoch.Next(0, _nowMs), LineEpoch.First, from, serving: _nowMs < _settings.OpensMs ? 1 : from, graceFrom: 1);
        _numbers.Restart();
        _opening.Begin(_effective, _nowMs);
    }

    private void BeginAfterLost()
    {
        long first = Math.Max(1, Math.Max(_seenLow - RoomLimits.LineMax, _seenHigh - ReachMax));
        _ledger.Begin(LineEpoch.Next(_seenEpoch, _nowMs), LineEpoch.RevokedBelow(_seenEpoch), _seenHigh + RoomLimits.LineMax + Later() + 1, first, first);
        _numbers.Restart();
        _opening.Begin(_effective, _nowMs);
        _rebuildUntilMs = _nowMs + RoomLimits.SilenceMaxMs;
    }

    /// <summary>
    /// Of two losses within hours, the later one begins later, also where nobody was heard of who joined between them: those numbers
    /// lie behind what both begin from.
    /// </summary>
    private long Later() => _nowMs / 60_000 % BeginningsMax * BeginningStep;

    private void RestartAdmissions(long admissionsFrom)
    {
        _numbers.Restart();
        _admissions.Restart(admissionsFrom, _nowMs);
        _ledger.Slots.Grow(_effective.Active);
        _admissions.Sessions.Restart(_effective.SessionMs, _nowMs);
    }

    /// <summary>Drops what the operator changed by hand and what the configuration has overtaken since.</summary>
    private void SettleControls()
    {
        var controls = _ledger.Controls.Beside(_settings, _nowMs);
        if (!ReferenceEquals(controls, _ledger.Controls))
            _ledger.SetControls(controls);
    }

    private void PutInForce()
    {
        var controls = _ledger.Controls;
        double configured = _settings.AdmitAuto ? _auto.PerSecond : _settings.AdmitPerSecond;
        _effective = _settings with
        {
            AdmitPerSecond = controls.AdmitPerSecond ?? configured,
            Active = Math.Clamp(controls.Active ?? _settings.Active, 0, RoomLimits.SlotsMax),
        };
    }

    private RoomView MakeView()
    {
        int front = _presence.AliveFront(_nowMs);
        int[] prefix = _presence.Prefix(_nowMs, out long prefixFrom);
        _waiting = front + Beyond(prefix, prefixFrom);
        var plan = _admissions.Plan;
        int open = _effective.Active - _ledger.Slots.Active + _admissions.UnusedGrants;
        if (_commitmentOf != _ledger.NextSeed)
            (_commitmentOf, _commitment) = (_ledger.NextSeed, _ledger.NextSeed.Length == 0 ? [] : Draw.Commitment(_ledger.NextSeed));
        if (_draws.Length != _ledger.Draws.Count || (_draws.Length > 0 && (_draws[0] != _ledger.Draws[0] || _draws[^1] != _ledger.Draws[^1])))
            _draws = [.. _ledger.Draws];
        var view = new RoomView
        {
            Settings = _effective,
            Controls = _ledger.Controls,
            Phase = _opening.Phase,
            NowMs = _nowMs,
            Epoch = _ledger.Epoch,
            RevokedBelow = _ledger.RevokedBelow,
            BornEpoch = _ledger.BornEpoch,
            BornFrom = _ledger.BornFrom,
            CallsFromMs = _rebuildUntilMs > _nowMs ? _rebuildUntilMs : 0,
            High = _ledger.High,
            Serving = _ledger.Serving,
            CalledTo = Math.Min(_ledger.Serving, _ledger.JoinedTo),
            GraceFrom = _ledger.History.GraceFrom,
            UndrawnFrom = _ledger.UndrawnFrom,
            DrawTable = _draws,
            NextCommitment = _commitment,
            AdmissionHigh = _ledger.AdmissionHigh,
            Waiting = _waiting,
            Pending = (long)Math.Round(plan.Pending),
            Active = _ledger.Slots.Active,
            Inside = Math.Max(0, _ledger.Slots.Active - _admissions.UnusedGrants),
            // Who was called is served first: there must be enough for them and for whoever comes in.
            // A number beyond those that can be counted is somebody who waits as well; and after a pause nodes have yet to tell.
            Direct = Moving && !IsRebuilding && _nowMs >= _backMs && _numbers.JoinedTo <= _presence.Limit && _waiting == 0 && open > plan.Pending
                && plan.Pending <= _effective.AdmitPerSecond * CallPlan.LeadSeconds / 2,
            Nodes = Math.Max(1, _seats.Count + _presence.Ghosts.Count),
            AdmittedPerSecond = _admissions.Admitted.PerSecond,
            NoShowShare = 1 - plan.ShowShare,
            CalledPerSecond = _outlook.AdmissionsPerSecond * _pace.CallsPerAdmission,
            CallablePerSecond = Math.Max(
                _outlook.AdmissionsPerSecond * _pace.CallsPerAdmission,
                Math.Min(_effective.AdmitPerSecond, Math.Max(0, open) / CallPlan.LeadSeconds + _admissions.Freed.PerSecond) / plan.ShowShare),
            CallsAhead = _outlook.Calls,
            SoonestS = _outlook.SoonestS,
            LatestS = _outlook.LatestS,
            PollFloorMs = PollFloorMs(),
            Counts = Counts(),
            AliveFromBlock = prefixFrom,
            AlivePrefix = prefix,
            Limit = _presence.Limit,
            AliveFront = front,
            Probation = _presence.InProbation(_nowMs),
        };
        return view;
    }

    private long Beyond(int[] prefix, long prefixFrom)
    {
        long rest = (_ledger.Serving >> LineBlock.Shift) + 1 - prefixFrom;
        return prefix[^1] - prefix[Math.Clamp(rest, 0, prefix.Length - 1)];
    }

    private RoomCounts Counts()
    {
        var counts = new RoomCounts { Called = (long)_admissions.Plan.Called, Gone = (long)_admissions.Plan.Gone, Expired = _admissions.Expired };
        foreach (var seat in _seats)
            counts = counts.Plus(seat.Counts);
        return counts;
    }
}
