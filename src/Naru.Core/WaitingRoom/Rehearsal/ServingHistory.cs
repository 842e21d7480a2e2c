namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>When the serving mark passed a position. Owner: one rehearsal. Invariant: the mark never goes back, or that is counted.</summary>
internal sealed class ServingHistory
{
    private readonly List<long> _marks = [];
    private readonly List<long> _timesMs = [];

    /// <summary>How often the mark went back.</summary>
    public int Retreats { get; private set; }

    /// <summary>Positions below are called.</summary>
    public long Mark => _marks.Count == 0 ? 0 : _marks[^1];

    public void Note(long mark, long nowMs)
    {
        if (_marks.Count > 0 && mark <= _marks[^1])
        {
            if (mark < _marks[^1])
                Retreats++;
            return;
        }
        _marks.Add(mark);
        _timesMs.Add(nowMs);
    }

    /// <summary>When the position was called; null: it was not.</summary>
    public long? CalledMs(long position)
    {
        var index = _marks.BinarySearch(position + 1);
        index = index < 0 ? ~index : index;
        return index < _marks.Count ? _timesMs[index] : null;
    }
}
