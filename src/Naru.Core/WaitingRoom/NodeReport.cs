namespace Naru.Core.WaitingRoom;

/// <summary>
/// What happened on one node since its last report. Owner: the node, which fills it again and again; valid until the next
/// <see cref="RoomNode.TakeReport"/>. What was reported and not answered is reported again: an authority takes each entry any
/// number of times. Thread: the keeper.
/// </summary>
public sealed class NodeReport
{
    /// <summary>Positions that one entry of <see cref="FrontAlive"/> counts.</summary>
    public const int FrontChunk = 64;

    /// <summary>Of the node; unique in the cluster, new at every start.</summary>
    public long NodeId { get; set; }

    /// <summary>The node's clock, Unix milliseconds.</summary>
    public long NowMs { get; set; }

    /// <summary>Counts the reports of this node.</summary>
    public long Number { get; set; }

    /// <summary>The report whose answer the node accepted last; an answer in between never arrived, and is void.</summary>
    public long AcceptedNumber { get; set; }

    /// <summary><see cref="RoomUpdate.Sequence"/> of the last answer; 0: the node knows nothing.</summary>
    public long Sequence { get; set; }

    // What the node knows of the line: whoever rebuilds a lost store goes on from here.

    public long Epoch { get; set; }

    public long RevokedBelow { get; set; }

    public long High { get; set; }

    public long Serving { get; set; }

    public long AdmissionHigh { get; set; }

    /// <summary>The highest epoch and the lowest and highest number among genuine tickets from beyond what the node knows; 0: none were shown.</summary>
    public long SeenEpoch { get; set; }

    public long SeenNumberLow { get; set; }

    public long SeenNumberHigh { get; set; }

    // Numbers.

    /// <summary>Every lease that the node holds or closed since the last report.</summary>
    public List<LeaseUse> Leases { get; } = [];

    public int NumbersWanted { get; set; }

    /// <summary>The store may not keep what is lent: no new lease, and those that the node holds end.</summary>
    public bool TakesNoNumbers { get; set; }

    // Admissions.

    /// <summary>The node stops: it has given back what it had at hand, and gets nothing more.</summary>
    public bool Leaves { get; set; }

    /// <summary>Of the rate, in force here.</summary>
    public RateShare Share { get; set; }

    /// <summary>Admissions that are missing in the bucket of the share.</summary>
    public double ShareDebt { get; set; }

    public int GrantsAtHand { get; set; }

    /// <summary>Claims and direct entries that were tried since the last report, held ones included.</summary>
    public int AdmissionsWanted { get; set; }

    /// <summary>Tickets that tried to claim for the first time.</summary>
    public List<long> Came { get; } = [];

    /// <summary>Called visitors who tried, were held, and are still present; -1: not counted.</summary>
    public int Held { get; set; }

    public List<Grant> GrantsReturned { get; } = [];

    public List<Claim> Claims { get; } = [];

    public List<SessionSeen> Seen { get; } = [];

    public List<Grant> Released { get; } = [];

    // Who is present (by position), as far as they poll this node.

    /// <summary>Where the last draw that the node knows ends; 0: it knows none. Counts beyond are by number, not by place.</summary>
    public long DrawnTo { get; set; }

    /// <summary>Index (position / 1,024) of the block that <see cref="Alive"/> starts with; counts replace earlier ones.</summary>
    public long AliveFromBlock { get; set; }

    public List<ushort> Alive { get; } = [];

    /// <summary>A multiple of <see cref="FrontChunk"/>: where <see cref="FrontAlive"/> starts. The first count leaves out who is called.</summary>
    public long FrontFrom { get; set; }

    /// <summary>Present visitors in each 64 positions from <see cref="FrontFrom"/>.</summary>
    public List<byte> FrontAlive { get; } = [];

    /// <summary>Of the node since it started.</summary>
    public RoomCounts Counts { get; set; } = new();

    /// <summary>What the pool behind the room did since the last report; the engine fills it in for <c>admit: auto</c>.</summary>
    public PoolPulse Pulse { get; set; }
}

/// <summary>Requests of the pool behind a room.</summary>
/// <param name="LatencyMs">Mean time to the first byte.</param>
public readonly record struct PoolPulse(long Requests, long Errors, double LatencyMs);
