using System.Runtime.InteropServices;
using Naru.Core.Concurrency;
using Naru.Core.Config;

namespace Naru.Core.Balancing;

/// <summary>
/// What every loop shares about one server: requests in flight, response time, limit. The engine derives its server from it.
/// Thread: any. Invariant: <see cref="InFlight"/> is exact and, where callers use <see cref="TryAcquire(int)"/>,
/// never above the limit. What loops write often lies on its own cache lines, away from what they only read.
/// </summary>
public class ServerLoad
{
    /// <summary>Two lines of 64 bytes: the prefetcher of x86 loads them in pairs; also the line size of some ARM cores.</summary>
    internal const int CacheLineBytes = 128;

    private HotState _hot;
    private volatile int _maxConnections;
    private volatile int _limit;
    private volatile AdaptiveLimit? _adaptive;
    private volatile PoolLoad? _pool;

    public ServerLoad(string address)
    {
        Address = address;
        Identity = KeyedHash.Identity(address);
    }

    /// <summary>As configured, <c>host:port</c>.</summary>
    public string Address { get; }

    /// <summary>The same for the same address in every process: places the server in hash tables.</summary>
    public ulong Identity { get; }

    /// <summary>Requests (http) or connections (tcp) at one time; 0: no limit.</summary>
    public int MaxConnections
    {
        get => _maxConnections;
        set
        {
            _maxConnections = value;
            UpdateLimit();
        }
    }

    /// <summary>The smaller one of <see cref="MaxConnections"/> and what the server is judged to carry; 0: no limit.</summary>
    public int Limit => _limit;

    /// <summary>Null: the server is not judged.</summary>
    public AdaptiveLimit? Adaptive => _adaptive;

    public int InFlight => Volatile.Read(ref _hot.InFlight);

    /// <summary>
    /// Since when requests wait for the first byte of their responses and none of them has got it; 0: none waits. least-time
    /// sees by it a server that hangs before any of its requests ends.
    /// </summary>
    public long WaitsSinceMs => Volatile.Read(ref _hot.Waiting) == 0 ? 0 : Volatile.Read(ref _hot.WaitsSinceMs);

    public bool IsFull
    {
        get
        {
            int max = _limit;
            return max != 0 && InFlight >= max;
        }
    }

    /// <summary>Counts one more request unless <see cref="Limit"/> is reached.</summary>
    public bool TryAcquire() => TryAcquire(_limit);

    /// <summary>Counts one more request unless <paramref name="max"/> are in flight; 0: no limit.</summary>
    public bool TryAcquire(int max)
    {
        if (max == 0)
        {
            Acquire();
            return true;
        }
        int seen = InFlight;
        while (seen < max)
        {
            int before = Interlocked.CompareExchange(ref _hot.InFlight, seen + 1, seen);
            if (before == seen)
            {
                _pool?.Add(1);
                return true;
            }
            seen = before;
        }
        return false;
    }

    /// <summary>Counts one more request, whatever the limit.</summary>
    public void Acquire()
    {
        Interlocked.Increment(ref _hot.InFlight);
        _pool?.Add(1);
    }

    public void Release()
    {
        Interlocked.Decrement(ref _hot.InFlight);
        _pool?.Add(-1);
    }

    /// <summary>A request was sent. Not the same as in flight: tunnels and long downloads are, and wait for nothing.</summary>
    public void BeginWait(long nowMs)
    {
        if (Interlocked.Increment(ref _hot.Waiting) == 1 || Volatile.Read(ref _hot.WaitsSinceMs) == 0)
            Volatile.Write(ref _hot.WaitsSinceMs, nowMs);
    }

    /// <summary>
    /// Its response began, or none will come. A sign of life: what still waits is no older than this, as far as a hanging server
    /// is concerned.
    /// </summary>
    public void EndWait(long nowMs)
    {
        Volatile.Write(ref _hot.WaitsSinceMs, nowMs);
        Interlocked.Decrement(ref _hot.Waiting);
    }

    /// <summary>After a reload. What is known stays while the mode does.</summary>
    public void Adapt(AdaptiveConcurrency mode)
    {
        if (mode == (_adaptive?.Mode ?? AdaptiveConcurrency.Off))
            return;
        _adaptive = mode == AdaptiveConcurrency.Off ? null : new AdaptiveLimit(mode);
        UpdateLimit();
    }

    /// <summary>For <see cref="Adaptive"/>: a response began, or (negative) a try ended without one.</summary>
    public void Judge(long nowMs, long timeUs)
    {
        if (_adaptive is not { } adaptive)
            return;
        if (timeUs >= 0 ? adaptive.Responded(nowMs, timeUs, InFlight) : adaptive.Failed(nowMs, InFlight))
            UpdateLimit();
    }

    /// <summary>A response began <paramref name="rttMs"/> after its request was sent.</summary>
    public void Observe(long nowMs, double rttMs)
    {
        long seen = Volatile.Read(ref _hot.Ewma);
        while (true)
        {
            long next = PeakEwma.Observe(seen, nowMs, rttMs);
            long before = Interlocked.CompareExchange(ref _hot.Ewma, next, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    /// <summary>A try failed. Without this a server that refuses at once would look like the fastest.</summary>
    public void ObserveFailure(long nowMs) => Observe(nowMs, PeakEwma.FailureMs);

    /// <summary>A server that comes back is judged anew.</summary>
    public void ForgetCost()
    {
        Volatile.Write(ref _hot.Ewma, 0);
        Volatile.Write(ref _hot.WaitsSinceMs, 0);
    }

    /// <summary>Expected response time in milliseconds; 0: not known (none yet, or so long ago that it has decayed).</summary>
    public double Cost(long nowMs) => PeakEwma.Cost(Volatile.Read(ref _hot.Ewma), nowMs);

    /// <summary>A cheap lower bound of <see cref="Cost"/>; may be negative.</summary>
    internal double LeastCost(long nowMs) => PeakEwma.LeastCost(Volatile.Read(ref _hot.Ewma), nowMs);

    /// <summary>Joins the total of a pool (null: leaves it) with what is in flight now.</summary>
    internal void Attach(PoolLoad? pool)
    {
        if (ReferenceEquals(_pool, pool))
            return;
        _pool = pool;
        pool?.Add(InFlight);
    }

    public override string ToString() => Address;

    private void UpdateLimit()
    {
        int max = _maxConnections;
        _limit = _adaptive is not { } adaptive ? max : max == 0 ? adaptive.Limit : Math.Min(max, adaptive.Limit);
    }

    [StructLayout(LayoutKind.Explicit, Size = 4 * CacheLineBytes)]
    private struct HotState
    {
        [FieldOffset(CacheLineBytes)]
        public int InFlight;

        [FieldOffset(2 * CacheLineBytes)]
        public long Ewma;

        [FieldOffset(2 * CacheLineBytes + 8)]
        public long WaitsSinceMs;

        [FieldOffset(2 * CacheLineBytes + 16)]
        public int Waiting;
    }
}
