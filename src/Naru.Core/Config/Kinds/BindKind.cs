using System.Net;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>An address and port to listen on: <c>127.0.0.1:80</c>, <c>[::1]:80</c>, <c>:80</c> for all of IPv4, <c>[::]:80</c> for all of IPv6.</summary>
internal sealed class BindKind : ScalarKind<IPEndPoint>
{
    public override string Expected => "an address and port such as 10.0.0.1:80, :80 for all of IPv4, or [::]:80 for all of IPv6";

    protected override bool TryParse(Cursor at, string text, out IPEndPoint value) => TryEndPoint(at, text, Expected, out value)
        && Note(at, value);

    public static bool TryEndPoint(Cursor at, string text, string expected, out IPEndPoint value)
    {
        value = new IPEndPoint(IPAddress.Any, 0);
        if (!HostPort.TrySplit(text, out var host, out var portText))
            return HostPort.TryPort(text, out _)
                ? at.Fail($"{at.Written} is a port alone.", at.Write($":{text}", "Write the port after a colon."))
                : at.Fail($"{at.Written} has no port.", $"Give {expected}.");
        if (!HostPort.TryPort(portText, out var port))
            return at.Fail($"{at.Written} has no port from 1 to {IPEndPoint.MaxPort}.", $"Give {expected}.");
        if (host == "*")
            return at.Fail($"{at.Written} is not an address.", at.Write([$":{port}", $"[::]:{port}"], "Leave the * out."));
        if (host == "localhost")
            return at.Fail($"{at.Written} is a name, not an address.", at.Write($"127.0.0.1:{port}", "Give an address."));
        // Brackets without anything between them are no address; only a bare colon means all of IPv4.
        if (text[0] == ':')
            value = new IPEndPoint(IPAddress.Any, port);
        else if (HostPort.TryAddress(host, out var address))
            value = new IPEndPoint(address, port);
        else
            return at.Fail($"{at.Written} is not an address and port.", $"Give {expected}.");
        return true;
    }

    protected override JsonObject ValueSchema() => Pattern(@"^(|[0-9.]+|\[[0-9A-Fa-f:.]+\]):\d+$");

    private static bool Note(Cursor at, IPEndPoint endPoint)
    {
        at.Session.Binds.Add((at, endPoint));
        return true;
    }
}
