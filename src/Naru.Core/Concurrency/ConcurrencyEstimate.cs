namespace Naru.Core.Concurrency;

/// <summary>
/// How many requests a server carries at one time, judged from how it answers. A value: each window of responses gives the next one.
/// Gradient (Netflix concurrency-limits, gradient 2): the limit follows the ratio of the usual response time to the present one, and
/// leaves room for <see cref="QueueAllowance"/> that wait. AIMD (Chiu and Jain, 1989): one more a round trip, a tenth less when tries fail.
/// </summary>
/// <param name="Limit">Requests at one time.</param>
/// <param name="UsualMs">Long average of the response time; 0: none yet.</param>
/// <param name="Windows">That went into it.</param>
public readonly record struct ConcurrencyEstimate(double Limit, double UsualMs, int Windows)
{
    /// <summary>Where a server begins: low, so that the usual time is learned before it is overloaded.</summary>
    public const double Start = 20;

    public const double Min = 1;
    public const double Max = 10_000;

    private const double QueueAllowance = 4;
    private const double Smoothing = 0.2;
    private const double GradientMin = 0.5;

    // Windows last a tenth of a second: the usual time is that of about the last minute.
    private const int UsualWindows = 600;
    private const int FirstWindows = 10;

    // Times seen while the server is full are mostly those of its queue. They count little, or the limit would follow itself upwards;
    // but they count, since a server that became slower for good is not to be throttled for ever.
    private const double FullWeight = 0.1;

    // A server that is twice as fast as usual has recovered from something.
    private const double RecoveryRatio = 2;
    private const double Recovery = 0.95;

    private const double FailureFactor = 0.9;
    private const double IncreaseMax = 10;

    public static ConcurrencyEstimate First => new(Start, 0, 0);

    public ConcurrencyEstimate AfterGradient(in ConcurrencyWindow window)
    {
        if (window.Successes == 0 && UsualMs == 0)
            return this;
        // A try that failed tells of a server in need, however fast it failed.
        double meanMs = (window.SumMs + (window.Failures * UsualMs / GradientMin)) / window.Samples;
        bool wasFull = window.PeakInFlight >= (int)Limit;
        double weight = 2.0 / (UsualWindows + 1) * (wasFull ? FullWeight : 1);
        double usual = Windows < FirstWindows ? ((UsualMs * Windows) + meanMs) / (Windows + 1) : UsualMs + (weight * (meanMs - UsualMs));
        if (usual > meanMs * RecoveryRatio)
            usual *= Recovery;
        double limit = Limit;
        if (window.PeakInFlight >= limit / 2)
        {
            double gradient = Math.Clamp(usual / meanMs, GradientMin, 1);
            limit = ((1 - Smoothing) * limit) + (Smoothing * ((gradient * limit) + QueueAllowance));
        }

        return new(Math.Clamp(limit, Min, Max), usual, Math.Min(Windows + 1, FirstWindows));
    }

    public ConcurrencyEstimate AfterAimd(in ConcurrencyWindow window)
    {
        double limit = Limit;
        if (window.Failures > 0)
            limit *= FailureFactor;
        else if (window.PeakInFlight >= limit / 2)
            limit += Math.Min(IncreaseMax, window.LengthMs / Math.Max(1, window.MeanMs));
        return this with { Limit = Math.Clamp(limit, Min, Max) };
    }
}

/// <summary>What a server did for a moment.</summary>
/// <param name="LengthMs">How long the moment was.</param>
/// <param name="SumMs">Of the response times of <paramref name="Successes"/>.</param>
/// <param name="Failures">Tries without a response in time.</param>
/// <param name="PeakInFlight">Most requests at one time.</param>
public readonly record struct ConcurrencyWindow(double LengthMs, double SumMs, int Successes, int Failures, int PeakInFlight)
{
    public int Samples => Successes + Failures;

    public double MeanMs => Successes == 0 ? 0 : SumMs / Successes;
}
