namespace Naru.Engine.WaitingRoom;

/// <summary>Why something that a visitor showed or asked was not taken. Counted per room; the names are public.</summary>
internal enum RoomRefusal : byte
{
    PassMalformed,
    PassUnknownKey,

    /// <summary>Forged, changed, or made for another room or host.</summary>
    PassBadMac,
    PassWrongEpoch,
    PassExpired,

    /// <summary>Its slot has another holder, or it was revoked.</summary>
    PassSuperseded,

    TicketMalformed,
    TicketUnknownKey,
    TicketBadMac,
    TicketWrongEpoch,

    /// <summary>Genuine, but its number is revoked, spent, or its turn was missed.</summary>
    TicketUnknown,

    SlipMalformed,
    SlipUnknownKey,
    SlipBadMac,

    /// <summary>Shown too late, or a second time.</summary>
    SlipSpent,

    /// <summary>Too many new places for one network: told to come back.</summary>
    JoinSlowed,
    JoinRefused,

    /// <summary>No number was at hand: the store is lost or full, or the burst is beyond what was lent.</summary>
    JoinNoNumber,

    /// <summary>Asked far more often than told.</summary>
    PollSlowed,
    PollRefused,

    /// <summary>A claim that another site made the browser send.</summary>
    ClaimCrossSite,

    /// <summary>More event streams than one room holds.</summary>
    TooManyStreams,
}
