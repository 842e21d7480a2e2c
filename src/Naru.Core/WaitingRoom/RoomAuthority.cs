using System.Buffers;
using Naru.Core.WaitingRoom.Forecast;

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
/// Whatever was lost starts one as well, but keeps places (<see cref="LineRecovery"/>).
/// </para>
/// </summary>
public sealed class RoomAuthority
{
    private readonly RoomLedger _ledger;
    private readonly NodeSeats _seats = new();
    private readonly NumberDesk _numbers;
    private readonly AdmissionDesk _admissions;
    private readonly RateShares _shares;
    private readonly LinePresence _presence;
    private readonly LineCaller _caller;
    private readonly Opening _opening;
    private readonly LineRecovery _recovery;
    private readonly LineForecast _forecast = new();
    private readonly AutoRate _auto;

    private RoomSettings _settings;
    private RoomSettings _effective;
    private long _nowMs;
    private double _turnMs;
    private long _waiting;
    private long _takenMs;
    private long _backMs;
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
        _admissions = new AdmissionDesk(ledger, _seats.Present, nowMs);
        _shares = new RateShares(_seats.Present);
        _presence = new LinePresence(ledger, _seats) { Limit = ledger.High };
        _caller = new LineCaller(ledger, _presence);
        _opening = new Opening(ledger, _numbers, _presence, random);
        _recovery = new LineRecovery(ledger, _numbers, _admissions, _opening);
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
        if (nowMs - _nowMs > NodeSeats.LateMs && _seats.Present.Count > 0)
            _backMs = nowMs + NodeSeats.LateMs;
        _nowMs = Math.Max(_nowMs, nowMs);
        var seat = _seats.Hear(report, _nowMs);
        _recovery.Take(report, _effective, (long)_turnMs, _nowMs);
        _numbers.Take(report, seat);
        _shares.Take(report, seat, _nowMs);
        _admissions.Take(report, seat, update, _effective, _nowMs);
        seat.TakePresence(report);
        seat.Counts = report.Counts;
        if (_settings.AdmitAuto && _auto.Observe(report.Pulse, _admissions.Admitted.PerSecond, _nowMs))
            PutInForce();

        Advance(elapsedSeconds, report.Held >= 0);

        if (_recovery.IsBegun)
            _numbers.Give(report, seat, alone: _seats.IsOne, update);
        bool open = Moving && _recovery.IsBegun && !NobodyHasATurn && _recovery.IsSettled(_nowMs);
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
        if (!_recovery.IsBegun)
            return;
        _recovery.SkipAhead();
        _recovered = true;
    }

    /// <summary>What changed durably since the last call; nothing when nothing did. To be called after each tick, or it piles up.</summary>
    public void TakeChanges(IBufferWriter<byte> target) => _ledger.TakeChanges(target);

    /// <summary>
    /// Nobody is called yet of a line that is rebuilt. A grant would be of use to nobody, and take the slot of somebody inside who has
    /// not shown the pass yet.
    /// </summary>
    private bool NobodyHasATurn => _recovery.IsRebuilding(_nowMs) && _ledger.Serving <= _ledger.History.GraceFrom;

    private bool Moving => _opening.Phase == RoomPhase.Open && !_ledger.Controls.Pauses(_settings) && _effective.AdmitPerSecond > 0;

    /// <summary>
    /// What time brings, in this order: 1 sessions end, silent nodes are given up; 2 the schedule; 3 the grace of called visitors;
    /// 4 the next visitors are called; 5 forecasts are made and judged.
    /// </summary>
    private void Advance(double elapsedSeconds, bool held)
    {
        // 1
        _admissions.EndExpired(_effective.SessionMs, _nowMs, _seats.HeardMs(_nowMs));
        DropSilent();

        // 2
        if (_ledger.Controls.Override == RoomOverride.Open)
            SettleControls();
        _opening.Advance(_effective, _seats.Present, _nowMs);

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
            _admissions.Plan.CountHeld(_seats.Present.Sum(s => (long)s.Held));
        _presence.Limit = _numbers.Settled(_seats.Present);
        bool calls = Moving && !_recovery.IsRebuilding(_nowMs);
        double called = calls && DrawsAreKnown() ? CallNext(lead) : 0;

        // 5
        bool waits = _presence.AliveFront(_nowMs) > 0 || _presence.Limit - _ledger.Serving > LineBlock.Size;
        double slotUse = (_ledger.Slots.Active - unused) / Math.Max(1.0, _effective.Active);
        _forecast.Observe(calls && waits, called, _admissions, _effective, slotUse, _ledger.Serving, elapsedSeconds, _nowMs);
        if (elapsedSeconds > 0)
            _admissions.Measure(elapsedSeconds);
        LookAhead();
    }

    private void LookAhead()
    {
        // Where nobody waits, nor will in the next seconds, nobody is told a time.
        bool asked = _presence.Limit > _ledger.Serving || 2L * _ledger.Slots.Active > _effective.Active;
        bool moves = Moving && !_recovery.IsRebuilding(_nowMs);
        _forecast.Play(_effective, View, _admissions, asked, moves, Need(OpenSlots(), LeadSeconds()), _nowMs);
    }

    /// <summary>Until every node has moved the heartbeats of the drawn to their places, nobody knows who stands where.</summary>
    private bool DrawsAreKnown() =>
        _ledger.Draws.Count == 0 || _ledger.Draws[^1].To <= _ledger.Serving || _seats.Present.TrueForAll(s => s.DrawnTo >= _ledger.Draws[^1].To);

    private int OpenSlots() => Math.Max(0, _effective.Active - _ledger.Slots.Active) + _admissions.UnusedGrants;

    /// <summary>Visitors who should be on their way and are not; below zero: more are than should.</summary>
    private double Need(int open, double lead)
    {
        // Of several nodes only some may have a share of a small rate: visitors of the others come in vain.
        var whole = RateShare.Whole(_effective.AdmitPerSecond);
        int holders = _shares.Holders(whole);
        double crowd = Math.Max(1, _seats.Present.Count) / (double)holders;
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
        return (int)Math.Clamp(crowd * 1000 / RoomLimits.PollsPerSecond / Math.Max(1, _seats.Present.Count), RoomLimits.PollMinMs, RoomLimits.PollMaxMs);
    }

    private void DropSilent()
    {
        while (_seats.FindSilent(_nowMs) is { } seat)
        {
            _admissions.Orphan(seat, _effective.SessionMs, _nowMs);
            _seats.Drop(seat);
        }
        _seats.ForgetGhosts(_nowMs);
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
        _recovery.Resume(_settings, IsAlone, nowMs);
    }

    private void Revoke()
    {
        _recovery.Revoke(_settings, _nowMs);
        _numbers.Restart();
        _admissions.Restart(_ledger.AdmissionHigh, _nowMs);
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
            CallsFromMs = _recovery.AwaitsUntilMs > _nowMs ? _recovery.AwaitsUntilMs : 0,
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
            Direct = Moving && !_recovery.IsRebuilding(_nowMs) && _nowMs >= _backMs && _numbers.JoinedTo <= _presence.Limit && _waiting == 0 && open > plan.Pending
                && plan.Pending <= _effective.AdmitPerSecond * CallPlan.LeadSeconds / 2,
            Nodes = Math.Max(1, _seats.Present.Count + _seats.Ghosts.Count),
            AdmittedPerSecond = _admissions.Admitted.PerSecond,
            NoShowShare = 1 - plan.ShowShare,
            CalledPerSecond = _forecast.CallsPerSecond,
            CallablePerSecond = Math.Max(
                _forecast.CallsPerSecond,
                Math.Min(_effective.AdmitPerSecond, Math.Max(0, open) / CallPlan.LeadSeconds + _admissions.Freed.PerSecond) / plan.ShowShare),
            ToldHeldShare = _forecast.HeldShare,
            CallsAhead = _forecast.Outlook.Calls,
            SoonestS = _forecast.Outlook.SoonestS,
            LatestS = _forecast.Outlook.LatestS,
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
        foreach (var seat in _seats.Present)
            counts = counts.Plus(seat.Counts);
        return counts;
    }
}
