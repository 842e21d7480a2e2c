using Naru.Core.WaitingRoom.Forecast;

namespace Naru.Core.WaitingRoom;

/// <summary>
/// When the sessions of a room were last seen, and which are over. Not durable: after a restart every session counts as just seen.
/// Owner: the authority. Thread: its.
/// </summary>
internal sealed class RoomSessions(LedgerSlots slots)
{
    internal const int SweepMs = 1_000;

    /// <summary>A grant that a crash or a dead node left behind: whoever took it comes back within this, or its slot is free again.</summary>
    private const int OrphanMs = 30_000;

    /// <summary>A session that was just seen is told with the next sweep of its node and some ticks.</summary>
    private const int TellMs = SweepMs + (5 * RoomLimits.TickMs);

    /// <summary>Between two counts of all sessions; a second is usual.</summary>
    private const int CountMsMax = 60_000;

    private long[] _endsMs = [];
    private long[] _startedMs = [];
    private bool[] _isIdle = [];
    private int _cursor;
    private double _sweepDebt;
    private long _lastMs;
    private long _countedMs;

    internal SessionAges Ages { get; } = new();

    /// <summary>Every slot counts as seen now.</summary>
    internal void Restart(int sessionMs, long nowMs)
    {
        Grow();
        Array.Fill(_startedMs, nowMs);
        Array.Clear(_isIdle);
        for (int slot = 0; slot < slots.Capacity; slot++)
            _endsMs[slot] = nowMs + (slots.Use(slot) == SlotUse.Granted ? Math.Min(OrphanMs, sessionMs) : sessionMs) + TellMs;
    }

    internal void Seen(int slot, long lastSeenMs, int sessionMs)
    {
        Grow();
        // Nodes tell by turns, and not of each request: a session that is used must outlast the pauses between their reports.
        _endsMs[slot] = Math.Max(_endsMs[slot], lastSeenMs + LivesMs(sessionMs));
    }

    internal void Start(int slot, long nowMs, int sessionMs)
    {
        Grow();
        _endsMs[slot] = 0;
        _startedMs[slot] = nowMs;
        _isIdle[slot] = false;
        Seen(slot, nowMs, sessionMs);
    }

    /// <summary>For <see cref="Ages"/>.</summary>
    internal void Ended(int slot, long nowMs)
    {
        Grow();
        if (!_isIdle[slot])
            Ages.End(nowMs - _startedMs[slot]);
    }

    internal void Orphan(int slot, long nowMs, int sessionMs)
    {
        Grow();
        _endsMs[slot] = nowMs + Math.Min(OrphanMs, sessionMs);
    }

    /// <summary>Slots whose session is over; every slot is looked at once a second.</summary>
    /// <param name="heardMs">What happened up to here was told by all nodes.</param>
    internal void CollectEnded(int sessionMs, long nowMs, long heardMs, Predicate<int> isLive, List<int> ended)
    {
        Grow();
        int capacity = slots.Capacity;
        _sweepDebt = Math.Min(capacity, _sweepDebt + capacity * (double)Math.Clamp(nowMs - _lastMs, 0, SweepMs) / SweepMs);
        _lastMs = nowMs;
        for (; _sweepDebt >= 1 && capacity > 0; _sweepDebt--)
        {
            int slot = _cursor;
            _cursor = slot + 1 == capacity ? 0 : slot + 1;
            if (slots.Use(slot) == SlotUse.Session)
                Count(slot, sessionMs, nowMs);
            if (_cursor == 0)
            {
                // No time lies before the first count, and a clock that jumped is no life.
                Ages.EndCount(_countedMs == 0 ? 0 : Math.Clamp(nowMs - _countedMs, 0, CountMsMax) / 1000.0);
                _countedMs = nowMs;
            }
            if (slots.Use(slot) != SlotUse.Free && _endsMs[slot] <= heardMs && isLive(slot))
                ended.Add(slot);
        }
    }

    /// <summary>For <see cref="Ages"/>.</summary>
    private void Count(int slot, int sessionMs, long nowMs)
    {
        long ageMs = nowMs - _startedMs[slot];
        long leftMs = _endsMs[slot] - nowMs;
        bool isIdle = leftMs <= LivesMs(sessionMs) - SessionAges.IdleMs(sessionMs);
        if (isIdle && !_isIdle[slot])
            Ages.GoIdle(ageMs);
        else if (!isIdle && _isIdle[slot])
            Ages.ComeBack(ageMs);
        _isIdle[slot] = isIdle;
        if (isIdle)
            Ages.CountIdle(leftMs);
        else
            Ages.Count(ageMs);
    }

    /// <summary>From the last request on.</summary>
    private static int LivesMs(int sessionMs) => sessionMs + RoomLimits.SeenGranularityMs(sessionMs) + TellMs;

    private void Grow()
    {
        if (_endsMs.Length >= slots.Capacity)
            return;
        Array.Resize(ref _endsMs, slots.Capacity);
        Array.Resize(ref _startedMs, slots.Capacity);
        Array.Resize(ref _isIdle, slots.Capacity);
    }
}
