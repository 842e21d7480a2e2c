namespace Naru.Core.Health;

/// <summary>
/// Retries are at most a share of the requests of the last ten seconds plus a few per second (Finagle's retry budget), so
/// that an outage is not multiplied by its retries. Owner: one loop, for one pool. Thread: that loop's. Never allocates
/// after construction.
/// </summary>
public sealed class RetryBudget(double share, double minPerSecond)
{
    public const int WindowSeconds = 10;

    private const long BucketMs = 1_000;

    private readonly int[] _requests = new int[WindowSeconds];
    private readonly int[] _retries = new int[WindowSeconds];
    private long _requestsInWindow;
    private long _retriesInWindow;
    private long _bucket = -1;

    /// <summary>
    /// One loop's part of what a pool always allows a second. However many loops share it, each has one retry in the window: a quiet
    /// pool, too, survives a refused connection.
    /// </summary>
    public static double MinOfLoop(double perSecond, int loops) => Math.Max(perSecond / loops, 1.0 / WindowSeconds);

    /// <summary>A request began; its retries are not requests.</summary>
    public void OnRequest(long nowMs)
    {
        int index = Advance(nowMs);
        _requests[index]++;
        _requestsInWindow++;
    }

    /// <summary>Spends one retry, or says no.</summary>
    public bool TryRetry(long nowMs)
    {
        int index = Advance(nowMs);
        if (_retriesInWindow + 1 > share * _requestsInWindow + minPerSecond * WindowSeconds)
            return false;
        _retries[index]++;
        _retriesInWindow++;
        return true;
    }

    /// <summary>Clears the buckets that left the window and returns the one of now.</summary>
    private int Advance(long nowMs)
    {
        long bucket = nowMs / BucketMs;
        if (bucket > _bucket)
        {
            long first = Math.Max(_bucket + 1, bucket - WindowSeconds + 1);
            for (long passed = first; passed <= bucket; passed++)
            {
                int index = (int)(passed % WindowSeconds);
                _requestsInWindow -= _requests[index];
                _retriesInWindow -= _retries[index];
                _requests[index] = 0;
                _retries[index] = 0;
            }
            _bucket = bucket;
        }
        return (int)(_bucket % WindowSeconds);
    }
}
