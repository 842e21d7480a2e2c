using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Naru.Bench.Load;

/// <summary>
/// Copies bytes both ways between clients and servers: edge-triggered epoll, one receive and one send for what comes, from one buffer.
/// Each time a client speaks it is the next server's turn, over a kept connection if one is free. Enough for requests and responses
/// that fit a socket, one at a time; whoever takes nothing loses bytes.
/// </summary>
internal static unsafe partial class CopyLoop
{
    public const string Command = "relay";

    private const int EventsMax = 256;
    private const int BufferBytes = 64 * 1024;
    private const int DescriptorsMax = 1 << 16;
    private const int None = -1;

    public static int Run(int port, IReadOnlyList<IPEndPoint> servers)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(4096);
        listener.Blocking = false;
        var listening = (int)listener.Handle;
        // Tags of the epoll set are descriptors: whose bytes go where, which server one leads to, and the objects that keep them open.
        var peers = new int[DescriptorsMax];
        var serverOf = new int[DescriptorsMax];
        var sockets = new Socket?[DescriptorsMax];
        var free = servers.Select(_ => new Stack<int>()).ToArray();
        var turn = 0;
        var epoll = Epoll.Create();
        Epoll.Add(epoll, listening, listening);
        var ready = new int[EventsMax];
        var buffer = stackalloc byte[BufferBytes];
        while (true)
        {
            var count = Epoll.Wait(epoll, ready);
            for (var i = 0; i < count; i++)
            {
                var from = ready[i];
                if (from == listening)
                {
                    Watch(listener.Accept(), server: None);
                    continue;
                }
                var received = recv(from, buffer, BufferBytes, 0);
                if (received > 0)
                {
                    if (serverOf[from] == None)
                    {
                        TakeNextServer(from);
                    }
                    _ = send(peers[from], buffer, received, 0);
                }
                else if (received == 0)
                {
                    Close(from);
                }
            }
        }

        void TakeNextServer(int client)
        {
            if (peers[client] is not None and var last)
            {
                free[serverOf[last]].Push(last);
            }
            var server = turn = (turn + 1) % servers.Count;
            var to = free[server].Count > 0 ? free[server].Pop() : Connect(server);
            peers[client] = to;
            peers[to] = client;
        }

        int Connect(int server)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(servers[server]);
            return Watch(socket, server);
        }

        int Watch(Socket socket, int server)
        {
            var descriptor = (int)socket.Handle;
            socket.NoDelay = true;
            socket.Blocking = false;
            sockets[descriptor] = socket;
            serverOf[descriptor] = server;
            peers[descriptor] = None;
            Epoll.Add(epoll, descriptor, descriptor, Epoll.In | Epoll.EdgeTriggered);
            return descriptor;
        }

        // A client that leaves may have an answer on its way: its server connection goes too. Servers keep theirs open through a run.
        void Close(int descriptor)
        {
            if (peers[descriptor] is not None and var other)
            {
                sockets[other]?.Dispose();
            }
            sockets[descriptor]?.Dispose();
        }
    }

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial nint recv(int descriptor, byte* bytes, nint count, int flags);

    [LibraryImport("libc"), SuppressGCTransition]
    private static partial nint send(int descriptor, byte* bytes, nint count, int flags);
}
