namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>The named maxima of a rehearsal: what one machine plays in minutes, within its memory.</summary>
public static class CrowdLimits
{
    /// <summary>About 130 bytes each.</summary>
    public const int VisitorsMax = 5_000_000;

    public const int NodesMax = 16;
    public const int EventsMax = 100;
    public const int AdmitMax = 1_000_000;
    public const int ActiveMax = 10_000_000;

    public static readonly TimeSpan LastsMin = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LastsMax = TimeSpan.FromHours(12);
    public static readonly TimeSpan SkewMax = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan BotEveryMin = TimeSpan.FromMilliseconds(10);
}
