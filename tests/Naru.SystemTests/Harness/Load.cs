using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Naru.SystemTests.Harness;

/// <summary>
/// Clients that ask one thing after the other, each for a target of its own, and look at every answer. The server must answer with the target.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly IPEndPoint _address;
    private readonly string _fields;
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentQueue<TimeSpan> _latencies = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private long _requests;
    private long _number;

    /// <param name="address">Where to.</param>
    /// <param name="clients">Connections at a time.</param>
    /// <param name="accepts">Whether an answer that is not 200 is no failure.</param>
    /// <param name="keepsConnections">False: each request comes over a connection of its own.</param>
    public Load(IPEndPoint address, int clients, Func<HttpMessage, bool>? accepts = null, bool keepsConnections = true)
    {
        _fields = keepsConnections ? "" : "Connection: close\r\n";
        _address = address;
        _running = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => RunAsync(accepts ?? (_ => false)))));
    }

    /// <summary>Set when the program is about to stop: it may close a kept connection in the moment that a request is sent on it (RFC 9112 section 9.3.1), and accept no new one.</summary>
    public bool MayEnd { get; set; }

    /// <summary>Answered well.</summary>
    public long Requests => Volatile.Read(ref _requests);

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Of all answers so far: so many of a hundred came within this time.</summary>
    public TimeSpan Latency(int percent)
    {
        var sorted = _latencies.Order().ToArray();
        return sorted[(sorted.Length - 1) * percent / 100];
    }

    /// <summary>Waits until so many more requests were answered.</summary>
    public async Task MoreAsync(int requests)
    {
        long goal = Requests + requests;
        await Eventually.IsTrue(() => Requests >= goal || !_failures.IsEmpty, $"{requests} more requests are answered", TimeSpan.FromSeconds(60));
    }

    /// <summary>Ends the load; any failure fails the test.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        Assert.True(_failures.IsEmpty, $"{_failures.Count} of {Requests + _failures.Count} requests failed:\n{string.Join('\n', _failures.Take(5))}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(Func<HttpMessage, bool> accepts)
    {
        Wire? wire = null;
        while (!_stop.IsCancellationRequested)
        {
            bool isKept = wire != null;
            try
            {
                wire ??= await Wire.ConnectAsync(_address);
                if (!await AskAsync(wire, accepts))
                    continue;
            }
            catch (Exception e)
            {
                if (!MayEnd || (!isKept && e is not System.Net.Sockets.SocketException))
                    _failures.Enqueue(e.Message);
                if (MayEnd)
                    break;
            }

            wire?.Dispose();
            wire = null;
        }

        wire?.Dispose();
    }

    /// <summary>True: the connection ends.</summary>
    private async Task<bool> AskAsync(Wire wire, Func<HttpMessage, bool> accepts)
    {
        var target = $"/{Interlocked.Increment(ref _number)}";
        var clock = Stopwatch.StartNew();
        await wire.SendAsync($"GET {target} HTTP/1.1\r\nHost: load\r\n{_fields}\r\n");
        var answer = await wire.ReadResponseAsync();
        bool isWell = answer.Status == 200 ? answer.Text == target : accepts(answer);
        if (isWell)
        {
            Interlocked.Increment(ref _requests);
            _latencies.Enqueue(clock.Elapsed);
        }
        else
        {
            _failures.Enqueue($"{target} got\n{answer}");
        }

        return answer.Closes;
    }
}
