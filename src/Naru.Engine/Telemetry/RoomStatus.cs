namespace Naru.Engine.Telemetry;

/// <summary>One waiting room as this node sees it: what <c>GET /rooms</c> and <c>naru room show</c> print.</summary>
/// <param name="Mode">fifo, random, passthrough or reject.</param>
/// <param name="State">open, prequeue, scheduled (before the pre-queue), paused, draining or closed.</param>
/// <param name="Store">Empty when all is well; otherwise why numbers and admissions are held back.</param>
/// <param name="Nodes">Nodes that share the line.</param>
public sealed record RoomStatus(string Name, string Mode, string State, string Store, int Nodes)
{
    /// <summary>When the doors open or opened; null: they were never closed.</summary>
    public DateTimeOffset? Opens { get; init; }

    /// <summary>The operator's word to those who wait; null: none.</summary>
    public string? Message { get; init; }

    /// <summary>
    /// What the operator changed by hand and what stands beside the configuration: rate, active, paused, resumed, draining, opened, closed.
    /// </summary>
    public IReadOnlyList<string> ByHand { get; init; } = [];

    public long Epoch { get; init; }

    /// <summary>Visitors admitted a second at most; 0 in a mode without a line.</summary>
    public double AdmitPerSecond { get; init; }

    /// <summary>The rate follows the pool.</summary>
    public bool AdmitAuto { get; init; }

    /// <summary>Of late, smoothed over 5 s, all nodes.</summary>
    public double AdmittedPerSecond { get; init; }

    /// <summary>Visitors inside, all nodes.</summary>
    public int Active { get; init; }

    public int ActiveMax { get; init; }

    /// <summary>In line and still there, all nodes.</summary>
    public long Waiting { get; init; }

    /// <summary>Places up to here have been called, those left out that nobody had.</summary>
    public long Serving { get; init; }

    /// <summary>Numbers up to here are set aside for visitors, durably; most of them may not have been handed out.</summary>
    public long LastNumber { get; init; }

    /// <summary>Share of the called who do not come.</summary>
    public double NoShowShare { get; init; }

    /// <summary>How long somebody who joins now waits, s: the two ends of the band that visitors see. -1: cannot be told.</summary>
    public int WaitLowS { get; init; } = -1;

    /// <inheritdoc cref="WaitLowS"/>
    public int WaitHighS { get; init; } = -1;

    /// <summary>Of the last bands that were told, the share in which the turn came; 0.8 is aimed at. -1: none has ended.</summary>
    public double WaitHeldShare { get; init; } = -1;

    /// <summary>Since the start of this node.</summary>
    public RoomCounts Counts { get; init; } = new();
}

/// <summary>
/// What this node has done for a room since its start; and, of the whole line since the node that leads it began to, who was called,
/// who did not come, and which sessions ended by their time.
/// </summary>
public sealed record RoomCounts
{
    public long Joined { get; init; }

    public long Polls { get; init; }

    public long Claimed { get; init; }

    /// <summary>Claims that had to wait for the rate or for a free slot.</summary>
    public long ClaimsHeld { get; init; }

    /// <summary>Passes given: after a wait, or at once.</summary>
    public long Admitted { get; init; }

    /// <summary>Of <see cref="Admitted"/>: on the first request, without a page between.</summary>
    public long Direct { get; init; }

    public long Bypassed { get; init; }

    /// <summary>Requests with a good pass.</summary>
    public long Passed { get; init; }

    /// <summary>Sessions that ended by their time, all nodes.</summary>
    public long Expired { get; init; }

    /// <summary>Sessions that the origin ended early.</summary>
    public long Released { get; init; }

    /// <summary>Visitors whose turn came while they were there, all nodes.</summary>
    public long Called { get; init; }

    /// <summary>Of <see cref="Called"/>, who did not come within 10 s.</summary>
    public long Gone { get; init; }

    /// <summary>Turns given ahead of the line, by priority class.</summary>
    public IReadOnlyDictionary<string, long> Priority { get; init; } = new Dictionary<string, long>();

    /// <summary>Tickets, passes and joins that were not taken, by reason; zeroes left out.</summary>
    public IReadOnlyDictionary<string, long> Refused { get; init; } = new Dictionary<string, long>();
}
