namespace Naru.Core.WaitingRoom.Forecast;

/// <summary>The time until a turn is called, as a band that holds four of five.</summary>
internal static class EtaBand
{
    /// <summary>A hundred hours: nobody plans beyond.</summary>
    internal const int SecondsMax = 360_000;

    /// <summary>The line moves by ticks and is counted by seconds: no estimate is better than this.</summary>
    internal const double GrainMs = 1_500;

    internal static double MiddleMs(long ahead, double calledPerSecond) =>
        calledPerSecond <= 0 ? SecondsMax * 1000.0 : Math.Min(ahead * 1000.0 / calledPerSecond, SecondsMax * 1000.0);

    /// <summary>Of somebody with so many ahead: theirs is the next call after those.</summary>
    /// <param name="beforeMs">Until the line begins to move; nothing is uncertain about that.</param>
    internal static (int LowS, int HighS) Of(long ahead, RoomView view, double beforeMs) => Rounded(
        beforeMs + 1000 * At(ahead, view.CallsAhead, view.SoonestS),
        beforeMs + 1000 * At(ahead + 1, view.CallsAhead, view.LatestS));

    /// <summary>Outwards to seconds.</summary>
    internal static (int LowS, int HighS) Rounded(double lowMs, double highMs) => (
        (int)(Math.Max(0, lowMs - GrainMs) / 1000),
        (int)Math.Min(SecondsMax, Math.Ceiling((highMs + GrainMs) / 1000)));

    /// <summary>When so many will have been called, in seconds; a part of one counts as a part of the time.</summary>
    /// <param name="calls">As <see cref="RoomView.CallsAhead"/>.</param>
    /// <param name="timesS">When those are called; beyond the last, the last speed goes on.</param>
    internal static double At(double count, double[] calls, double[] timesS)
    {
        double reached = 0;
        double atS = 0;
        for (int i = 0; i < calls.Length; i++)
        {
            if (calls[i] >= count)
                return atS + (timesS[i] - atS) * (count - reached) / Math.Max(calls[i] - reached, 1e-9);
            (reached, atS) = (calls[i], timesS[i]);
        }
        double perSecond = calls.Length < 2 ? 0 : (calls[^1] - calls[^2]) / Math.Max(timesS[^1] - timesS[^2], 1);
        return perSecond <= 0 ? SecondsMax : Math.Min(SecondsMax, atS + (count - reached) / perSecond);
    }
}
