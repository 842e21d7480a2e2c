namespace Naru.Core.WaitingRoom;

/// <summary>What the configuration says about one waiting room. Immutable; any thread.</summary>
public sealed record RoomSettings
{
    public required string Name { get; init; }

    /// <summary>Admissions a second, up to 1,000,000; 0: nobody is admitted. With <see cref="AdmitAuto"/>: where the rate starts.</summary>
    public double AdmitPerSecond { get; init; } = 10;

    /// <summary>The rate follows the latency and errors of the pool (<see cref="AutoRate"/>).</summary>
    public bool AdmitAuto { get; init; }

    /// <summary>Visitors who may be inside at one time, up to <see cref="RoomLimits.SlotsMax"/>.</summary>
    public int Active { get; init; } = 1000;

    /// <summary>A session ends so long after the last request of its pass. Milliseconds.</summary>
    public int SessionMs { get; init; } = 5 * 60_000;

    public RoomMode Mode { get; init; }

    /// <summary>When a scheduled event opens, Unix milliseconds; 0: it is open.</summary>
    public long OpensMs { get; init; }

    /// <summary>How long before <see cref="OpensMs"/> visitors may gather, to be drawn by lot at the opening; 0: no pre-queue.</summary>
    public int PrequeueMs { get; init; }

    /// <summary>A turn that was called may be taken for so long. Milliseconds.</summary>
    public int GraceMs { get; init; } = 10 * 60_000;

    /// <summary>The room begins paused, until the operator resumes it (<see cref="RoomControls.Resumed"/>).</summary>
    public bool Paused { get; init; }

    /// <summary>Admissions a second by this node alone while the store is lost; 0: none.</summary>
    public double LocalRatePerSecond { get; init; }

    /// <summary>How long everybody holds after the store was lost, before <see cref="LocalRatePerSecond"/> counts.</summary>
    public int LocalAfterMs { get; init; } = 10_000;
}
