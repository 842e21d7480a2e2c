namespace Naru.Core.Routing;

/// <summary>What a request shows to the route table. Host and path are in the canonical form that is also forwarded.</summary>
public readonly ref struct RouteQuery(ReadOnlySpan<byte> host, ReadOnlySpan<byte> path, ReadOnlySpan<byte> method)
{
    /// <summary>Lower case, without port; empty when the request has none (HTTP/1.0).</summary>
    public readonly ReadOnlySpan<byte> Host = host;

    /// <summary>Canonical, without the query; <c>*</c> for <c>OPTIONS *</c>.</summary>
    public readonly ReadOnlySpan<byte> Path = path;

    /// <summary>As on the wire; methods are case-sensitive (RFC 9110 §9.1).</summary>
    public readonly ReadOnlySpan<byte> Method = method;
}
