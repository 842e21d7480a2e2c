namespace Naru.Core.WaitingRoom;

/// <summary>What happened in a room since the start, for metrics. Immutable.</summary>
public sealed record RoomCounts
{
    /// <summary>Places taken.</summary>
    public long Joined { get; init; }

    /// <summary>Looks at a place.</summary>
    public long Polled { get; init; }

    /// <summary>Present visitors whose turn came.</summary>
    public long Called { get; init; }

    /// <summary>Claims that were tried.</summary>
    public long Claimed { get; init; }

    /// <summary>Claims that admitted.</summary>
    public long Admitted { get; init; }

    /// <summary>Entered without waiting.</summary>
    public long Direct { get; init; }

    /// <summary>By one node alone while the store was lost.</summary>
    public long Local { get; init; }

    /// <summary>Called while present, and did not come.</summary>
    public long Gone { get; init; }

    /// <summary>Sessions that ended by their time.</summary>
    public long Expired { get; init; }

    /// <summary>Sessions that were ended early.</summary>
    public long Released { get; init; }

    /// <summary>Claims that came before their turn.</summary>
    public long NotYet { get; init; }

    /// <summary>Claims that the gate held.</summary>
    public long GateHolds { get; init; }

    /// <summary>Tickets that are revoked, spent or missed.</summary>
    public long UnknownTickets { get; init; }

    /// <summary>Passes whose session ended.</summary>
    public long ExpiredPasses { get; init; }

    /// <summary>Passes that were revoked or whose slot has another holder.</summary>
    public long SupersededPasses { get; init; }

    /// <summary>Joins without a number at hand.</summary>
    public long NoNumber { get; init; }

    /// <summary>Joins into a closed or draining room.</summary>
    public long JoinsClosed { get; init; }

    public RoomCounts Plus(RoomCounts other) => new()
    {
        Joined = Joined + other.Joined,
        Polled = Polled + other.Polled,
        Called = Called + other.Called,
        Claimed = Claimed + other.Claimed,
        Admitted = Admitted + other.Admitted,
        Direct = Direct + other.Direct,
        Local = Local + other.Local,
        Gone = Gone + other.Gone,
        Expired = Expired + other.Expired,
        Released = Released + other.Released,
        NotYet = NotYet + other.NotYet,
        GateHolds = GateHolds + other.GateHolds,
        UnknownTickets = UnknownTickets + other.UnknownTickets,
        ExpiredPasses = ExpiredPasses + other.ExpiredPasses,
        SupersededPasses = SupersededPasses + other.SupersededPasses,
        NoNumber = NoNumber + other.NoNumber,
        JoinsClosed = JoinsClosed + other.JoinsClosed,
    };
}
