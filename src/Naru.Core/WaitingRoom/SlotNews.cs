namespace Naru.Core.WaitingRoom;

/// <summary>
/// What happened to slots, in order, for nodes that have not heard of it: a ring. Owner: the authority. Thread: its.
/// A node that fell behind the ring starts over with the whole table.
/// The first entry is counted from the time of the start, so that a node of an earlier ring is known by its count.
/// </summary>
internal sealed class SlotNews(long first)
{
    private const int Capacity = 1 << 14;

    /// <summary>It grows with what happens: half a megabyte for a room that nobody enters would be most of what the room costs.</summary>
    private const int FirstCapacity = 1 << 6;

    private readonly long _first = first;
    private Entry[] _ring = [];

    private readonly record struct Entry(SlotChange Change, long Author);

    /// <summary>Of the next entry; never zero, which means a node that knows nothing.</summary>
    internal long Next { get; private set; } = first;

    internal void Add(SlotChange change, long author)
    {
        if (Next - _first == _ring.Length && _ring.Length < Capacity)
            Grow();
        _ring[Next & (_ring.Length - 1)] = new Entry(change, author);
        Next++;
    }

    /// <summary>False: too far behind. The author of a change is not told.</summary>
    internal bool TryCollect(long from, long reader, List<SlotChange> changes)
    {
        if (from < _first || from > Next || Next - from > Capacity)
            return false;
        for (long i = from; i < Next; i++)
            if (_ring[i & (_ring.Length - 1)] is var entry && entry.Author != reader)
                changes.Add(entry.Change);
        return true;
    }

    /// <summary>As long as it grows it holds everything since the first entry.</summary>
    private void Grow()
    {
        var grown = new Entry[Math.Max(FirstCapacity, _ring.Length * 2)];
        for (long i = _first; i < Next; i++)
            grown[i & (grown.Length - 1)] = _ring[i & (_ring.Length - 1)];
        _ring = grown;
    }
}
