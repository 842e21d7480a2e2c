using Naru.Core.Config.Kinds;
using Naru.Core.Http;

namespace Naru.Core.Config.Keys;

internal static class PoolKeys
{
    private static readonly ConfigKey<BalanceAlgorithm> Balance = new("balance", new WordKind<BalanceAlgorithm>("a way to balance",
        [
            ("round-robin", BalanceAlgorithm.RoundRobin),
            ("random", BalanceAlgorithm.Random),
            ("least-connections", BalanceAlgorithm.LeastConnections),
            ("two-choices", BalanceAlgorithm.TwoChoices),
            ("least-time", BalanceAlgorithm.LeastTime),
            ("source-hash", BalanceAlgorithm.SourceHash),
            ("consistent-hash", BalanceAlgorithm.ConsistentHash),
            ("maglev", BalanceAlgorithm.Maglev),
        ]), BalanceAlgorithm.RoundRobin, "How a server is picked.");

    private static readonly ConfigKey<HashOptions> Hash = new("hash", HashKeys.Section, "What consistent-hash and maglev hash by.");

    private static readonly ConfigKey<IReadOnlyList<ServerOptions>> Servers = new("servers",
        new ListKind<ServerOptions>(
            new ShortOrLongKind<ServerOptions>(new ShortServerKind(), ServerKeys.Section), "servers, each host:port or a mapping", 1,
            ConfigLimits.ServersPerPoolMax, identity: server => $"{server.Host} {server.Port}",
            emptyFix: "Give at least one server, such as 10.0.0.1:8080."),
        "The servers, each `host:port` or a mapping.")
    { IsRequired = true };

    private static readonly ConfigKey<UpstreamConnectionOptions> Connections = new("connections", UpstreamConnectionKeys.Section,
        "How connections to servers are kept.");

    private static readonly ConfigKey<PoolTimeouts> Timeouts = new("timeouts", PoolTimeoutKeys.Section, "How long servers may take.");

    private static readonly ConfigKey<ProxyProtocolVersion> SendProxyProtocol = new("sendProxyProtocol",
        new WordKind<ProxyProtocolVersion>("a version of the PROXY protocol",
            [("none", ProxyProtocolVersion.None), ("v1", ProxyProtocolVersion.V1), ("v2", ProxyProtocolVersion.V2)]),
        ProxyProtocolVersion.None, "Tell servers the client's address by the PROXY protocol. A connection to a server then carries one client connection alone, and ends with it.");

    private static readonly ConfigKey<HealthOptions> Health = new("health", HealthKeys.Section, "How broken servers are found and kept out.");

    private static readonly ConfigKey<StickyOptions> Sticky = new("sticky", StickyKeys.Section,
        "Keeps a client on its server by a signed cookie (http).");

    private static readonly ConfigKey<RetryOptions> Retry = new("retry", RetryKeys.Section, "When a request is tried on another server.");

    private static readonly ConfigKey<QueueOptions> Queue = new("queue", QueueKeys.Section,
        "Requests that wait while every server is full.");

    private static readonly ConfigKey<AdaptiveConcurrency> Adaptive = new("adaptiveConcurrency",
        new WordKind<AdaptiveConcurrency>("a way to find how much a server carries",
            [("off", AdaptiveConcurrency.Off), ("gradient", AdaptiveConcurrency.Gradient), ("aimd", AdaptiveConcurrency.Aimd)]),
        AdaptiveConcurrency.Off,
        "Requests that a server gets at one time, found from how it answers (http): gradient by its response times, aimd by its failures. Never above its maxConnections; it starts at 20, so a server that carries fewer is better given maxConnections.");

    public static readonly Section<PoolOptions> Section = new("a mapping with servers",
        $"Servers, and one way to balance, check, retry and limit. Heads of their responses are limited to {HttpLimits.FieldsDefault} fields and {HttpLimits.HeadBytesMax / 1024} KiB; beyond that the client gets 502.",
        [Balance, Hash, Servers, Connections, Timeouts, SendProxyProtocol, Health, Sticky, Retry, Queue, Adaptive], Bind);

    private static PoolOptions Bind(SectionReader section)
    {
        var isBalanceRight = section.TryGet(Balance, out var balance) || !section.Has(Balance);
        var servers = section.Get(Servers) ?? [];
        if (isBalanceRight && section.Has(Hash) && balance is not (BalanceAlgorithm.ConsistentHash or BalanceAlgorithm.Maglev))
            section.Of(Hash).Fail("belongs to balance: consistent-hash and balance: maglev.", "Give one of them, or remove hash.");
        if (servers.Count > 0 && servers.All(server => server.Backup))
            section.Of(Servers).Fail("are all backups.", "Leave at least one server without backup: true.");
        return new()
        {
            Name = section.At.Path.Last,
            Balance = balance,
            Hash = section.Get(Hash) ?? new(),
            Servers = servers,
            Connections = section.Get(Connections) ?? new(),
            Timeouts = section.Get(Timeouts) ?? new(),
            SendProxyProtocol = section.Get(SendProxyProtocol),
            Health = section.Get(Health) ?? new(),
            Sticky = section.Get(Sticky),
            Retry = section.Get(Retry) ?? new(),
            Queue = section.Get(Queue) ?? new(),
            AdaptiveConcurrency = section.Get(Adaptive),
        };
    }
}

internal static class HashKeys
{
    private static readonly HashOptions Defaults = new();

    private static readonly ConfigKey<(HashSource Source, string Name)> On = new("on", new HashOnKind(), (Defaults.On, Defaults.Name),
        "source, path, host, header:NAME, cookie:NAME or query:NAME; only source works for tcp listeners.");

    private static readonly ConfigKey<double> BoundedLoad = new("boundedLoad", new FactorKind(1, 100), Defaults.BoundedLoad,
        "A server takes at most this many times its share of the requests in flight; 0: unbounded.");

    public static readonly Section<HashOptions> Section = new("a mapping of on and boundedLoad", "What is hashed.", [On, BoundedLoad], Bind);

    private static HashOptions Bind(SectionReader section)
    {
        var (source, name) = section.Get(On);
        return new() { On = source, Name = name ?? "", BoundedLoad = section.Get(BoundedLoad) };
    }
}
