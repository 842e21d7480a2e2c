namespace Naru.Core.WaitingRoom;

/// <summary>
/// Tells tickets of different lives of a line apart: 8 bits, how often the operator revoked everything; 40 bits, a count that is at
/// least the Unix second wherever memory may have been lost, so that no two lives share one. From the highest epoch among the
/// tickets of a lost line follows what had been revoked.
/// </summary>
internal static class LineEpoch
{
    /// <summary>A line that begins with the room itself.</summary>
    internal const long First = 1;

    private const int TimeBits = 40;
    private const long TimeMask = (1L << TimeBits) - 1;
    private const long RevocationsMax = 255;

    /// <summary>Comparable across revocations.</summary>
    internal static long Time(long epoch) => epoch & TimeMask;

    /// <summary>Epochs below were revoked before this one began.</summary>
    internal static long RevokedBelow(long epoch) => Math.Max(First, epoch & ~TimeMask);

    /// <summary>Keeps places.</summary>
    internal static long Next(long epoch, long nowMs) => (epoch & ~TimeMask) | Math.Max(Time(epoch) + 1, nowMs / 1000);

    /// <summary>Makes everything before it void.</summary>
    internal static long NextRevoked(long epoch, long nowMs) =>
        Next(epoch >> TimeBits < RevocationsMax ? epoch + TimeMask + 1 : epoch, nowMs);
}
