namespace Naru.Core.Http1;

/// <summary>What a request head cannot say about itself, but its forwarded form must.</summary>
public readonly ref struct ForwardContext
{
    /// <summary>The client's address as text, at most <see cref="Http.HttpLimits.PeerAddressBytesMax"/> bytes.</summary>
    public required ReadOnlySpan<byte> PeerAddress { get; init; }

    /// <summary>32 hex digits, used unless a trusted peer sent a sane id.</summary>
    public required ReadOnlySpan<byte> RequestId { get; init; }

    /// <summary>For requests of HTTP/1.0 that name no host, which HTTP/1.1 demands: the <c>host:port</c> that the client reached.</summary>
    public required ReadOnlySpan<byte> FallbackHost { get; init; }

    /// <summary>Whether the peer's forwarding fields are believed.</summary>
    public bool PeerTrusted { get; init; }

    /// <summary>The cookies of waiting rooms are left out: they are between the visitor and Naru.</summary>
    public bool HidesRoomCookies { get; init; }
}
