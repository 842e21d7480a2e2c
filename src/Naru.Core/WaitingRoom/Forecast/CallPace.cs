namespace Naru.Core.WaitingRoom.Forecast;

/// <summary>
/// How the line moves compared with what the settings allow: how much of the rate and of the slots visitors use, and how many are
/// called for each who comes in. Owner: the authority. Thread: its.
/// </summary>
internal sealed class CallPace
{
    /// <summary>The first claims after a standstill come in a rush or late; they say nothing about the speed.</summary>
    private const int SettleMs = 5_000;

    /// <summary>The pace of the last minutes counts,</summary>
    private const double PaceSeconds = 120;

    /// <summary>and calls of many more: sleeping pages wake now and then, and many of them together.</summary>
    private const double CallsSeconds = 900;

    /// <summary>Beside both so much time in which all went as expected: a lump at the beginning is no trend.</summary>
    private const double PriorSeconds = 40;

    /// <summary>And so many admissions: where one comes in a minute, chance is no pace.</summary>
    private const double PriorAdmissions = 10;

    private const double PriorCallsPerAdmission = 1.1;

    private const double PriorSlotUse = 0.97;

    private double _admitted;
    private double _expected;
    private double _called;
    private double _came;
    private double _pending;
    private double _perSecond;
    private long _movingSinceMs = -1;

    /// <summary>Share of the rate that is used while nothing else holds the line.</summary>
    internal double RateUse => Math.Clamp((_admitted + Prior) / (_expected + Prior), 0.2, 1.1);

    /// <summary>Share of the slots that is used while all of them are taken: one that becomes free waits for a visitor.</summary>
    internal double SlotUse { get; private set; } = PriorSlotUse;

    /// <summary>Some who are called do not come, others come when nobody counts on them any more.</summary>
    internal double CallsPerAdmission => Math.Clamp((_called + Prior * PriorCallsPerAdmission) / (_came + Prior), 0.3, 20);

    /// <summary>The line moves, and did for long enough to be measured.</summary>
    internal bool IsSettled(long nowMs) => _movingSinceMs >= 0 && nowMs - _movingSinceMs >= SettleMs;

    /// <param name="moving">Somebody waits, and nothing but rate and slots holds the line.</param>
    /// <param name="called">Visitors who were present.</param>
    /// <param name="pending">Called visitors who are on their way, or held.</param>
    /// <param name="perSecond">Admissions that the rate allows.</param>
    /// <param name="slotUse">Sessions for each slot.</param>
    /// <param name="isFull">Free slots hold the line, and not the rate.</param>
    internal void Advance(
        bool moving, double called, double admitted, double pending, double perSecond, double slotUse, bool isFull, double elapsedSeconds, long nowMs)
    {
        double more = pending - _pending;
        _pending = pending;
        if (!moving)
        {
            _movingSinceMs = -1;
            return;
        }
        if (_movingSinceMs < 0)
            _movingSinceMs = nowMs;
        double keep = Math.Exp(-elapsedSeconds / CallsSeconds);
        _called = _called * keep + called;
        _came = Math.Max(0, _came * keep + admitted + more);
        if (!IsSettled(nowMs))
            return;
        keep = Math.Exp(-elapsedSeconds / PriorSeconds);
        _perSecond = _perSecond * keep + (1 - keep) * admitted / Math.Max(elapsedSeconds, 1e-3);
        keep = Math.Exp(-elapsedSeconds / PaceSeconds);
        if (isFull)
        {
            SlotUse = Math.Clamp(SlotUse * keep + (1 - keep) * slotUse, 0.5, 1);
            return;
        }
        _admitted = _admitted * keep + admitted;
        _expected = _expected * keep + perSecond * elapsedSeconds;
    }

    private double Prior => Math.Max(PriorAdmissions, PriorSeconds * _perSecond);
}
