using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Naru.Admin;

/// <summary>Where the admin listens: <c>127.0.0.1:9900</c>, <c>[::1]:9900</c>, <c>:9900</c> (all addresses) or <c>unix:/path</c>.</summary>
internal sealed class AdminAddress
{
    private const string UnixPrefix = "unix:";

    private AdminAddress(EndPoint endPoint) => EndPoint = endPoint;

    public EndPoint EndPoint { get; }

    /// <summary>Null when the admin listens on an IP address.</summary>
    public string? SocketPath => EndPoint is UnixDomainSocketEndPoint ? EndPoint.ToString() : null;

    /// <summary>Out of reach for other machines: no token is demanded.</summary>
    public bool IsLocal => EndPoint is not IPEndPoint { Address: var address } || IPAddress.IsLoopback(address);

    public static bool TryParse(string text, [NotNullWhen(true)] out AdminAddress? address)
    {
        address = null;
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            var path = text[UnixPrefix.Length..];
            // 108 bytes with the closing zero is what sockaddr_un holds.
            if (!Path.IsPathRooted(path) || System.Text.Encoding.UTF8.GetByteCount(path) > 107)
                return false;
            address = new AdminAddress(new UnixDomainSocketEndPoint(path));
            return true;
        }
        if (text.StartsWith(':'))
            text = "0.0.0.0" + text;
        else if (text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase))
            text = "127.0.0.1" + text["localhost".Length..];
        // An address without a port would parse with port 0.
        if (!IPEndPoint.TryParse(text, out var endPoint) || endPoint.Port == 0)
            return false;
        address = new AdminAddress(endPoint);
        return true;
    }

    public override string ToString() => SocketPath is { } path ? UnixPrefix + path : EndPoint.ToString()!;
}
