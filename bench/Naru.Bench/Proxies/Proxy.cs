namespace Naru.Bench.Proxies;

/// <summary>Through which door of a proxy a workload goes.</summary>
internal enum Entrance
{
    /// <summary>Layer 7, access log off.</summary>
    Http,

    /// <summary>Layer 7 tuned for large bodies, where a proxy has such a switch.</summary>
    Bulk,

    /// <summary>Layer 4.</summary>
    Tcp,

    /// <summary>Layer 7 with an access log.</summary>
    Logged,

    /// <summary>Layer 7 with a waiting room in front of <c>/room/*</c>, and a fixed response at <c>/fixed</c> to hold it against; Naru alone.</summary>
    Room,
}

/// <summary>What all proxies of one run are told, so that they do the same work.</summary>
internal sealed record Setup(string WorkFolder, Origin Origin, string NaruProgram)
{
    public Entrance Entrance { get; init; } = Entrance.Http;

    /// <summary>Servers of the main pool.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [$"127.0.0.1:{Origin.First}", $"127.0.0.1:{Origin.Second}"];

    /// <summary>Further routes, each a host and a path prefix, that lead to the main pool.</summary>
    public IReadOnlyList<(string Host, string Prefix)> Routes { get; init; } = [];

    public int CheckIntervalSeconds { get; init; } = 2;

    /// <summary>Event loops of the proxy and the cores it may use.</summary>
    public int Loops { get; init; } = 1;

    public string Cpus => Loops == 1 ? Machine.ProxyCpu : $"0-{Loops - 1}";
}

/// <summary>A running load balancer under measurement.</summary>
internal abstract class Proxy(string name, ChildProcess process) : IDisposable
{
    public const string Haproxy = "HAProxy";
    public const string Nginx = "nginx";
    public const string Naru = "Naru";

    public const string Relay = "relay";

    /// <summary>Compared when nothing else is said.</summary>
    public static IReadOnlyList<string> Peers { get; } = [Haproxy, Nginx, Naru];

    public static IReadOnlyList<string> All { get; } = [.. Peers, Relay];

    public string Name { get; } = name;

    public required int Port { get; init; }

    public int Pid => process.Pid;

    public static Proxy Start(string name, Setup setup) => name switch
    {
        Haproxy => HaproxyProxy.Start(setup),
        Nginx => NginxProxy.Start(setup),
        Naru => NaruProxy.Start(setup),
        Relay => RelayProxy.Start(setup),
        _ => throw new BenchException($"There is no proxy '{name}'; known: {string.Join(", ", All)}."),
    };

    public void ThrowIfEnded() => process.ThrowIfEnded();

    /// <summary>A line for the report about what the proxy itself counted, or null.</summary>
    public virtual string? OwnFigures() => null;

    public virtual void Dispose() => process.Dispose();
}
