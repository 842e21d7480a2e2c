using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class ListenerLimitKeys
{
    private static readonly ListenerLimits Defaults = new();

    private static readonly ConfigKey<long> HeaderBytes = new("headerBytes",
        new SizeKind(ConfigLimits.HeaderBytesMin, ConfigLimits.HeaderBytesMax), Defaults.HeaderBytes,
        "Request line and header fields of one request together, the target at most 16KiB of it (http).");

    private static readonly ConfigKey<int> Headers = new("headers",
        new IntegerKind("a number of header fields", 1, ConfigLimits.HeadersMax), Defaults.Headers, "Header fields of one request (http).");

    private static readonly ConfigKey<long> BodyBytes = new("bodyBytes", new SizeKind(0, ConfigLimits.BodyBytesMax), Defaults.BodyBytes,
        "The body of one request (http).");

    private static readonly ConfigKey<int> Connections = new("connections",
        new IntegerKind("a number of connections", 1, ConfigLimits.ConnectionsMax), Defaults.Connections, "Client connections of this listener.");

    private static readonly ConfigKey<int> ConnectionsPerAddress = new("connectionsPerAddress",
        new IntegerKind("a number of connections", 0, ConfigLimits.ConnectionsMax), Defaults.ConnectionsPerAddress,
        "Client connections from one address (IPv6: from one /64), as the socket tells it; 0: no limit. Peers in trustedProxies and proxyProtocol are not counted, since their clients stand behind them.");

    public static readonly Section<ListenerLimits> Section = new(
        "a mapping of headerBytes, headers, bodyBytes, connections and connectionsPerAddress", "How much clients may ask for.",
        [HeaderBytes, Headers, BodyBytes, Connections, ConnectionsPerAddress], Bind);

    public static void RefuseOnTcp(SectionReader listener, ConfigKey limits) =>
        listener.RefuseInside(limits, "belongs to http listeners; this one is tcp.", HeaderBytes, Headers, BodyBytes);

    private static ListenerLimits Bind(SectionReader section) => new()
    {
        HeaderBytes = (int)section.Get(HeaderBytes),
        Headers = section.Get(Headers),
        BodyBytes = section.Get(BodyBytes),
        Connections = section.Get(Connections),
        ConnectionsPerAddress = section.Get(ConnectionsPerAddress),
    };
}
