using System.Net;

namespace Naru.Core.Http;

/// <summary>
/// The strict grammar of Host and of a target's authority. Narrower than RFC 3986: letters, digits, <c>- . _</c>, or an IPv6
/// address in brackets, and an optional port; no empty label, no empty port, no user information, no escapes.
/// </summary>
public static class HostName
{
    /// <summary>
    /// Checks <paramref name="value"/>. <paramref name="nameLength"/> counts the bytes before the port and before one final dot;
    /// <paramref name="portStart"/> is where <c>:port</c> starts, or the length. Canonical: lower case and without that final dot.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out int nameLength, out int portStart, out bool canonical)
    {
        nameLength = portStart = 0;
        canonical = true;
        if (value.IsEmpty || value.Length > HttpLimits.HostBytesMax)
            return false;
        if (value[0] == '[')
            return TryParseAddress(value, out nameLength, out portStart, out canonical);

        int notLower = value.IndexOfAnyExcept(HttpBytes.LowerHostName);
        portStart = value.Length;
        if (notLower >= 0)
        {
            int colon = value.IndexOf((byte)':');
            portStart = colon < 0 ? value.Length : colon;
            canonical = notLower >= portStart;
            if (value[..portStart].ContainsAnyExcept(HttpBytes.HostName))
                return false;
        }

        nameLength = portStart;
        if (nameLength > 1 && value[nameLength - 1] == '.')
        {
            nameLength--;
            canonical = false;
        }

        var name = value[..nameLength];
        return nameLength > 0 && name[0] != '.' && name[^1] != '.' && name.IndexOf(".."u8) < 0 && IsPort(value[portStart..]);
    }

    private static bool TryParseAddress(ReadOnlySpan<byte> value, out int nameLength, out int portStart, out bool canonical)
    {
        int close = value.IndexOf((byte)']');
        nameLength = portStart = close + 1;
        canonical = false;
        if (close < 0)
            return false;
        var address = value[1..close];
        foreach (byte b in address)
            if (HttpBytes.HexDigit(b) < 0 && b is not ((byte)':' or (byte)'.'))
                return false; // no zone: it means something on one machine only
        canonical = !address.ContainsAnyInRange((byte)'A', (byte)'Z');
        return address.Contains((byte)':') && IPAddress.IsValidUtf8(address) && IsPort(value[portStart..]);
    }

    /// <summary>Nothing, or a colon and 1 to 5 digits up to 65535.</summary>
    private static bool IsPort(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return true;
        if (text.Length is < 2 or > 6 || text[0] != ':')
            return false;
        int port = 0;
        foreach (byte digit in text[1..])
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            port = port * 10 + (digit - '0');
        }

        return port <= 65535;
    }
}
