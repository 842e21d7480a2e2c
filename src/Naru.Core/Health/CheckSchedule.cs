using Naru.Core.Balancing;

namespace Naru.Core.Health;

/// <summary>
/// When active checks are due: the servers of a pool spread over the interval, each next check jittered so that nodes that
/// started together drift apart. Owner: the checker of one pool.
/// </summary>
public sealed class CheckSchedule(TimeSpan interval, ulong seed)
{
    /// <summary>Of the interval, up and down.</summary>
    public const double Jitter = 0.1;

    private readonly double _intervalMs = interval.TotalMilliseconds;
    private FastRandom _random = new(seed);

    /// <summary>The first check of the server at <paramref name="index"/> of <paramref name="count"/>: in its own slice of the interval.</summary>
    public long FirstDueMs(int index, int count, long nowMs) =>
        nowMs + (long)(_intervalMs * (index + _random.NextDouble()) / count);

    /// <summary>
    /// The check after the one that was due at <paramref name="dueMs"/>. Late checks are not made up for: a checker that
    /// was held up for long goes on from now instead of sending a burst.
    /// </summary>
    public long NextDueMs(long dueMs, long nowMs)
    {
        double step = _intervalMs * (1 + Jitter * (2 * _random.NextDouble() - 1));
        long next = dueMs + Math.Max(1, (long)step);
        return next > nowMs ? next : nowMs + Math.Max(1, (long)step);
    }
}
