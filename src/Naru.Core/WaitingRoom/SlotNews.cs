namespace Naru.Core.WaitingRoom;

/// <summary>
/// What happened to slots, in order, for nodes that have not heard of it: a ring. Owner: the authority. Thread: its.
/// A node that fell behind the ring starts over with the whole table.
/// The first entry is counted from the time of the start, so that a node of an earlier ring is known by its count.
/// </summary>
internal sealed class SlotNews(long first)
{
    private const int Capacity = 1 << 14;

    private readonly SlotChange[] _ring = new SlotChange[Capacity];
    private readonly long[] _authors = new long[Capacity];
    private readonly long _first = first;

    /// <summary>Of the next entry; never zero, which means a node that knows nothing.</summary>
    internal long Next { get; private set; } = first;

    internal void Add(SlotChange change, long author)
    {
        _ring[Next & (Capacity - 1)] = change;
        _authors[Next & (Capacity - 1)] = author;
        Next++;
    }

    /// <summary>False: too far behind. The author of a change is not told.</summary>
    internal bool TryCollect(long from, long reader, List<SlotChange> changes)
    {
        if (from < _first || from > Next || Next - from > Capacity)
            return false;
        for (long i = from; i < Next; i++)
            if (_authors[i & (Capacity - 1)] != reader)
                changes.Add(_ring[i & (Capacity - 1)]);
        return true;
    }
}
