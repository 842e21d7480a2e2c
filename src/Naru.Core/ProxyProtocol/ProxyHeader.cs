using Naru.Core.Net;

namespace Naru.Core.ProxyProtocol;

public enum ProxyParse
{
    /// <summary>So far well; more bytes are needed. Never said once a whole header of the largest size is there.</summary>
    NeedMore,

    Done,

    /// <summary>Not a PROXY protocol header, or a broken one: the connection must be closed.</summary>
    Invalid,
}

/// <summary>What a proxy in front says about a connection.</summary>
public readonly struct ProxyHeader
{
    /// <summary>Bytes of the header; the connection's own bytes follow.</summary>
    public int LengthBytes { get; init; }

    /// <summary>1 or 2.</summary>
    public int Version { get; init; }

    /// <summary>
    /// False: the sender speaks for itself (<c>LOCAL</c>) or knows no addresses (<c>UNKNOWN</c>, <c>UNSPEC</c>); the socket's own
    /// addresses count.
    /// </summary>
    public bool HasAddresses { get; init; }

    public Endpoint Source { get; init; }

    public Endpoint Destination { get; init; }
}
