namespace Naru.Core.Health;

/// <summary>
/// Before a server is ejected: could the others carry its load? If they would pass their limits, ejecting it would only
/// break the next one; it stays, with the weight that leaves the others just within.
/// </summary>
public static class RemovalBrake
{
    /// <summary>A braked server keeps at least this share of its weight...</summary>
    public const double MinFactor = 0.1;

    /// <summary>...and at most this, or the brake would do nothing.</summary>
    public const double MaxFactor = 0.5;

    /// <param name="inFlight">Requests in flight of the whole pool, the bad server's with them.</param>
    /// <param name="restCapacity">Sum of maxConnections of the others; 0: at least one has no limit.</param>
    /// <param name="weight">Of the bad server.</param>
    /// <param name="restWeight">Of the others together.</param>
    /// <returns>0: eject. Otherwise the share of its weight that it keeps.</returns>
    public static double Factor(long inFlight, long restCapacity, long weight, long restWeight)
    {
        if (restCapacity == 0 || inFlight <= restCapacity)
            return 0;

        // Its share of the pool must be what the others cannot carry: w' / (w' + rest) = overflow / all.
        double share = (double)(inFlight - restCapacity) / inFlight;
        double kept = share * restWeight / (1 - share);
        return Math.Clamp(kept / weight, MinFactor, MaxFactor);
    }
}
