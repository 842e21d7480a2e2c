using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>Transfer-Encoding and TE values (RFC 9112 section 6.1, RFC 9110 section 10.1.4).</summary>
internal static class TransferCoding
{
    /// <summary>
    /// Done for <c>chunked</c> alone. A sound list of other codings is unsupported (501); anything else, and chunked within a list,
    /// is bad: its framing could be read in two ways.
    /// </summary>
    internal static ParseResult Check(ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "chunked"u8))
            return ParseResult.Done;
        if (value.IsEmpty)
            return ParseResult.BadTransferEncoding;
        var rest = value;
        while (true)
        {
            int comma = rest.IndexOf((byte)',');
            var coding = HttpBytes.Trim(comma < 0 ? rest : rest[..comma]);
            if (!HttpBytes.IsToken(coding))
                return ParseResult.BadTransferEncoding;
            if (comma < 0)
                return ParseResult.UnsupportedTransferCoding;
            if (Ascii.EqualsIgnoreCase(coding, "chunked"u8))
                return ParseResult.BadTransferEncoding; // chunked, but not last
            rest = rest[(comma + 1)..];
        }
    }

    /// <summary>Whether a TE value lists <c>trailers</c>.</summary>
    internal static bool AcceptsTrailers(ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            int comma = value.IndexOf((byte)',');
            if (Ascii.EqualsIgnoreCase(HttpBytes.Trim(comma < 0 ? value : value[..comma]), "trailers"u8))
                return true;
            value = comma < 0 ? default : value[(comma + 1)..];
        }

        return false;
    }
}
