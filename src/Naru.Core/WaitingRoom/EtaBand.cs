namespace Naru.Core.WaitingRoom;

/// <summary>The time until a turn is called, as a band that holds four of five.</summary>
internal static class EtaBand
{
    /// <summary>A hundred hours: nobody plans beyond.</summary>
    internal const int SecondsMax = 360_000;

    /// <summary>The line moves by ticks and is counted by seconds: no estimate is better than this.</summary>
    internal const double GrainMs = 1_500;

    internal static double MiddleMs(long ahead, double calledPerSecond) =>
        calledPerSecond <= 0 ? SecondsMax * 1000.0 : Math.Min(ahead * 1000.0 / calledPerSecond, SecondsMax * 1000.0);

    /// <summary>Rounded outwards to seconds.</summary>
    internal static (int LowS, int HighS) Around(double middleMs, double lowShare, double highShare) => (
        (int)(Math.Max(0, middleMs * lowShare - GrainMs) / 1000),
        (int)Math.Min(SecondsMax, Math.Ceiling((middleMs * highShare + GrainMs) / 1000)));
}
