using System.Net;
using Naru.Core.Config.Kinds;
using Naru.Core.Net;

namespace Naru.Core.Config.Keys;

internal static class ListenerKeys
{
    private static readonly ConfigKey<string> Name = new("name", Shared.Name,
        "What logs, counters and messages call it; unique.")
    { DefaultNote = "the first address of bind" };

    private static readonly ConfigKey<IReadOnlyList<IPEndPoint>> BindAddresses = new("bind",
        new ListKind<IPEndPoint>(new BindKind(), "addresses and ports", 1, ConfigLimits.BindsPerListenerMax, takesSingle: true),
        "Where it accepts traffic. `:80` is all of IPv4, `[::]:80` all of IPv6.")
    { IsRequired = true };

    private static readonly ConfigKey<ListenerProtocol> Protocol = new("protocol",
        new WordKind<ListenerProtocol>("a protocol", [("http", ListenerProtocol.Http), ("tcp", ListenerProtocol.Tcp)], "https", "tls", "udp"),
        ListenerProtocol.Http, "http: requests are routed; tcp: connections are relayed byte by byte.");

    private static readonly ConfigKey<AddressSet?> ProxyProtocol = new("proxyProtocol", ProxyProtocolKeys.Section,
        "Peers that put a PROXY protocol header in front.");

    private static readonly ConfigKey<IReadOnlyList<IPNetwork>> TrustedProxies = new("trustedProxies", Shared.Networks(min: 0), [],
        "Peers whose X-Forwarded-*, Forwarded, X-Real-IP, X-Original-URL and X-Rewrite-URL fields and request id are believed and kept; those of others are removed (http).");

    private static readonly ConfigKey<IReadOnlyList<IPNetwork>> Allow = new("allow",
        Shared.Networks(min: 1, "An empty list would let nobody in. Remove allow to let everybody in."),
        "Clients that may connect; deny is looked at first.")
    { DefaultNote = "all" };

    private static readonly ConfigKey<IReadOnlyList<IPNetwork>> Deny = new("deny", Shared.Networks(min: 0), [],
        "Clients that may not connect.");

    private static readonly ConfigKey<ListenerTimeouts> Timeouts = new("timeouts", ListenerTimeoutKeys.Section, "How long clients may take.");

    private static readonly ConfigKey<ListenerLimits> Limits = new("limits", ListenerLimitKeys.Section, "How much clients may ask for.");

    private static readonly ConfigKey<IReadOnlyList<RouteOptions>> Routes = new("routes",
        new ListKind<RouteOptions>(RouteKeys.Section, "routes", 1, ConfigLimits.RoutesPerListenerMax),
        "What is done with requests (http). The most specific match wins; ties by order.");

    private static readonly ConfigKey<string> Pool = new("pool", Shared.Name, "The pool that takes the connections (tcp).");

    public static readonly Section<ListenerOptions> Section = new(
        "a mapping with bind and what is done with the traffic",
        "Addresses, a protocol, and what is done with the traffic.",
        [Name, BindAddresses, Protocol, ProxyProtocol, TrustedProxies, Allow, Deny, Timeouts, Limits, Routes, Pool], Bind)
    {
        ForeignKeys = new Dictionary<string, (string, string)>
        {
            ["waitingRoom"] = ("belongs to a route of an http listener: a room answers requests, which tcp does not have.",
                "Write routes: [{ waitingRoom: …, pool: … }]."),
        },
    };

    private static ListenerOptions Bind(SectionReader section)
    {
        var isProtocolRight = section.TryGet(Protocol, out var protocol) || !section.Has(Protocol);
        var binds = section.Get(BindAddresses) ?? [];
        var hasName = section.TryGet(Name, out var name);
        name ??= binds.Count > 0 ? binds[0].ToString() : "";
        if (name.Length > 0)
            section.At.Session.ListenerNames.Add((hasName ? section.Of(Name) : section.At, name));
        if (isProtocolRight)
            CheckProtocol(section, protocol);
        var timeouts = section.Get(Timeouts);
        var pool = section.Get(Pool);
        if (pool is not null && protocol == ListenerProtocol.Tcp)
            section.At.Session.PoolUses.Add((section.Of(Pool), pool, ListenerProtocol.Tcp));
        return new()
        {
            Name = name,
            Binds = binds,
            Protocol = protocol,
            ProxyProtocolFrom = section.Get(ProxyProtocol),
            TrustedProxies = Shared.AddressSet(section, TrustedProxies) ?? AddressSet.Empty,
            Allow = Shared.AddressSet(section, Allow),
            Deny = Shared.AddressSet(section, Deny) ?? AddressSet.Empty,
            Timeouts = ListenerTimeoutKeys.ForProtocol(timeouts, protocol),
            Limits = section.Get(Limits) ?? new(),
            Routes = section.Get(Routes) ?? [],
            Pool = pool,
        };
    }

    private static void CheckProtocol(SectionReader section, ListenerProtocol protocol)
    {
        if (protocol == ListenerProtocol.Http)
        {
            if (!section.Has(Routes))
                section.At.Absent(Routes.Name).Fail("is missing: an http listener needs routes.", section.Has(Pool)
                    ? "Write routes: [{ pool: … }], or protocol: tcp."
                    : "Give a list of routes, such as routes: [{ pool: web }].");
            section.Refuse("belongs to tcp listeners.", Pool);
            return;
        }
        if (!section.Has(Pool))
            section.At.Absent(Pool.Name).Fail("is missing: a tcp listener needs a pool.", "Give the name of a pool.");
        section.Refuse("belongs to http listeners; this one is tcp.", Routes, TrustedProxies);
        ListenerTimeoutKeys.RefuseOnTcp(section, Timeouts);
        ListenerLimitKeys.RefuseOnTcp(section, Limits);
    }
}

internal static class ProxyProtocolKeys
{
    private static readonly ConfigKey<IReadOnlyList<IPNetwork>> From = new("from",
        Shared.Networks(min: 1, "List the peers, or remove proxyProtocol."),
        "Peers that must open with a PROXY protocol header, version 1 or 2; nobody else may.")
    { IsRequired = true };

    public static readonly Section<AddressSet?> Section = new("a mapping with from",
        "Proxies in front that tell the client's address by the PROXY protocol.", [From], section => Shared.AddressSet(section, From));
}
