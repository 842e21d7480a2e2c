using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Naru.Bench.Proxies;

namespace Naru.Bench.Load;

/// <summary>The clients of one round of <see cref="OpenLoop"/>; their tags in the epoll set are negative. Thread: the loop's.</summary>
/// <remarks>What comes due in the first 50 ms is not counted: connections that were just opened are accepted then.</remarks>
internal sealed class OpenLoopRound(int port, double requestsPerSecond, double seconds, int connections, int seed) : IDisposable
{
    private const double LeadSeconds = 0.05;

    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(5);
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: bench\r\n\r\n");
    private static readonly byte[] Body = Encoding.ASCII.GetBytes(Origin.SmallBody);

    private readonly TaskCompletionSource<double[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Random _random = new(seed);
    private readonly List<double> _latencies = new((int)(requestsPerSecond * seconds * 1.1));
    private readonly Socket[] _sockets = new Socket[connections];
    private readonly Stack<int> _idle = new(Enumerable.Range(0, connections));
    private readonly Queue<long> _waiting = new();
    private readonly long[] _dueAt = new long[connections];
    private long _counted;
    private long _end;
    private long _nextDue;
    private int _inFlight;

    public Task<double[]> Latencies => _done.Task;

    public bool Ended => _done.Task.IsCompleted;

    /// <summary>Until the next request is due.</summary>
    public TimeSpan Pause
    {
        get
        {
            var pause = _nextDue < _end ? Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _nextDue) : TimeSpan.FromMilliseconds(10);
            return pause > TimeSpan.Zero ? pause : TimeSpan.Zero;
        }
    }

    public void Connect(int epoll)
    {
        for (var i = 0; i < connections; i++)
        {
            _sockets[i] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _sockets[i].Connect(IPAddress.Loopback, port);
            Epoll.Add(epoll, (int)_sockets[i].Handle, -1 - i);
        }
        _nextDue = Stopwatch.GetTimestamp();
        _counted = _nextDue + (long)(LeadSeconds * Stopwatch.Frequency);
        _end = _counted + (long)(seconds * Stopwatch.Frequency);
    }

    public void SendDue()
    {
        var now = Stopwatch.GetTimestamp();
        while (_nextDue <= now && _nextDue < _end)
        {
            _waiting.Enqueue(_nextDue);
            _nextDue += (long)(-Math.Log(1 - _random.NextDouble()) / requestsPerSecond * Stopwatch.Frequency);
        }
        while (_waiting.Count > 0 && _idle.TryPop(out var connection))
        {
            _dueAt[connection] = _waiting.Dequeue();
            _sockets[connection].Send(Request);
            _inFlight++;
        }
        if (_nextDue < _end || Ended)
        {
            return;
        }
        if (_waiting.Count == 0 && _inFlight == 0)
        {
            _latencies.Sort();
            _done.SetResult([.. _latencies]);
        }
        else if (Stopwatch.GetElapsedTime(_end, now) > GiveUp)
        {
            _done.SetException(new BenchException($"{_inFlight + _waiting.Count} requests stayed unanswered for {GiveUp.TotalSeconds:0} s."));
        }
    }

    /// <summary>An answer: in one piece as a rule; when not, the rest is waited for.</summary>
    public void Take(int tag, byte[] buffer)
    {
        var connection = -1 - tag;
        var length = 0;
        while (!buffer.AsSpan(0, length).EndsWith(Body))
        {
            var received = length < buffer.Length ? _sockets[connection].Receive(buffer.AsSpan(length)) : 0;
            if (received == 0)
            {
                break;
            }
            length += received;
        }
        var answer = buffer.AsSpan(0, length);
        if (!answer.StartsWith("HTTP/1.1 200 "u8) || !answer.EndsWith(Body))
        {
            _done.TrySetException(new BenchException($"A wrong answer: {Encoding.Latin1.GetString(answer)}"));
            return;
        }
        if (_dueAt[connection] >= _counted)
        {
            _latencies.Add(Stopwatch.GetElapsedTime(_dueAt[connection]).TotalMicroseconds);
        }
        _idle.Push(connection);
        _inFlight--;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            socket?.Dispose();
        }
    }
}
