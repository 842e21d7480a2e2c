namespace Naru.Core.Config;

/// <summary>One entry of <c>pools</c>: servers and one way to balance, check, retry and limit.</summary>
public sealed class PoolOptions
{
    public required string Name { get; init; }

    public BalanceAlgorithm Balance { get; init; } = BalanceAlgorithm.RoundRobin;

    /// <summary>Of <c>consistent-hash</c> and <c>maglev</c>.</summary>
    public HashOptions Hash { get; init; } = new();

    public required IReadOnlyList<ServerOptions> Servers { get; init; }

    public UpstreamConnectionOptions Connections { get; init; } = new();

    public PoolTimeouts Timeouts { get; init; } = new();

    public ProxyProtocolVersion SendProxyProtocol { get; init; }

    public HealthOptions Health { get; init; } = new();

    /// <summary>Null: no stickiness.</summary>
    public StickyOptions? Sticky { get; init; }

    public RetryOptions Retry { get; init; } = new();

    public QueueOptions Queue { get; init; } = new();

    /// <summary>Of http pools: how many requests a server gets at one time follows how it answers; never above its maxConnections.</summary>
    public AdaptiveConcurrency AdaptiveConcurrency { get; init; }
}

public enum AdaptiveConcurrency
{
    Off,

    /// <summary>By the ratio of the usual response time to the present one.</summary>
    Gradient,

    /// <summary>Additive increase, multiplicative decrease on failures.</summary>
    Aimd,
}

/// <summary>Who is next in the queue of a pool.</summary>
public enum QueueOrder
{
    /// <summary>Who waits longest, until <see cref="QueueOptions.Timeout"/>.</summary>
    Fifo,

    /// <summary>The same while the queue empties now and then; while it does not, who came last, and nobody waits long.</summary>
    CoDel,
}

public enum BalanceAlgorithm
{
    RoundRobin,
    Random,
    LeastConnections,
    TwoChoices,
    LeastTime,
    SourceHash,
    ConsistentHash,
    Maglev,
}

public enum ProxyProtocolVersion
{
    None,
    V1,
    V2,
}

public enum HashSource
{
    Source,
    Header,
    Cookie,
    Query,
    Path,
    Host,
}

/// <summary>The key <c>hash</c> of a pool.</summary>
public sealed class HashOptions
{
    public HashSource On { get; init; } = HashSource.Source;

    /// <summary>Of the header (lower case), cookie or query parameter.</summary>
    public string Name { get; init; } = "";

    /// <summary>A server takes at most this many times its share of the requests in flight; 1 to 100, 0: unbounded. Default 1.25.</summary>
    public double BoundedLoad { get; init; } = 1.25;
}

/// <summary>One server of a pool: <c>host:port</c> or the long form.</summary>
public sealed class ServerOptions
{
    public required string Address { get; init; }

    /// <summary>Host and port of <see cref="Address"/>; the host is an IP address or a name that is resolved at start and reload.</summary>
    public required string Host { get; init; }

    public required int Port { get; init; }

    /// <summary>1 to 1000. Default 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Requests (http) or connections (tcp) at one time; 0: no limit (default).</summary>
    public int MaxConnections { get; init; }

    /// <summary>Used only when no other server of the pool is eligible.</summary>
    public bool Backup { get; init; }
}

/// <summary>The key <c>connections</c> of a pool: how upstream connections are kept.</summary>
public sealed class UpstreamConnectionOptions
{
    /// <summary>Idle connections per server, over all loops. 0: none is reused. Default 128.</summary>
    public int Idle { get; init; } = 128;

    /// <summary>Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Jittered by up to 10 %. Default 10 min.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>The key <c>timeouts</c> of a pool.</summary>
public sealed class PoolTimeouts
{
    /// <summary>Default 3 s.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// From the last byte of the request to the first of the response; also to the 100 (Continue) that a client waits for before
    /// its body. Default 60 s.
    /// </summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest silence of the server inside a response. Default 60 s.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The key <c>sticky</c> of a pool.</summary>
public sealed class StickyOptions
{
    /// <summary>Name of the cookie.</summary>
    public required string Cookie { get; init; }

    /// <summary>The signing key (at least 32 bytes), read from <c>keyFile</c>.</summary>
    public required byte[] Key { get; init; }
}

/// <summary>The key <c>retry</c> of a pool.</summary>
public sealed class RetryOptions
{
    /// <summary>Tries of one request in all, 1 to 5. Default 2.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>Retries as a share of requests, beside 10/s. Default 0.2.</summary>
    public double Budget { get; init; } = 0.2;

    /// <summary>Retry when the connection was not made.</summary>
    public bool OnConnect { get; init; } = true;

    /// <summary>Retry when the connection ended before the first byte of the response.</summary>
    public bool OnReset { get; init; } = true;
}

/// <summary>The key <c>queue</c> of a pool: requests that wait because every server is full.</summary>
public sealed class QueueOptions
{
    /// <summary>Default 1000; 0: refuse at once.</summary>
    public int Size { get; init; } = 1000;

    /// <summary>Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    public QueueOrder Order { get; init; }

    /// <summary>Of <see cref="QueueOrder.CoDel"/>: the longest wait in a queue that has not been empty for a while. Default 50 ms.</summary>
    public TimeSpan Target { get; init; } = TimeSpan.FromMilliseconds(50);
}
