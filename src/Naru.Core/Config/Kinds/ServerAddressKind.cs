using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>The address of a server: <c>host:port</c>, the host an IP address (IPv6 in brackets) or a name.</summary>
internal sealed class ServerAddressKind : ScalarKind<ServerAddress>
{
    public override string Expected => "host:port";

    protected override bool TryParse(Cursor at, string text, out ServerAddress value)
    {
        value = default;
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
            return at.Fail($"{at.Written} is a URL.", at.Write(WithoutScheme(text, scheme), "Give host:port."));
        if (!HostPort.TrySplit(text, out var host, out var portText))
            return at.Fail($"{at.Written} has no port.", HostPort.TryAddress(text, out var bare) && bare.AddressFamily == AddressFamily.InterNetworkV6
                ? at.Write($"[{text}]:80", "Give host:port.")
                : "Give host:port.");
        if (!HostPort.TryPort(portText, out var port))
            return at.Fail($"{at.Written} has no port from 1 to {IPEndPoint.MaxPort}.", "Give host:port.");
        if (HostPort.TryAddress(host, out var address))
        {
            value = new(text, address.ToString(), port);
            return IsReachable(address) || at.Fail($"{at.Written} is not the address of a server.", "Give the address at which the server listens.");
        }
        value = new(text, host.ToLowerInvariant(), port);
        return (text[0] != '[' && HostPort.IsHostName(host)) || at.Fail($"{at.Written} is not an address or name with a port.", "Give host:port.");
    }

    protected override JsonObject ValueSchema() => Pattern(@"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):\d+$");

    private static bool IsReachable(IPAddress address) => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
        && !address.Equals(IPAddress.Broadcast) && !address.IsIPv6Multicast;

    /// <summary><c>http://10.0.0.1/</c> is 10.0.0.1:80.</summary>
    private static string WithoutScheme(string url, int scheme)
    {
        var authority = url[(scheme + 3)..].Split('/')[0];
        return HostPort.TrySplit(authority, out _, out _) ? authority : authority + (url.StartsWith("https", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80");
    }
}

/// <param name="Text">As written.</param>
internal readonly record struct ServerAddress(string Text, string Host, int Port);
