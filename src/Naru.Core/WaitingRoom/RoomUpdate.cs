namespace Naru.Core.WaitingRoom;

/// <summary>
/// What a node gets for its report. Owner: the caller, who may use it again. Thread: the keeper.
/// Invariant: a store gives it out only after what it rests on is durable.
/// </summary>
public sealed class RoomUpdate
{
    /// <summary>Null: the store could not answer; the rest is empty.</summary>
    public RoomView? View { get; set; }

    /// <summary>The <see cref="NodeReport.Number"/> that this answers; the node refuses answers to earlier ones.</summary>
    public long ReportNumber { get; set; }

    public long Sequence { get; set; }

    /// <summary>The node shall forget what it knew of slots and claims, and report every session it holds.</summary>
    public bool Reset { get; set; }

    /// <summary>All leases that the node holds from now; what is not in here is void.</summary>
    public List<NumberLease> Leases { get; } = [];

    /// <summary>Of the rate, in force from now.</summary>
    public RateShare Share { get; set; }

    /// <summary>What a node that had no share before starts owing, in admissions; null: the whole burst.</summary>
    public double? ShareDebt { get; set; }

    /// <summary>New grants, on top of those at hand.</summary>
    public List<Grant> Grants { get; } = [];

    /// <summary>Grants at hand go back with the next report: other nodes need them, or the operator holds the gate.</summary>
    public bool RecallGrants { get; set; }

    public List<SlotChange> Slots { get; } = [];

    /// <summary>Numbers that were claimed and whose session is over; after a reset alone.</summary>
    public List<long> Spent { get; } = [];

    public void Clear()
    {
        View = null;
        Share = default;
        ShareDebt = null;
        ReportNumber = Sequence = 0;
        Reset = RecallGrants = false;
        Leases.Clear();
        Grants.Clear();
        Slots.Clear();
        Spent.Clear();
    }
}
