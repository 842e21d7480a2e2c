namespace Naru.Core.WaitingRoom;

/// <summary>One admission: a slot of the room, and a number of its own. When it may be taken, the node's share of the rate decides. Zero: none.</summary>
/// <param name="Slot">0 to the limit of the whole room, or <see cref="LocalSlot"/>.</param>
/// <param name="Admission">Never repeats, so the pass of an earlier holder of the slot is told apart. From 1.</param>
public readonly record struct Grant(int Slot, long Admission)
{
    /// <summary>Of admissions by one node alone while the store is lost: no slot of the room; the pass counts for one session from its issue.</summary>
    public const int LocalSlot = int.MaxValue;
}

/// <summary>Numbers that a node may hand out: From to To - 1.</summary>
/// <param name="ExpiresMs">By the clock of the node that asked; <see cref="long.MaxValue"/> when it is the only node.</param>
public readonly record struct NumberLease(long From, long To, long ExpiresMs);

/// <summary>How far a node got with a lease: numbers below Next are handed out.</summary>
/// <param name="Closed">The node hands out no more of it; the rest is void.</param>
public readonly record struct LeaseUse(long From, long Next, long To, bool Closed);

/// <summary>A grant that a visitor took.</summary>
/// <param name="Number">Of the ticket; 0: entered without waiting.</param>
public readonly record struct Claim(long Number, Grant Grant);

/// <summary>A pass was seen.</summary>
/// <param name="LastSeenMs">By the clock of the node; 0: it only heard of the session.</param>
public readonly record struct SessionSeen(Grant Grant, long Number, long LastSeenMs);

/// <summary>A slot changed hands on another node, or its session ended.</summary>
public readonly record struct SlotChange(Grant Grant, long Number, bool Live);
