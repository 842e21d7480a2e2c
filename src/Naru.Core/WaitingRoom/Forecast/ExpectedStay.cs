namespace Naru.Core.WaitingRoom.Forecast;

/// <summary>
/// How long visitors stay inside, as far as the settings tell: a log-logistic distribution, for in it the share that ends is a
/// short formula, grows at first, and falls off for those who stay on and on. Source: Bennett, Log-Logistic Regression Models for
/// Survival Data, 1983.
/// </summary>
/// <param name="MedianS">Half of all stay longer.</param>
/// <param name="PlannedS">The median of stays with which rate and limit are both used.</param>
internal readonly record struct ExpectedStay(double MedianS, double PlannedS)
{
    /// <summary>The expectation may be wrong by so much, either way.</summary>
    private const double Doubt = 2.2;

    /// <summary>About as wide as a log-normal distribution of sigma 1.</summary>
    private const double Shape = 1.7;

    /// <summary>The mean for a median of 1: (π / shape) / sin(π / shape).</summary>
    private const double Mean = 1.92;

    /// <summary>A pass lives on for the session time, unless the origin ends it: most stays are about as long.</summary>
    private const double SessionShare = 0.6;

    /// <summary>As late as may well be.</summary>
    internal ExpectedStay Later => this with { MedianS = MedianS * Doubt };

    internal static ExpectedStay Of(RoomSettings settings)
    {
        double planned = settings.AdmitPerSecond <= 0 ? 1 : Math.Max(1, settings.Active / settings.AdmitPerSecond);
        return new(Math.Max(planned, SessionShare * settings.SessionMs / 1000), planned / Mean);
    }

    /// <summary>As soon as may well be.</summary>
    /// <param name="unseen">1 as long as no stay was seen. Whoever set rate and limit may have known how long people stay, so that both are used.</param>
    internal ExpectedStay Sooner(double unseen) => this with { MedianS = Math.Min(MedianS / Doubt, MedianS + unseen * (PlannedS - MedianS)) };

    /// <summary>Of those who have stayed so long, the share that leaves in a second.</summary>
    internal double EndShare(double ageS)
    {
        double odds = Math.Pow(ageS / MedianS, Shape);
        return Shape / ageS * odds / (1 + odds);
    }
}
