using System.Net;
using System.Net.Sockets;
using System.Text;
using Naru.Bench.Proxies;

namespace Naru.Bench.Load;

/// <summary>
/// Both ends of a proxy: clients whose requests become due at random (exponential) distances whether or not earlier ones were
/// answered, and two servers that answer at once. Latency counts from the time a request was due. A stalled proxy therefore pays for
/// every request that it made wait, which a closed loop such as wrk's hides. Requests beyond the connections wait their turn.
/// Thread: one of its own for both ends. Two processes on one core wait for each other's time slices, several milliseconds that
/// would count as the proxy's.
/// </summary>
internal sealed class OpenLoop : IDisposable
{
    private const int DescriptorsMax = 1 << 16;
    private const int EventsMax = 256;

    private static readonly TimeSpan WithoutRound = TimeSpan.FromMilliseconds(10);
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nServer: origin\r\nContent-Type: text/plain\r\nContent-Length: {Origin.SmallBody.Length}\r\n\r\n{Origin.SmallBody}");

    private readonly int _epoll = Epoll.Create();
    private readonly Socket[] _listeners = [Listen(), Listen()];
    private readonly Socket?[] _servers = new Socket?[DescriptorsMax];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly Thread _thread;

    private OpenLoopRound? _round;
    private volatile OpenLoopRound? _next;
    private volatile bool _stopping;

    public OpenLoop()
    {
        foreach (var listener in _listeners)
        {
            Epoll.Add(_epoll, (int)listener.Handle, (int)listener.Handle);
        }
        _thread = new Thread(Drive) { IsBackground = true, Name = "open loop" };
        _thread.Start();
    }

    /// <summary>Where its servers listen.</summary>
    public IReadOnlyList<string> Servers => [.. _listeners.Select(l => l.LocalEndPoint!.ToString()!)];

    /// <summary>Sorted latencies in microseconds of the requests that came due in the given time.</summary>
    public double[] Run(int port, double requestsPerSecond, double seconds, int connections, int seed)
    {
        var round = new OpenLoopRound(port, requestsPerSecond, seconds, connections, seed);
        _next = round;
        return round.Latencies.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        foreach (var socket in _listeners.Concat(_servers.OfType<Socket>()))
        {
            socket.Dispose();
        }
        Epoll.Close(_epoll);
    }

    private void Drive()
    {
        Span<int> ready = stackalloc int[EventsMax];
        while (!_stopping)
        {
            // 1. Start the round that was asked for, 2. send what has come due.
            if (_next is { } next)
            {
                (_round, _next) = (next, null);
                next.Connect(_epoll);
            }
            _round?.SendDue();

            // 3. Sleep until something comes or the next request is due, 4. be server and client.
            var count = Epoll.Wait(_epoll, ready, _round?.Pause ?? WithoutRound);
            foreach (var tag in ready[..count])
            {
                Take(tag);
            }
            if (_round is { Ended: true })
            {
                _round.Dispose();
                _round = null;
            }
        }
    }

    private void Take(int tag)
    {
        if (tag < 0)
        {
            _round?.Take(tag, _buffer);
        }
        else if (_servers[tag] is { } server)
        {
            Serve(server, tag);
        }
        else
        {
            Accept(_listeners.First(l => l.Handle == tag));
        }
    }

    private void Accept(Socket listener)
    {
        var server = listener.Accept();
        server.NoDelay = true;
        _servers[(int)server.Handle] = server;
        Epoll.Add(_epoll, (int)server.Handle, (int)server.Handle);
    }

    /// <summary>One request without a body, as a proxy or a health check sends it.</summary>
    private void Serve(Socket server, int descriptor)
    {
        var length = 0;
        var received = -1;
        try
        {
            while (received != 0 && !_buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
            {
                received = server.Receive(_buffer.AsSpan(length));
                length += received;
            }
            if (received != 0)
            {
                server.Send(Answer);
            }
        }
        catch (SocketException)
        {
            received = 0; // the proxy was ended
        }
        if (received == 0 || _buffer.AsSpan(0, length).IndexOf(" HTTP/1.0\r\n"u8) >= 0)
        {
            _servers[descriptor] = null;
            server.Dispose();
        }
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Ports.Take()));
        listener.Listen(4096);
        return listener;
    }
}
