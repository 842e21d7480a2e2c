using Naru.Core.Http1;
using Naru.Core.Net;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Whose request it is, for limits and bypass by network: the client of the connection, or, behind proxies that are trusted,
/// the last address in X-Forwarded-For that none of them has. Whatever stands before that one its sender may have made up.
/// </summary>
internal static class VisitorAddress
{
    // A chain of proxies is short; a longer list is somebody's invention.
    private const int HopsMax = 16;

    /// <param name="data">The bytes of the head.</param>
    /// <param name="request">Parsed.</param>
    /// <param name="client">Of the connection.</param>
    /// <param name="trusted">Proxies that tell the truth about who came to them.</param>
    public static Endpoint Of(ReadOnlySpan<byte> data, RequestHead request, in Endpoint client, AddressSet trusted)
    {
        var visitor = client;
        if (trusted.IsEmpty || !trusted.Contains(client.Address))
            return visitor;
        int hops = 0;
        // Several fields are one list (RFC 9110 section 5.3), so the last field holds the last hops.
        for (int i = request.Fields.Length - 1; i >= 0; i--)
        {
            ref readonly var field = ref request.Fields[i];
            if (field.Kind != FieldKind.XForwardedFor)
                continue;
            var rest = field.Value(data);
            while (!rest.IsEmpty)
            {
                int comma = rest.LastIndexOf((byte)',');
                var hop = rest[(comma + 1)..].Trim(" \t"u8);
                rest = comma < 0 ? default : rest[..comma];
                if (++hops > HopsMax || !TryParse(hop, out var address))
                    return visitor;
                visitor = address;
                if (!trusted.Contains(address.Address))
                    return visitor;
            }
        }

        return visitor;
    }

    /// <summary>An address, with or without a port; IPv6 with a port stands in brackets.</summary>
    private static bool TryParse(ReadOnlySpan<byte> text, out Endpoint address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address = default;
        if (text.Length > 0 && text[0] == '[')
        {
            int end = text.IndexOf((byte)']');
            if (end < 0)
                return false;
            text = text[1..end];
        }
        else if (text.IndexOf((byte)':') is var colon and >= 0 && colon == text.LastIndexOf((byte)':'))
        {
            text = text[..colon];
        }

        if (IpText.TryParseV4(text, bytes))
            address = new Endpoint(bytes[..4], 0);
        else if (IpText.TryParseV6(text, bytes))
            address = new Endpoint(bytes, 0);
        else
            return false;
        return true;
    }
}
