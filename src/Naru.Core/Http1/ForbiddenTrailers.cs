using System.Text;

namespace Naru.Core.Http1;

/// <summary>Names that RFC 9110 section 6.5.1 keeps out of trailers, beyond those that have a <see cref="FieldKind"/>.</summary>
internal static class ForbiddenTrailers
{
    private static readonly byte[][] Names =
    [
        .. new[]
        {
            "age", "authorization", "cache-control", "content-encoding", "content-location", "content-range", "content-type",
            "cookie", "expires", "location", "max-forwards", "pragma", "proxy-authentication-info", "range", "retry-after",
            "set-cookie", "status", "vary", "warning", "www-authenticate", "authentication-info", "accept-encoding", "origin",
            "strict-transport-security",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    internal static bool Contains(ReadOnlySpan<byte> name)
    {
        foreach (var forbidden in Names)
            if (Ascii.EqualsIgnoreCase(name, forbidden))
                return true;
        // Preconditions are decided before the content is sent.
        return name.Length > 3 && Ascii.EqualsIgnoreCase(name[..3], "if-"u8);
    }
}
