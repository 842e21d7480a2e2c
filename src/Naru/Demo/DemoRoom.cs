using Naru.Core.Config;

namespace Naru.Demo;

/// <summary>The waiting room of the demo: a small ticket shop that takes a few visitors a second, so that the line is seen to move.</summary>
internal static class DemoRoom
{
    public const string Name = "tickets";

    /// <summary>Visitors a second; with <see cref="LineWanted"/> in line a newcomer waits half a minute.</summary>
    public const int AdmitPerSecond = 4;

    /// <summary>Twice what simulated visits of eight seconds need, so that the rate is what holds the line.</summary>
    public const int Active = 60;

    /// <summary>The line that the simulated visitors keep up.</summary>
    public const int LineWanted = 120;

    /// <summary>How many come at once when the viewer sends a crowd.</summary>
    public const int CrowdSize = 200;

    public static WaitingRoomOptions Options => new()
    {
        Name = Name,
        AdmitPerSecond = AdmitPerSecond,
        Active = Active,
        Session = TimeSpan.FromSeconds(30),
        Grace = TimeSpan.FromMinutes(10),
    };
}

/// <summary>What the view shows of the room; null times: cannot be told.</summary>
/// <param name="State">open, paused and so on.</param>
/// <param name="Serving">The number that is called now.</param>
internal sealed record DemoRoomFrame(
    string State,
    double AdmittedPerSecond,
    double AdmitPerSecond,
    int Active,
    int ActiveMax,
    long Waiting,
    long Serving,
    (int LowS, int HighS)? Wait);
