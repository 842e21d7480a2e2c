namespace Naru.Engine.Store.Redis;

/// <summary>
/// The clock of a line, Unix milliseconds: one for all nodes, whoever leads. It follows the store's clock, but never faster or
/// slower than time passes here by more than a hundredth: when the store moves to a machine whose clock is an hour off, neither do
/// sessions end early nor does the rate stand still.
/// Owner: a room. Thread: any; a lock takes them in turn. Invariant: it never goes back.
/// </summary>
internal sealed class ClusterClock(TimeProvider time)
{
    private const double SlewShare = 0.01;

    private readonly Lock _lock = new();
    private double _baseMs = double.NaN;
    private double _told;
    private long _baseTimestamp;
    private long _followedTimestamp;

    public bool IsSet
    {
        get
        {
            lock (_lock)
                return !double.IsNaN(_baseMs);
        }
    }

    public long NowMs
    {
        get
        {
            lock (_lock)
                return (long)(_told = Math.Max(_told, Read()));
        }
    }

    /// <summary>Nobody remembers: what was written down, and the time since by the store's clock.</summary>
    /// <param name="writtenMs">Of the line, when it was last written; 0: never.</param>
    /// <param name="writtenAtMs">By the store's clock.</param>
    /// <param name="storeMs">The store's clock now.</param>
    public void Begin(long writtenMs, long writtenAtMs, long storeMs)
    {
        lock (_lock)
            Set(writtenMs == 0 ? storeMs : writtenMs + Math.Max(0, storeMs - writtenAtMs));
    }

    /// <summary>What an answer of the leader says. It was written a little while ago, so it only ever moves the clock forward.</summary>
    public void Hear(long leaderMs)
    {
        lock (_lock)
            if (double.IsNaN(_baseMs) || leaderMs > Read())
                Set(leaderMs);
    }

    /// <summary>The leader heard the store's clock.</summary>
    public void Follow(long storeMs)
    {
        lock (_lock)
        {
            double now = Read();
            double limit = time.GetElapsedTime(_followedTimestamp).TotalMilliseconds * SlewShare;
            Set(now + Math.Clamp(storeMs - now, -limit, limit));
            _followedTimestamp = _baseTimestamp;
        }
    }

    private void Set(double nowMs)
    {
        if (double.IsNaN(_baseMs))
            _followedTimestamp = time.GetTimestamp();
        _baseMs = nowMs;
        _baseTimestamp = time.GetTimestamp();
    }

    private double Read() => _baseMs + time.GetElapsedTime(_baseTimestamp).TotalMilliseconds;
}
