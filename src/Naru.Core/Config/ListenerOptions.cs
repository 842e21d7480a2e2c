using System.Net;
using Naru.Core.Net;

namespace Naru.Core.Config;

public enum ListenerProtocol
{
    Http,
    Tcp,
}

/// <summary>One entry of <c>listeners</c>: addresses, a protocol, and what is done with the traffic.</summary>
public sealed class ListenerOptions
{
    /// <summary>Unique; the first bind address when the file gives none.</summary>
    public required string Name { get; init; }

    /// <summary>One socket each. <c>:80</c> binds all IPv4 addresses, <c>[::]:80</c> all IPv6 addresses.</summary>
    public required IReadOnlyList<IPEndPoint> Binds { get; init; }

    public ListenerProtocol Protocol { get; init; } = ListenerProtocol.Http;

    /// <summary>Peers that must open with a PROXY protocol header (v1 or v2); null: nobody may.</summary>
    public AddressSet? ProxyProtocolFrom { get; init; }

    /// <summary>Peers whose <c>X-Forwarded-*</c> headers and request id are believed and kept.</summary>
    public AddressSet TrustedProxies { get; init; } = AddressSet.Empty;

    /// <summary>Clients that may connect; null: all. <see cref="Deny"/> is looked at first.</summary>
    public AddressSet? Allow { get; init; }

    public AddressSet Deny { get; init; } = AddressSet.Empty;

    public ListenerTimeouts Timeouts { get; init; } = new();

    public ListenerLimits Limits { get; init; } = new();

    /// <summary>Of an <c>http</c> listener, in the order of the file.</summary>
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    /// <summary>Of a <c>tcp</c> listener.</summary>
    public string? Pool { get; init; }
}

/// <summary>The key <c>timeouts</c> of a listener.</summary>
public sealed class ListenerTimeouts
{
    /// <summary>From a request's first byte (or the accept) to the end of its head. Default 10 s.</summary>
    public TimeSpan Header { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for the next bytes of a body, and for the client to take bytes of a response. Default 30 s.</summary>
    public TimeSpan Body { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A kept-alive connection without a request; a tunnel or TCP relay in which nothing moves. Default 60 s (tcp: 10 min).</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes per second that a client must keep up on average, sending or taking a body, after 5 s of waiting for it. 0: not asked. Default 240.</summary>
    public long MinRateBytesPerSecond { get; init; } = 240;
}

/// <summary>The key <c>limits</c> of a listener.</summary>
public sealed class ListenerLimits
{
    /// <summary>Request line and fields together, 1 KiB to 64 KiB. Default 64 KiB.</summary>
    public int HeaderBytes { get; init; } = 64 * 1024;

    /// <summary>Header fields of one request, 1 to 1000. Default 100.</summary>
    public int Headers { get; init; } = 100;

    /// <summary>One request body. Default 1 GiB.</summary>
    public long BodyBytes { get; init; } = 1L << 30;

    /// <summary>Client connections of this listener. Default 50,000.</summary>
    public int Connections { get; init; } = 50_000;

    /// <summary>Client connections of one peer address (IPv6: of one /64); 0: not limited. Default 0.</summary>
    public int ConnectionsPerAddress { get; init; }
}
