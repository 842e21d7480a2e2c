namespace Naru.Core.Balancing;

/// <summary>
/// The response time of a server as a moving average that jumps to every peak at once and forgets slowly (Finagle,
/// "peak EWMA"): cost = rtt when rtt is higher, else cost·e^(−Δ/τ) + rtt·(1 − e^(−Δ/τ)).
/// Packed into 64 bits (cost as a float above, the time in milliseconds modulo 2^32 below) so that loops update it with
/// one compare-and-swap and never see half of it. Zero: nothing known.
/// </summary>
internal static class PeakEwma
{
    /// <summary>τ: how slowly a peak is forgotten; Finagle's default.</summary>
    internal const double DecayMs = 10_000;

    /// <summary>Below one microsecond nothing is left of the history.</summary>
    internal const double ForgottenMs = 0.001;

    /// <summary>What a failed try counts.</summary>
    internal const double FailureMs = 1_000;

    internal static long Observe(long packed, long nowMs, double rttMs)
    {
        double rtt = Math.Max(rttMs, ForgottenMs);
        double cost = CostOf(packed);
        if (rtt < cost)
        {
            double keep = Math.Exp(-ElapsedMs(packed, nowMs) / DecayMs);
            rtt = cost * keep + rtt * (1 - keep);
        }
        return ((long)BitConverter.SingleToInt32Bits((float)rtt) << 32) | (uint)nowMs;
    }

    /// <summary>Decays with the time since the last response, so that a server once slow is tried again.</summary>
    internal static double Cost(long packed, long nowMs)
    {
        int elapsed = ElapsedMs(packed, nowMs);
        double cost = CostOf(packed);
        if (elapsed > 0)
            cost *= Math.Exp(-elapsed / DecayMs);
        return cost < ForgottenMs ? 0 : cost;
    }

    /// <summary>Never more than <see cref="Cost"/>, and without its exponential: 1 − x is below e^−x.</summary>
    internal static double LeastCost(long packed, long nowMs) => CostOf(packed) * (1 - ElapsedMs(packed, nowMs) / DecayMs);

    private static float CostOf(long packed) => BitConverter.Int32BitsToSingle((int)(packed >> 32));

    /// <summary>Loops read their clocks at slightly different times: a step back counts as none.</summary>
    private static int ElapsedMs(long packed, long nowMs) => Math.Max(0, (int)((uint)nowMs - (uint)packed));
}
