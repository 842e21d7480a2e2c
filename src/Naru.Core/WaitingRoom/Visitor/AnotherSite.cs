using System.Text;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// Whether another site made the browser send a request: Fetch Metadata tells; a browser without it tells the page's origin
/// (RFC 6454) with every POST. Programs send neither.
/// </summary>
public static class AnotherSite
{
    /// <param name="fetchSite">Of Sec-Fetch-Site; empty: none was sent.</param>
    /// <param name="origin">Of Origin; empty: none was sent.</param>
    /// <param name="host">That was asked, in lower case, with its port if the client sent one.</param>
    public static bool Asks(ReadOnlySpan<byte> fetchSite, ReadOnlySpan<byte> origin, ReadOnlySpan<byte> host)
    {
        if (!fetchSite.IsEmpty)
            return fetchSite.SequenceEqual("cross-site"u8);
        if (origin.IsEmpty)
            return false;
        // "null" is what a page in a sandbox or behind a redirect has.
        int scheme = origin.IndexOf("://"u8);
        return scheme < 0 || !Ascii.EqualsIgnoreCase(origin[(scheme + 3)..], host);
    }
}
