using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A network such as <c>10.0.0.0/8</c> or <c>fd00::/8</c>; a bare address is a network of one.</summary>
internal sealed class NetworkKind : ScalarKind<IPNetwork>
{
    public override string Expected => "a network such as 10.0.0.0/8, or an address";

    protected override bool TryParse(Cursor at, string text, out IPNetwork value)
    {
        value = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!HostPort.TryAddress(slash < 0 ? text : text[..slash], out var address))
            return at.Fail($"{at.Written} is not a network.", $"Give {Expected}.");
        var bitsMax = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var bits = bitsMax;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out bits) || bits > bitsMax))
            return at.Fail($"{at.Written} has no prefix length from 0 to {bitsMax}.", $"Give {Expected}.");
        var first = FirstOf(address, bits);
        if (!first.Equals(address))
            return at.Fail($"{at.Written} is an address inside a network.", at.Write([$"{first}/{bits}", address.ToString()], "Clear the bits behind the prefix."));
        value = new IPNetwork(address, bits);
        return true;
    }

    protected override JsonObject ValueSchema() => Pattern(@"^[0-9A-Fa-f:.]+(/\d+)?$");

    private static IPAddress FirstOf(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(bits - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }
        return new IPAddress(bytes);
    }
}
