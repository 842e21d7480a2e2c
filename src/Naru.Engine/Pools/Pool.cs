using System.Text;
using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Sticky;
using Naru.Engine.Loop;

namespace Naru.Engine.Pools;

/// <summary>
/// A named group of servers as it runs. Owner: the engine; it lives through reloads as long as its name stays.
/// Thread: what loops read is swapped whole (options, servers, eligible set); each loop has its own part.
/// </summary>
internal sealed class Pool
{
    /// <summary>
    /// The same on every node, so that all place a key alike. Whoever picks keys to overload one server meets the bounded load.
    /// </summary>
    public static readonly KeyedHash PlacementHash = KeyedHash.FromText("naru placement");

    private readonly LoopPool[] _loops;
    private volatile PoolRules _rules;
    private volatile EligibleSet _eligible;
    private volatile Server[] _servers = [];
    private int _socketWaiters;

    public Pool(PoolOptions options, IReadOnlyList<EventLoop> loops, Action<Pool, Server> reportFailures)
    {
        Name = options.Name;
        NameBytes = Encoding.UTF8.GetBytes(Name);
        _rules = new PoolRules(options, null, []);
        _eligible = EligibleSet.Build(options.Balance, options.Hash, []);
        ReportFailures = reportFailures;
        _loops = [.. loops.Select(loop => new LoopPool(this, loop, loops.Count))];
    }

    public string Name { get; }

    public byte[] NameBytes { get; }

    public PoolRules Rules => _rules;

    public PoolOptions Options => _rules.Options;

    /// <summary>Published by the health thread; empty until it has looked at the pool.</summary>
    public EligibleSet Eligible
    {
        get => _eligible;
        set => _eligible = value;
    }

    public IReadOnlyList<Server> Servers => _servers;

    /// <summary>A server failed as often in a row as the configuration allows. Called on a loop.</summary>
    public Action<Pool, Server> ReportFailures { get; }

    public LoopPool ForLoop(int loop) => _loops[loop];

    public ReadOnlySpan<LoopPool> Loops => _loops;

    /// <summary>Thread: control plane, one reload at a time.</summary>
    public void Apply(PoolOptions options, Server[] servers, StickyCookie? sticky)
    {
        _servers = servers;
        _rules = new PoolRules(options, sticky, servers);
    }

    /// <summary>Gives the place at the server back and wakes one who waits for it.</summary>
    public void Release(Server server, int loop)
    {
        server.Release();
        if (server.Limit != 0 || Volatile.Read(ref _socketWaiters) > 0)
            WakeNext(loop);
    }

    /// <summary>Requests that hold a place at a server now, over all loops.</summary>
    public int InFlight()
    {
        int count = 0;
        foreach (var server in _servers)
            count += server.InFlight;
        return count;
    }

    /// <summary>Someone waits although no server is full: whoever ends a request may leave a socket.</summary>
    public void BeginSocketWait() => Interlocked.Increment(ref _socketWaiters);

    public void EndSocketWait() => Interlocked.Decrement(ref _socketWaiters);

    /// <summary>Gives a kept connection's descriptor back. False: this loop keeps none.</summary>
    public bool CloseOneIdle(int loop)
    {
        foreach (var server in _servers)
        {
            if (server.ForLoop(loop).CloseOldestIdle())
                return true;
        }

        return false;
    }

    /// <summary>Tells one loop with waiters that there may be room: in a ring, so that no loop keeps a scarce server to itself.</summary>
    public void WakeNext(int loop)
    {
        for (int i = 1; i <= _loops.Length; i++)
        {
            var next = _loops[(loop + i) % _loops.Length];
            if (next.Waiting == 0)
                continue;
            next.PostWake();
            return;
        }
    }

    /// <summary>Servers came, or their limits changed: waiters look again. Thread: any.</summary>
    public void WakeAll()
    {
        foreach (var loop in _loops)
            if (loop.Waiting > 0)
                loop.PostWake();
    }
}

/// <summary>What a reload swaps: options and what is built from them.</summary>
internal sealed class PoolRules(PoolOptions options, StickyCookie? sticky, Server[] stickyServers)
{
    public PoolOptions Options { get; } = options;

    public StickyCookie? Sticky { get; } = sticky;

    public byte[] HashName { get; } = Encoding.ASCII.GetBytes(options.Hash.Name);

    public byte[] StickyCookieName { get; } = Encoding.ASCII.GetBytes(options.Sticky?.Cookie ?? "");

    /// <summary>By the index that the cookie's table knows.</summary>
    public Server[] StickyServers { get; } = stickyServers;

    /// <summary>Whether picks look at a hash of the request.</summary>
    public bool UsesHash { get; } = options.Balance is BalanceAlgorithm.SourceHash or BalanceAlgorithm.ConsistentHash or BalanceAlgorithm.Maglev;

    public int ConnectTimeoutMs { get; } = (int)options.Timeouts.Connect.TotalMilliseconds;

    public int FirstByteTimeoutMs { get; } = (int)options.Timeouts.FirstByte.TotalMilliseconds;

    public int IdleTimeoutMs { get; } = (int)options.Timeouts.Idle.TotalMilliseconds;

    public int KeepAliveMs { get; } = (int)options.Connections.IdleTimeout.TotalMilliseconds;

    public int MaxAgeMs { get; } = (int)options.Connections.MaxAge.TotalMilliseconds;

    public int QueueTimeoutMs { get; } = (int)options.Queue.Timeout.TotalMilliseconds;

    public int FailureThreshold { get; } = options.Health.Passive?.ConsecutiveFailures ?? 0;

    public int QueueTargetMs { get; } = options.Queue.Order == QueueOrder.CoDel ? (int)options.Queue.Target.TotalMilliseconds : 0;

    public bool IsLeastTime { get; } = options.Balance == BalanceAlgorithm.LeastTime;
}
