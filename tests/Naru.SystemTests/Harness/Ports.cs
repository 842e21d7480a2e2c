using System.Net;
using System.Net.Sockets;

namespace Naru.SystemTests.Harness;

/// <summary>
/// Ports for listeners and servers of tests. They lie below the range from which the kernel gives ports to outgoing
/// connections (32768 and up), so that no connection of a test takes one between two uses; and each is given out once.
/// </summary>
internal static class Ports
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Two runs on one machine begin at different places.
    private static int _next = Environment.ProcessId * 97 % Count;

    public static int Take()
    {
        for (int tried = 0; tried < Count; tried++)
        {
            int port = First + (Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
                return port;
        }

        throw new InvalidOperationException("No free port.");
    }

    public static IPEndPoint TakeAddress() => new(IPAddress.Loopback, Take());

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
