namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// One node of a rehearsal: the real <see cref="RoomNode"/> with a clock of its own, a keeper that ticks every 50 ms, and the
/// visitors whose request for a number is held until there is one. Owner: one rehearsal. Thread: the caller's.
/// </summary>
internal sealed class RehearsedNode(int index, long skewMs, RehearsedStore store, Func<long> newNodeId)
{
    private readonly RoomUpdate _update = new();
    private long _nextTickMs;
    private long _answerMs = -1;
    private bool _isAnswerLost;
    private bool _wasHeard;
    private int _kills;

    public RoomNode Room { get; private set; } = new(newNodeId());

    public bool IsUp => _kills == 0;

    /// <summary>Counts its starts: what an earlier process knew is gone.</summary>
    public int Life { get; private set; }

    /// <summary>Visitors who wait for a number, in the order of coming.</summary>
    public Queue<int> Parked { get; } = new();

    /// <summary>The highest position that was admitted anywhere before the authority made the view of this node.</summary>
    public long AdmittedBeforeView { get; private set; } = -1;

    /// <summary>When the store last heard all that had happened on the node.</summary>
    public long HeardMs { get; private set; }

    private long _admittedBeforeAnswer = -1;

    public long ClockMs(long nowMs) => nowMs + skewMs;

    /// <returns>True: an answer of the store was taken in, so those parked may try again.</returns>
    public bool Tick(long nowMs, long admittedHigh)
    {
        if (!IsUp)
            return false;
        if (_answerMs >= 0)
            return nowMs >= _answerMs && Answer(nowMs);
        if (nowMs < _nextTickMs)
            return false;
        _nextTickMs = nowMs + RoomLimits.TickMs;
        var report = Room.TakeReport(ClockMs(nowMs));
        if (store.IsDown(index, nowMs))
        {
            _wasHeard = false;
            _update.Clear();
            Room.Accept(_update, ClockMs(nowMs));
            return false;
        }
        store.Tick(report, _update, nowMs);
        // A report that was not answered comes again as it was; news since then come with the next one.
        if (_wasHeard)
            HeardMs = nowMs;
        _wasHeard = true;
        _admittedBeforeAnswer = admittedHigh;
        _answerMs = nowMs + store.DelayMs(index, nowMs);
        // The store fails while the answer is under way: it was made, but nobody gets it.
        _isAnswerLost = store.IsDown(index, _answerMs);
        return nowMs >= _answerMs && Answer(nowMs);
    }

    /// <summary>The process is killed: whatever was in its memory is gone.</summary>
    public void Kill()
    {
        _kills++;
        _answerMs = -1;
        Parked.Clear();
    }

    /// <summary>Starts it again, once for each kill: one that comes while it is down keeps it down for longer.</summary>
    public void Start(long nowMs)
    {
        if (--_kills > 0)
            return;
        Life++;
        Room = new RoomNode(newNodeId());
        _nextTickMs = nowMs;
        AdmittedBeforeView = -1;
    }

    private bool Answer(long nowMs)
    {
        _answerMs = -1;
        // A keeper does not tick twice for what it has missed.
        _nextTickMs = Math.Max(_nextTickMs, nowMs + 1);
        if (_isAnswerLost)
            _update.Clear();
        _wasHeard = !_isAnswerLost;
        Room.Accept(_update, ClockMs(nowMs));
        if (_isAnswerLost)
            return false;
        AdmittedBeforeView = _admittedBeforeAnswer;
        return true;
    }
}
