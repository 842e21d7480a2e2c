namespace Naru.Core.WaitingRoom;

/// <summary>The time until a turn is called, as a band that holds four of five.</summary>
internal static class EtaBand
{
    /// <summary>A hundred hours: nobody plans beyond.</summary>
    internal const int SecondsMax = 360_000;

    /// <summary>The line moves by ticks and is counted by seconds: no estimate is better than this.</summary>
    internal const double GrainMs = 1_500;

    /// <summary>Seconds of the forecasts whose errors are kept apart: what is far is less certain.</summary>
    internal static readonly int[] HorizonsS = [15, 60, 240];

    /// <summary>Where the band starts and ends, as shares of the forecast, for each of <see cref="HorizonsS"/>, as long as no error is known.</summary>
    internal static readonly double[] FirstShares = [0.75, 1.3, 0.7, 1.4, 0.65, 1.5];

    internal static double MiddleMs(long ahead, double calledPerSecond) =>
        calledPerSecond <= 0 ? SecondsMax * 1000.0 : Math.Min(ahead * 1000.0 / calledPerSecond, SecondsMax * 1000.0);

    /// <summary>Of somebody with so many ahead: theirs is the next call after those.</summary>
    /// <param name="beforeMs">Until the line begins to move; nothing is uncertain about that.</param>
    internal static (int LowS, int HighS) Of(long ahead, RoomView view, double beforeMs)
    {
        double middle = CallOutlook.MiddleMs(ahead + 0.5, view.CallsAhead);
        var (low, high) = SharesAt(middle, view.EtaShares);
        return Rounded(
            beforeMs + Math.Min(middle * low, CallOutlook.MiddleMs(ahead, view.CallsAhead)),
            beforeMs + Math.Max(middle * high, CallOutlook.MiddleMs(ahead + 1, view.CallsAhead)));
    }

    /// <summary>Outwards to seconds.</summary>
    internal static (int LowS, int HighS) Rounded(double lowMs, double highMs) => (
        (int)(Math.Max(0, lowMs - GrainMs) / 1000),
        (int)Math.Min(SecondsMax, Math.Ceiling((highMs + GrainMs) / 1000)));

    /// <summary>The class of <see cref="HorizonsS"/> that a forecast is nearest to, as orders of magnitude go.</summary>
    internal static int HorizonOf(double forecastMs)
    {
        int index = 0;
        while (index < HorizonsS.Length - 1 && forecastMs * forecastMs > 1e6 * HorizonsS[index] * HorizonsS[index + 1])
            index++;
        return index;
    }

    private static (double Low, double High) SharesAt(double middleMs, double[] shares)
    {
        double seconds = Math.Clamp(middleMs / 1000, HorizonsS[0], HorizonsS[^1]);
        int i = 0;
        while (i < HorizonsS.Length - 2 && seconds > HorizonsS[i + 1])
            i++;
        double part = Math.Log(seconds / HorizonsS[i]) / Math.Log(HorizonsS[i + 1] / (double)HorizonsS[i]);
        return (
            shares[2 * i] + part * (shares[2 * i + 2] - shares[2 * i]),
            shares[2 * i + 1] + part * (shares[2 * i + 3] - shares[2 * i + 1]));
    }
}
