using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Naru.Bench.Proxies;

namespace Naru.Bench.Load;

/// <summary>
/// Open-loop load: requests become due at random (exponential) distances whether or not earlier ones were answered,
/// and latency counts from the time a request was due. A stalled proxy therefore pays for every request that it made
/// wait, which a closed loop such as wrk's hides. One thread; requests beyond the connections wait their turn.
/// </summary>
internal static class OpenLoop
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");
    private static readonly byte[] Body = Encoding.ASCII.GetBytes(Origin.SmallBody);

    /// <summary>Sorted latencies in microseconds of the requests that came due in the given time.</summary>
    public static double[] Run(int port, double requestsPerSecond, double seconds, int connections, int seed)
    {
        var random = new Random(seed);
        var sockets = new Socket[connections];
        var epoll = Epoll.Create();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                sockets[i] = Connect(port);
                Epoll.Add(epoll, (int)sockets[i].Handle, i);
            }
            return Drive(sockets, epoll, random, requestsPerSecond, seconds);
        }
        finally
        {
            foreach (var socket in sockets)
            {
                socket?.Dispose();
            }
            Epoll.Close(epoll);
        }
    }

    private static double[] Drive(Socket[] sockets, int epoll, Random random, double requestsPerSecond, double seconds)
    {
        var latencies = new List<double>((int)(requestsPerSecond * seconds * 1.1));
        var idle = new Stack<int>(Enumerable.Range(0, sockets.Length));
        var waiting = new Queue<long>();
        var dueAt = new long[sockets.Length];
        Span<int> ready = stackalloc int[64];
        var buffer = new byte[4096];
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(seconds * Stopwatch.Frequency);
        var giveUp = end + (5 * Stopwatch.Frequency);
        var nextDue = start;
        var inFlight = 0;

        while (true)
        {
            // 1. Queue what has come due, 2. send as connections allow.
            var now = Stopwatch.GetTimestamp();
            while (nextDue <= now && nextDue < end)
            {
                waiting.Enqueue(nextDue);
                nextDue += (long)(-Math.Log(1 - random.NextDouble()) / requestsPerSecond * Stopwatch.Frequency);
            }
            while (waiting.Count > 0 && idle.TryPop(out var connection))
            {
                dueAt[connection] = waiting.Dequeue();
                sockets[connection].Send(Request);
                inFlight++;
            }

            // 3. Sleep until an answer or the next due time, 4. take the answers.
            if (nextDue >= end && waiting.Count == 0 && inFlight == 0)
            {
                break;
            }
            if (now > giveUp)
            {
                throw new BenchException($"{inFlight + waiting.Count} requests stayed unanswered for 5 s.");
            }
            var pause = nextDue < end ? Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), nextDue) : TimeSpan.FromMilliseconds(100);
            var count = Epoll.Wait(epoll, ready, pause > TimeSpan.Zero ? pause : TimeSpan.Zero);
            for (var i = 0; i < count; i++)
            {
                var connection = ready[i];
                TakeAnswer(sockets[connection], buffer);
                latencies.Add(Stopwatch.GetElapsedTime(dueAt[connection]).TotalMicroseconds);
                idle.Push(connection);
                inFlight--;
            }
        }

        var sorted = latencies.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    /// <summary>The small response comes in one piece as a rule; when not, the rest is waited for.</summary>
    private static void TakeAnswer(Socket socket, byte[] buffer)
    {
        var length = 0;
        while (!buffer.AsSpan(0, length).EndsWith(Body))
        {
            var received = length < buffer.Length ? socket.Receive(buffer.AsSpan(length)) : 0;
            if (received == 0)
            {
                throw new BenchException($"A wrong answer: {Encoding.Latin1.GetString(buffer, 0, length)}");
            }
            length += received;
        }
        if (!buffer.AsSpan().StartsWith("HTTP/1.1 200 "u8))
        {
            throw new BenchException($"A wrong answer: {Encoding.Latin1.GetString(buffer, 0, length)}");
        }
    }

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}
