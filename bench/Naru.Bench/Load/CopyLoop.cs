using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Naru.Bench.Load;

/// <summary>
/// Copies bytes both ways between clients and a server, one server connection each: edge-triggered epoll, one receive and one send for
/// what comes, from one buffer. Enough for requests and responses that fit a socket; whoever takes nothing loses bytes.
/// </summary>
internal static unsafe partial class CopyLoop
{
    public const string Command = "relay";

    private const int EventsMax = 256;
    private const int BufferBytes = 64 * 1024;
    private const int DescriptorsMax = 1 << 16;

    public static int Run(int port, int serverPort)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        listener.Blocking = false;
        var listening = (int)listener.Handle;
        // Tags of the epoll set are descriptors; whose bytes go where, and the objects that keep them open.
        var peers = new int[DescriptorsMax];
        var sockets = new Socket?[DescriptorsMax];
        var epoll = Epoll.Create();
        Epoll.Add(epoll, listening, listening);
        var ready = new int[EventsMax];
        var buffer = stackalloc byte[BufferBytes];
        while (true)
        {
            var count = Epoll.Wait(epoll, ready);
            for (var i = 0; i < count; i++)
            {
                if (ready[i] == listening)
                {
                    Connect(listener, serverPort);
                    continue;
                }
                var received = recv(ready[i], buffer, BufferBytes, 0);
                if (received > 0)
                {
                    _ = send(peers[ready[i]], buffer, received, 0);
                }
                else if (received == 0)
                {
                    Close(ready[i]);
                }
            }
        }

        void Connect(Socket from, int to)
        {
            var client = from.Accept();
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            server.Connect(IPAddress.Loopback, to);
            foreach (var (one, other) in ((Socket, Socket)[])[(client, server), (server, client)])
            {
                one.NoDelay = true;
                one.Blocking = false;
                sockets[(int)one.Handle] = one;
                peers[(int)one.Handle] = (int)other.Handle;
                Epoll.Add(epoll, (int)one.Handle, (int)one.Handle, Epoll.In | Epoll.EdgeTriggered);
            }
        }

        void Close(int descriptor)
        {
            sockets[peers[descriptor]]?.Dispose();
            sockets[descriptor]?.Dispose();
        }
    }

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial nint recv(int descriptor, byte* bytes, nint count, int flags);

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial nint send(int descriptor, byte* bytes, nint count, int flags);
}
