namespace Naru.Core.WaitingRoom;

/// <summary>
/// Where the serving mark stood, by second, for as long as a missed turn may be taken. Time here is the time in which turns could
/// be taken: a pause, a full room or a restart takes nobody's grace. Owner: the ledger. Thread: the authority's.
/// </summary>
internal sealed class MarkHistory
{
    private readonly Queue<(long TurnMs, long Position)> _entries = new();
    private (long TurnMs, long Position) _newest = (0, 1);

    /// <summary>Positions below were called longer ago than the grace.</summary>
    internal long GraceFrom { get; private set; } = 1;

    internal IEnumerable<(long TurnMs, long Position)> Entries => _entries.Append(_newest);

    internal void Add(long turnMs, long position)
    {
        if (_newest.TurnMs / 1000 != turnMs / 1000 && _newest.Position != position && _newest.Position > GraceFrom)
            _entries.Enqueue(_newest);
        _newest = (turnMs, position);
    }

    internal void Forget(long turnMs, int graceMs)
    {
        while (_entries.TryPeek(out var oldest) && turnMs - oldest.TurnMs > graceMs)
            GraceFrom = Math.Max(GraceFrom, _entries.Dequeue().Position);
        if (turnMs - _newest.TurnMs > graceMs)
            GraceFrom = Math.Max(GraceFrom, _newest.Position);
    }

    internal void Raise(long graceFrom) => GraceFrom = Math.Max(GraceFrom, graceFrom);

    /// <summary>The mark stands at <paramref name="position"/>, and everything below <paramref name="graceFrom"/> is void.</summary>
    internal void Restart(long turnMs, long position, long graceFrom)
    {
        _entries.Clear();
        _newest = (turnMs, position);
        GraceFrom = graceFrom;
    }
}
