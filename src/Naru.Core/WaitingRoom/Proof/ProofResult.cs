namespace Naru.Core.WaitingRoom.Proof;

/// <summary>What became of a ticket, a pass or a slip that a visitor showed. Each reason but Ok is counted.</summary>
public enum ProofResult : byte
{
    Ok,

    /// <summary>Not of this format: cut, lengthened, other characters, another version.</summary>
    Malformed,

    /// <summary>Signed with a key that has left the ring, or with none of ours.</summary>
    UnknownKey,

    /// <summary>Changed, forged, or made for another room, another host or another purpose.</summary>
    BadMac,

    /// <summary>Genuine, but of a line that the operator or a failover has ended.</summary>
    WrongEpoch,
}
