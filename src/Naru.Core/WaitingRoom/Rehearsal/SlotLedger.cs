namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// The sessions as the crowd counts them: a pass is active from its admission until it is released or unused for the session
/// time. Owner: one rehearsal. Invariant: the room's own books are never asked.
/// </summary>
internal sealed class SlotLedger
{
    private readonly Dictionary<int, long> _holders = [];
    private readonly Dictionary<int, long> _doubted = [];
    private readonly HashSet<long> _admissions = [];
    private int _local;

    /// <summary>Those that the room must know of.</summary>
    public int Active => _holders.Count + _local;

    /// <summary>All, those beside that a dead node alone knew of.</summary>
    public int Seen => Active + _doubted.Count;

    /// <summary>Slots that were given to somebody while another's pass for them was valid.</summary>
    public long Doubled { get; private set; }

    /// <summary>Admissions that were given out twice.</summary>
    public long Repeated { get; private set; }

    /// <returns>False: the slot or the admission was somebody's.</returns>
    public bool TryStart(Grant grant)
    {
        if (grant.Slot == Grant.LocalSlot)
        {
            _local++;
            return true;
        }
        var isNew = _admissions.Add(grant.Admission);
        var isFree = _holders.TryAdd(grant.Slot, grant.Admission);
        _holders[grant.Slot] = grant.Admission;
        _doubted.Remove(grant.Slot);
        Repeated += isNew ? 0 : 1;
        Doubled += isFree ? 0 : 1;
        return isNew && isFree;
    }

    /// <summary>
    /// The node that served this pass last was killed before it could tell: the room may take the session for an older one, and
    /// end it sooner. It counts again when it is used.
    /// </summary>
    public void Doubt(Grant grant)
    {
        if (grant.Slot != Grant.LocalSlot && _holders.Remove(grant.Slot))
            _doubted[grant.Slot] = grant.Admission;
    }

    /// <summary>A doubted pass was used and is good.</summary>
    public void Confirm(Grant grant)
    {
        if (_doubted.Remove(grant.Slot))
            _holders.TryAdd(grant.Slot, grant.Admission);
    }

    public void End(Grant grant)
    {
        if (grant.Slot == Grant.LocalSlot)
            _local--;
        else if (_holders.TryGetValue(grant.Slot, out var admission) && admission == grant.Admission)
            _holders.Remove(grant.Slot);
        else if (_doubted.TryGetValue(grant.Slot, out var doubted) && doubted == grant.Admission)
            _doubted.Remove(grant.Slot);
    }
}
