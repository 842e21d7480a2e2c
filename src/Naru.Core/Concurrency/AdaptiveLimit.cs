using Naru.Core.Config;

namespace Naru.Core.Concurrency;

/// <summary>
/// The limit of one server as it follows what the server does. Owner: its <see cref="Balancing.ServerLoad"/>. Thread: any; whoever
/// ends a window judges it, others go on meanwhile. Invariant: a window is judged once, by who got <see cref="_isJudging"/>.
/// </summary>
public sealed class AdaptiveLimit(AdaptiveConcurrency mode)
{
    /// <summary>Shorter windows would judge noise.</summary>
    public const int WindowMs = 100;

    /// <summary>Fewer responses tell little, and are waited for, but no longer than <see cref="WindowMsMax"/>.</summary>
    public const int SamplesMin = 10;

    public const int WindowMsMax = 1000;

    private ConcurrencyEstimate _estimate = ConcurrencyEstimate.First;
    private long _beganMs;
    private long _sumUs;
    private int _successes;
    private int _failures;
    private int _peak;
    private int _isJudging;
    private volatile int _limit = (int)ConcurrencyEstimate.Start;

    public AdaptiveConcurrency Mode { get; } = mode;

    /// <summary>Requests at one time; at least 1.</summary>
    public int Limit => _limit;

    /// <summary>A response began so long after its request was sent. True: the limit is another one now.</summary>
    public bool Responded(long nowMs, long timeUs, int inFlight)
    {
        Interlocked.Add(ref _sumUs, timeUs);
        Interlocked.Increment(ref _successes);
        return Note(nowMs, inFlight);
    }

    /// <summary>A try ended without one.</summary>
    public bool Failed(long nowMs, int inFlight)
    {
        Interlocked.Increment(ref _failures);
        return Note(nowMs, inFlight);
    }

    private bool Note(long nowMs, int inFlight)
    {
        // Two at once may lose the smaller of two peaks, or the larger one of them: the next response tells again.
        if (inFlight > Volatile.Read(ref _peak))
            Volatile.Write(ref _peak, inFlight);
        long beganMs = Volatile.Read(ref _beganMs);
        if (beganMs == 0)
            Interlocked.CompareExchange(ref _beganMs, nowMs, 0);
        long lengthMs = nowMs - Volatile.Read(ref _beganMs);
        bool isOver = lengthMs >= WindowMsMax || (lengthMs >= WindowMs && Volatile.Read(ref _successes) + Volatile.Read(ref _failures) >= SamplesMin);
        if (!isOver || Interlocked.Exchange(ref _isJudging, 1) != 0)
            return false;

        var window = new ConcurrencyWindow(
            lengthMs, Interlocked.Exchange(ref _sumUs, 0) / 1000.0, Interlocked.Exchange(ref _successes, 0), Interlocked.Exchange(ref _failures, 0),
            Interlocked.Exchange(ref _peak, 0));
        Volatile.Write(ref _beganMs, nowMs);
        int before = _limit;
        // Another loop may have judged the same responses in between.
        if (window.Samples > 0)
            _estimate = Mode == AdaptiveConcurrency.Gradient ? _estimate.AfterGradient(window) : _estimate.AfterAimd(window);
        _limit = (int)_estimate.Limit;
        Volatile.Write(ref _isJudging, 0);
        return _limit != before;
    }
}
