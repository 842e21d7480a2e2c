using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Naru.Core.Config.Kinds;

/// <summary>Splits <c>host:port</c> and <c>[v6]:port</c>, and knows what an address and a host name look like.</summary>
internal static class HostPort
{
    /// <summary>Of a host name, RFC 1035 section 2.3.4.</summary>
    private const int HostCharactersMax = 253;

    /// <summary>False when there is no colon before a port; brackets are removed from the host.</summary>
    public static bool TrySplit(string text, out string host, out string port)
    {
        var colon = text.LastIndexOf(':');
        host = colon < 0 ? text : text[..colon];
        port = colon < 0 ? "" : text[(colon + 1)..];
        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal))
            return false;
        return colon >= 0 && !port.EndsWith(']');
    }

    public static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= IPEndPoint.MaxPort;

    /// <summary>Stricter than the library, which also reads <c>10.1</c> and <c>0x7f000001</c>; scopes (<c>%eth0</c>) are not taken.</summary>
    public static bool TryAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!) && !text.Contains('%', StringComparison.Ordinal) && !text.StartsWith('[')
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text);

    /// <summary>Labels of letters, digits, '-' and '_' (which container names use); a last label of digits only is a broken address.</summary>
    public static bool IsHostName(string text)
    {
        if (text.Length is 0 or > HostCharactersMax)
            return false;
        var labels = text.Split('.');
        foreach (var label in labels)
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-' || !label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                return false;
        return !labels[^1].All(char.IsAsciiDigit);
    }
}
