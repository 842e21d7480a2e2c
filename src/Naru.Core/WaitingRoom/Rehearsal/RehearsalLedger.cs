namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// Everything that is counted in a rehearsal, and everything that must hold. It hears what visitors see and never asks the room,
/// so it would notice if the room's own books were wrong. Owner: one rehearsal. Thread: the caller's.
/// </summary>
internal sealed class RehearsalLedger
{
    /// <summary>Steps of the rehearsal by which waits are told apart.</summary>
    private const int ArrivalSteps = 90;

    /// <summary>The line counts as long when it could fill so many seconds of the rate; else some idleness is nobody's fault.</summary>
    private const double LongLineSeconds = 3;

    /// <summary>By then every node has heard of what the operator changed, or acts as if the store were lost; slow stores included.</summary>
    private const int HeardMs = 2_000;

    /// <summary>Visitors who come further apart keep their order; nodes that are late to reach the store add their lateness.</summary>
    public long OrderMs { get; }

    private readonly long _lastsMs;
    private readonly long _startMs;
    private readonly List<RehearsalSecond> _seconds = [];
    private readonly List<long> _waitsMs = [];
    private readonly List<long> _turnsMs = [];
    private readonly List<long>[] _waitsByArrivalMs = [.. Enumerable.Range(0, ArrivalSteps).Select(_ => new List<long>())];
    private readonly Dictionary<string, string> _broken = [];
    private RehearsalSecond _second = new();
    private double _rateMs;
    private int _longSeconds;
    private double _idleSum;
    private int _awakeMin;
    private long _rateSinceMs;
    private long _pausedMs = long.MinValue / 2;
    private long _loweredMs = long.MinValue / 2;
    private int _limitBefore;

    public RehearsalLedger(CrowdPlan plan, long startMs, bool isOpenAtStart)
    {
        (_lastsMs, _startMs, _rateSinceMs) = ((long)plan.Lasts.TotalMilliseconds, startMs, startMs);
        var slowestMs = plan.Events.Where(e => e.Kind == CrowdEventKind.StoreSlow).Select(e => (long)e.Delay.TotalMilliseconds).DefaultIfEmpty(0).Max();
        var isCutOff = plan.Events.Any(e => e.Kind == CrowdEventKind.StoreDown);
        OrderMs = RoomLimits.LeaseMs + Math.Max(slowestMs, isCutOff ? RoomLimits.TickMs : 0);
        Rate = isOpenAtStart ? plan.Room.AdmitPerSecond : 0;
        Limit = plan.Room.Active;
        Admissions = new AdmissionMeter(Rate, startMs);
        Eta = new EtaMeter(startMs + _lastsMs);
    }

    public RehearsalSecond Second => _second;

    public NumberLedger Numbers { get; } = new();

    public SlotLedger Slots { get; } = new();

    public EtaMeter Eta { get; }

    public AdmissionMeter Admissions { get; }

    public double Rate { get; private set; }

    public int Limit { get; private set; }

    public int Waiting { get; private set; }

    public int Awake { get; private set; }

    public int Called { get; set; }

    public long Lost { get; private set; }

    public int ActiveMax { get; private set; }

    public long DirectOvertakesMs { get; private set; }

    public IReadOnlyList<RehearsalSecond> Seconds => _seconds;

    public WaitFigures Wait => WaitFigures.Of(_waitsMs);

    public WaitFigures TurnToAdmission => WaitFigures.Of(_turnsMs);

    public IReadOnlyList<WaitFigures> WaitByArrival => [.. _waitsByArrivalMs.Select(WaitFigures.Of)];

    public double IdleShare => _longSeconds == 0 ? 0 : _idleSum / _longSeconds;

    /// <summary>How a rule was broken first; null: it was not.</summary>
    public string? Broken(string rule) => _broken.GetValueOrDefault(rule);

    public void Break(string rule, long nowMs, string how)
    {
        if (_broken.Count < 100)
            _broken.TryAdd(rule, $"{how}, {(nowMs - _startMs) / 1000.0:0.00} s after the start");
    }

    public void BeginSecond()
    {
        _second = new RehearsalSecond();
        _awakeMin = Awake;
        _rateMs = 0;
    }

    public void EndSecond(long nowMs)
    {
        FlowRate(nowMs);
        _second.Waiting = Waiting;
        _second.Called = Called;
        _second.Active = Slots.Seen;
        _second.ActiveLimit = Limit;
        _second.Rate = Rate;
        _second.ExcessBound = Admissions.Bound;
        var allowed = _rateMs / 1000;
        if (Rate > 0 && _awakeMin >= Math.Max(5, LongLineSeconds * Rate))
        {
            _second.RateIdle = Math.Max(0, 1 - _second.Admitted / allowed);
            _second.SessionsIdle = Math.Max(0, 1 - (double)Slots.Seen / Limit);
            _longSeconds++;
            _idleSum += _second.Idle!.Value;
        }
        _seconds.Add(_second);
    }

    /// <summary>A pause shuts the gate and leaves the bound of the rate as it is.</summary>
    public void SetRate(double perSecond, bool isPaused, long nowMs)
    {
        FlowRate(nowMs);
        if (isPaused && Rate > 0)
            _pausedMs = nowMs;
        Rate = isPaused ? 0 : perSecond;
        Admissions.SetRate(perSecond, nowMs);
    }

    /// <summary>Who is inside may stay when the limit is lowered, and nodes hear of it by their next tick.</summary>
    public void SetLimit(int limit, long nowMs)
    {
        if (limit < Limit)
            (_limitBefore, _loweredMs) = (Math.Max(Limit, nowMs - _loweredMs < HeardMs ? _limitBefore : 0), nowMs);
        Limit = limit;
    }

    public void Join(int visitor, long number, bool isAwake, long nowMs)
    {
        _second.Joined++;
        Numbers.Give(number, visitor, nowMs);
        Waiting++;
        Awake += isAwake ? 1 : 0;
    }

    public void StopWaiting(bool isAwake, bool isCalled)
    {
        Waiting--;
        Awake -= isAwake ? 1 : 0;
        Called -= isCalled ? 1 : 0;
        _awakeMin = Math.Min(_awakeMin, Awake);
    }

    public void Admit(Grant grant, long nowMs)
    {
        _second.Admitted++;
        Admissions.Admit(nowMs);
        _second.Excess = Math.Max(_second.Excess, Admissions.Level);
        if (Admissions.Level > Admissions.Bound + 1e-6)
            Break(Rules.Rate, nowMs, $"{Admissions.Level:0.00} admissions beyond rate × t");
        if (!Slots.TryStart(grant))
            Break(Rules.Slot, nowMs, $"slot {grant.Slot}, admission {grant.Admission}");
        ActiveMax = Math.Max(ActiveMax, Slots.Active);
        if (Slots.Active > (nowMs - _loweredMs < HeardMs ? _limitBefore : Limit))
            Break(Rules.Active, nowMs, $"{Slots.Active} active, limit {Limit}");
        if (Rate <= 0 && nowMs - _pausedMs > HeardMs)
            Break(Rules.Paused, nowMs, "admitted");
    }

    public void AdmitDirectly(long overtakenMs, long nowMs)
    {
        _second.Direct++;
        if (overtakenMs > OrderMs)
            Break(Rules.Direct, nowMs, $"somebody waited for {overtakenMs} ms already");
        DirectOvertakesMs = Math.Max(DirectOvertakesMs, overtakenMs);
    }

    /// <summary>Of people who kept to the rules and had their page open.</summary>
    public void Waited(long joinedMs, long calledMs, long nowMs)
    {
        _waitsMs.Add(nowMs - joinedMs);
        _turnsMs.Add(Math.Max(0, nowMs - Math.Max(calledMs, joinedMs)));
        var step = (int)((joinedMs - _startMs) * ArrivalSteps / _lastsMs);
        _waitsByArrivalMs[Math.Clamp(step, 0, ArrivalSteps - 1)].Add(nowMs - joinedMs);
    }

    public void EndSession(Grant grant)
    {
        _second.Ended++;
        Slots.End(grant);
    }

    public void Lose(long nowMs, string how)
    {
        Lost++;
        Break(Rules.Lost, nowMs, how);
    }

    private void FlowRate(long nowMs)
    {
        _rateMs += Rate * (nowMs - _rateSinceMs);
        _rateSinceMs = nowMs;
    }

    /// <summary>The names of what must hold.</summary>
    internal static class Rules
    {
        public const string Numbers = "no number is given out twice";
        public const string Lost = "nobody loses their place";
        public const string Rate = "admissions in any window t stay within rate × t + 0.1 s of rate";
        public const string Active = "active sessions never exceed the limit by a new admission";
        public const string Paused = "nobody is admitted while the room is paused or not open yet";
        public const string Slot = "a slot has one holder, and an admission one visitor";
        public const string Turn = "nobody is admitted before their turn";
        public const string Order = "who stands before an admitted visitor is called as well";
        public const string Mark = "the serving mark never goes back";
        public const string Pass = "a pass in use is never refused";
        public const string Inversion = "visitors who come more than 100 ms apart keep their order";
        public const string Direct = "nobody enters without waiting while others wait";
    }
}
