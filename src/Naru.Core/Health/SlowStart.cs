namespace Naru.Core.Health;

/// <summary>How the weight of a recovered or added server grows: w · max(0.1, t / window) (Envoy with an aggression of 1).</summary>
public static class SlowStart
{
    /// <summary>No server starts lower, else it would learn nothing.</summary>
    public const double MinFactor = 0.1;

    /// <summary>The weight changes so often within the window: each step publishes a new set to every loop.</summary>
    public const int Steps = 20;

    public static double Factor(long elapsedMs, long windowMs)
    {
        if (elapsedMs >= windowMs)
            return 1;
        return Math.Max(MinFactor, (double)elapsedMs / windowMs);
    }

    /// <summary>Length of one step; at least 1 ms.</summary>
    internal static long StepMs(long windowMs) => Math.Max(1, windowMs / Steps);
}
