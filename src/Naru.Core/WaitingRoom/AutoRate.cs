namespace Naru.Core.WaitingRoom;

/// <summary>
/// The rate of <c>admit: auto</c>: additive increase, multiplicative decrease (Chiu and Jain, 1989). While the pool answers as fast
/// as at its best and the rate is used, it grows; when latency or errors say that the pool is full, it shrinks at once, and then
/// waits until the visitors inside feel it. Owner: the authority. Thread: its.
/// </summary>
public sealed class AutoRate(double startPerSecond)
{
    public const double MinPerSecond = 1;
    public const double MaxPerSecond = 100_000;

    /// <summary>Share of failed requests that says the pool is full.</summary>
    public const double ErrorShareMax = 0.02;

    /// <summary>A mean latency of so many times the best, and <see cref="LatencySlackMs"/> on top, says so too.</summary>
    public const double LatencyFactorMax = 2;

    public const double LatencySlackMs = 10;

    private const int WindowMs = 1_000;
    private const int CalmMs = 3_000;
    private const double Decrease = 0.75;

    /// <summary>Of the rate in each window, and at least one: doubles in a minute, starts fast where the rate is small.</summary>
    private const double IncreaseShare = 0.012;

    /// <summary>Fewer requests tell nothing, and are kept until there are more: where little is let in, little is asked.</summary>
    private const int RequestsMin = 10;

    /// <summary>But not for longer than a pool may take to become another one. The least rate brings as many visitors meanwhile.</summary>
    private const int FewWindowMs = 15_000;

    private long _windowMs = long.MinValue;
    private long _calmUntilMs = long.MinValue;
    private long _requests;
    private long _errors;
    private double _latencySumMs;

    public double PerSecond { get; private set; } = Math.Clamp(startPerSecond, MinPerSecond, MaxPerSecond);

    /// <summary>The best mean latency; rises slowly, so that a pool that became slower for good is not throttled for ever.</summary>
    public double BestLatencyMs { get; private set; } = double.MaxValue;

    /// <returns>True: the rate changed.</returns>
    /// <param name="usedPerSecond">Admissions lately: a rate that is not used says nothing about the pool.</param>
    public bool Observe(PoolPulse pulse, double usedPerSecond, long nowMs)
    {
        _requests += pulse.Requests;
        _errors += pulse.Errors;
        _latencySumMs += pulse.LatencyMs * pulse.Requests;
        if (_windowMs == long.MinValue)
            _windowMs = nowMs;
        if (nowMs - _windowMs < WindowMs)
            return false;
        if (_requests < RequestsMin && nowMs - _windowMs < FewWindowMs)
            return false;
        double before = PerSecond;
        if (_requests >= RequestsMin)
            Judge((double)_errors / _requests, _latencySumMs / _requests, usedPerSecond, nowMs);
        _windowMs = nowMs;
        _requests = _errors = 0;
        _latencySumMs = 0;
        return PerSecond != before;
    }

    private void Judge(double errorShare, double latencyMs, double usedPerSecond, long nowMs)
    {
        BestLatencyMs = Math.Min(latencyMs, BestLatencyMs == double.MaxValue ? latencyMs : BestLatencyMs * 1.001);
        bool full = errorShare > ErrorShareMax || latencyMs > BestLatencyMs * LatencyFactorMax + LatencySlackMs;
        if (full && nowMs >= _calmUntilMs)
        {
            PerSecond = Math.Max(MinPerSecond, PerSecond * Decrease);
            _calmUntilMs = nowMs + CalmMs;
        }
        else if (!full && usedPerSecond >= 0.8 * PerSecond)
        {
            PerSecond = Math.Min(MaxPerSecond, PerSecond + Math.Max(1, PerSecond * IncreaseShare));
        }
    }
}
