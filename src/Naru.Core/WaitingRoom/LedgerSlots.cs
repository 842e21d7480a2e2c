namespace Naru.Core.WaitingRoom;

internal enum SlotUse : byte
{
    Free,

    /// <summary>A node may let a visitor take it.</summary>
    Granted,

    Session,
}

/// <summary>
/// Who has which slot of the room. Owner: the ledger. Thread: the authority's.
/// Invariant: the admissions of a slot only grow, so applying a change twice does no harm.
/// </summary>
internal sealed class LedgerSlots
{
    private SlotUse[] _uses = [];
    private long[] _admissions = [];
    private long[] _numbers = [];
    private int[] _free = [];
    private bool[] _listed = [];
    private int _freeCount;

    internal int Capacity => _uses.Length;

    /// <summary>Granted or in session.</summary>
    internal int Active { get; private set; }

    internal int Granted { get; private set; }

    internal SlotUse Use(int slot) => slot < _uses.Length ? _uses[slot] : SlotUse.Free;

    internal long Admission(int slot) => slot < _uses.Length ? _admissions[slot] : 0;

    internal long Number(int slot) => slot < _uses.Length ? _numbers[slot] : 0;

    internal bool Holds(Grant grant) => Use(grant.Slot) != SlotUse.Free && _admissions[grant.Slot] == grant.Admission;

    /// <summary>Slots are given from the highest down: those from the lowest up may be of sessions that nobody remembers.</summary>
    internal bool IsFromTop { get; set; }

    internal void Grow(int slots)
    {
        int old = _uses.Length;
        if (slots <= old)
            return;
        // Twice at once: a restored ledger grows slot by slot.
        int grown = Math.Min(RoomLimits.SlotsMax, Math.Max(slots, old + old / 2));
        Array.Resize(ref _uses, grown);
        Array.Resize(ref _admissions, grown);
        Array.Resize(ref _numbers, grown);
        Array.Resize(ref _free, grown);
        Array.Resize(ref _listed, grown);
        for (int slot = grown - 1; slot >= old; slot--)
            List(IsFromTop ? grown - 1 - (slot - old) : slot);
    }

    /// <summary>A slot that nobody has; -1: none.</summary>
    internal int TakeFree()
    {
        while (_freeCount > 0)
        {
            int slot = _free[--_freeCount];
            _listed[slot] = false;
            if (_uses[slot] == SlotUse.Free)
                return slot;
        }
        return -1;
    }

    internal void Grant(int slot, long admission)
    {
        Grow(slot + 1);
        if (admission <= _admissions[slot])
            return;
        Occupy(slot, SlotUse.Granted);
        _admissions[slot] = admission;
        _numbers[slot] = 0;
    }

    internal void Start(int slot, long admission, long number)
    {
        Grow(slot + 1);
        if (admission < _admissions[slot] || (admission == _admissions[slot] && _uses[slot] == SlotUse.Free))
            return;
        Occupy(slot, SlotUse.Session);
        _admissions[slot] = admission;
        _numbers[slot] = number;
    }

    internal void End(int slot, long admission)
    {
        Grow(slot + 1);
        if (admission < _admissions[slot])
            return;
        _admissions[slot] = admission;
        if (_uses[slot] == SlotUse.Free)
            return;
        if (_uses[slot] == SlotUse.Granted)
            Granted--;
        _uses[slot] = SlotUse.Free;
        Active--;
        List(slot);
    }

    /// <summary>Nobody is inside any more. Admissions stay, so that no earlier pass comes to life again.</summary>
    internal void EndAll()
    {
        for (int slot = _uses.Length - 1; slot >= 0; slot--)
        {
            _uses[slot] = SlotUse.Free;
            List(slot);
        }
        Active = Granted = 0;
    }

    private void List(int slot)
    {
        if (_listed[slot])
            return;
        _listed[slot] = true;
        _free[_freeCount++] = slot;
    }

    private void Occupy(int slot, SlotUse use)
    {
        if (_uses[slot] == SlotUse.Free)
            Active++;
        if (_uses[slot] == SlotUse.Granted)
            Granted--;
        if (use == SlotUse.Granted)
            Granted++;
        _uses[slot] = use;
    }
}
