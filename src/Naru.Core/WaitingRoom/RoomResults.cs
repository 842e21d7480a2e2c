namespace Naru.Core.WaitingRoom;

/// <summary>What came of asking for a place.</summary>
public enum JoinResult
{
    Joined,

    /// <summary>No number at hand (store lost, disk full, a burst beyond what was lent): hold the visitor and ask again.</summary>
    NoneNow,

    /// <summary>The room serves only who waits already.</summary>
    Draining,

    /// <summary>Closed by the operator or the mode, or before the pre-queue.</summary>
    Closed,
}

/// <summary>What came of claiming a turn.</summary>
public enum ClaimResult
{
    /// <summary>Inside. The same again for the same number, as long as its session lives.</summary>
    Admitted,

    /// <summary>Called, but rate, slots or the operator hold the gate: ask again.</summary>
    GateHolds,

    /// <summary>Not called yet.</summary>
    NotYet,

    /// <summary>Revoked, spent, or its turn was missed beyond the grace: join anew.</summary>
    Unknown,
}

/// <summary>What a pass is worth.</summary>
public enum PassCheck
{
    Valid,

    /// <summary>Its session ended.</summary>
    Expired,

    /// <summary>Its slot has another holder, or the pass was revoked.</summary>
    Superseded,
}

/// <summary>Where a visitor stands.</summary>
public enum VisitorState
{
    /// <summary>Revoked, spent, or missed: join anew.</summary>
    Unknown,

    /// <summary>Has a number that is drawn at the opening.</summary>
    Prequeue,

    Waiting,

    /// <summary>May claim.</summary>
    Called,

    /// <summary>Claimed, and the session lives: claiming again gives the same pass.</summary>
    Admitted,

    /// <summary>The room is closed; the place is kept.</summary>
    Closed,
}

/// <summary>What a room does with who comes now.</summary>
public enum RoomPhase
{
    /// <summary>Before the pre-queue of a scheduled opening: no places yet.</summary>
    Scheduled,

    /// <summary>Places are taken, to be drawn at the opening.</summary>
    Prequeue,

    Open,

    /// <summary>By the operator, or the mode is reject.</summary>
    Closed,

    /// <summary>The mode is passthrough: nobody is counted.</summary>
    Passthrough,
}
