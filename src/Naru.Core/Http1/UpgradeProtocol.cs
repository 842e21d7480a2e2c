using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>Which protocols an upgrade may lead to.</summary>
internal static class UpgradeProtocol
{
    private const int NameBytesMax = 64;

    /// <summary>
    /// One protocol only, and none that is HTTP or TLS again: behind a tunnel to <c>h2c</c> an origin would serve requests that
    /// no rule of ours has seen.
    /// </summary>
    internal static bool MayTunnel(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > NameBytesMax)
            return false;
        int slash = value.IndexOf((byte)'/');
        var name = slash < 0 ? value : value[..slash];
        if (!HttpBytes.IsToken(name) || (slash >= 0 && !HttpBytes.IsToken(value[(slash + 1)..])))
            return false;
        return !Ascii.EqualsIgnoreCase(name, "h2c"u8) && !Ascii.EqualsIgnoreCase(name, "h2"u8)
            && !Ascii.EqualsIgnoreCase(name, "http"u8) && !Ascii.EqualsIgnoreCase(name, "tls"u8);
    }
}
