namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// What happens when, in virtual time: one pending event for each visitor, taken in the order of time and, within a millisecond,
/// in the order in which they were set. Constant time each, so a million visitors are no more trouble than ten.
/// Owner: one rehearsal. Thread: the caller's. Invariant: time never goes back; an index is in the wheel at most once.
/// </summary>
internal sealed class TimingWheel
{
    /// <summary>A slot is a millisecond. What is due later than a turn of the wheel (131 s) goes round once more.</summary>
    private const int Slots = 1 << 17;

    private const int None = -1;
    private const int Absent = -2;

    private readonly int[] _first = new int[Slots];
    private readonly int[] _last = new int[Slots];
    private readonly int[] _next;
    private readonly long[] _dueMs;
    private long _nowMs;

    public TimingWheel(int count, long startMs)
    {
        _nowMs = startMs;
        _next = new int[count];
        _dueMs = new long[count];
        Array.Fill(_first, None);
        Array.Fill(_last, None);
        Array.Fill(_next, Absent);
    }

    /// <summary>Sets the event of <paramref name="index"/>, which has none pending. What is past is due now.</summary>
    public void Set(int index, long dueMs)
    {
        if (_next[index] != Absent)
            throw new InvalidOperationException($"Event {index} is pending already.");
        _dueMs[index] = Math.Max(dueMs, _nowMs);
        Append(index, Math.Min(_dueMs[index], _nowMs + Slots - 1));
    }

    /// <summary>Moves to a later millisecond, whose events <see cref="TryTake"/> then gives.</summary>
    public void MoveTo(long nowMs) => _nowMs = nowMs;

    /// <summary>The next event of this millisecond, events set meanwhile included.</summary>
    public bool TryTake(out int index)
    {
        var slot = SlotOf(_nowMs);
        while ((index = _first[slot]) != None)
        {
            _first[slot] = _next[index];
            if (_first[slot] == None)
                _last[slot] = None;
            _next[index] = Absent;
            if (_dueMs[index] <= _nowMs)
                return true;
            Append(index, Math.Min(_dueMs[index], _nowMs + Slots - 1));
        }
        return false;
    }

    private static int SlotOf(long ms) => (int)(ms & (Slots - 1));

    private void Append(int index, long ms)
    {
        var slot = SlotOf(ms);
        _next[index] = None;
        if (_last[slot] == None)
            _first[slot] = index;
        else
            _next[_last[slot]] = index;
        _last[slot] = index;
    }
}
