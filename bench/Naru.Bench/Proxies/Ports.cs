using System.Net;
using System.Net.Sockets;

namespace Naru.Bench.Proxies;

/// <summary>Hands out free ports below the range from which the kernel takes the ports of outgoing connections.</summary>
internal static class Ports
{
    private static int _next = 20_000;

    public static int Take()
    {
        while (_next < 32_000)
        {
            var port = _next++;
            try
            {
                using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                probe.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
            }
        }
        throw new BenchException("No free port between 20000 and 32000.");
    }
}
