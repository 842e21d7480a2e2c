namespace Naru.Core.Net;

/// <summary>
/// Whether a peer that is waited for keeps up its minimum rate: on average over one message, and only the time counts in which
/// the peer was waited for. A silence is for a timeout to judge, not for this.
/// </summary>
public static class ProgressRate
{
    /// <summary>So long nothing is asked: a congestion window begins small, and a lost packet is repeated after seconds.</summary>
    public const int GraceMs = 5000;

    /// <param name="minimum">Bytes a second; 0: nothing is asked.</param>
    public static bool IsMissed(long bytes, long waitedMs, long minimum) =>
        minimum > 0 && waitedMs > GraceMs && bytes * 1000 < minimum * waitedMs;

    /// <summary>With no byte more, the first millisecond of waiting at which the rate is missed.</summary>
    public static long MissedAtMs(long bytes, long minimum) => Math.Max(GraceMs, bytes * 1000 / minimum) + 1;
}
