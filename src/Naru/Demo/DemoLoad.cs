using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Naru.Demo;

/// <summary>
/// The demo's clients: so many requests a second whatever the answers do, because real visitors do not wait for each other.
/// Owner: the demo. Thread: the .NET pool. Invariant: never more than <see cref="InFlightMax"/> of a kind at one time.
/// </summary>
internal sealed class DemoLoad : IDisposable
{
    private const int InFlightMax = 256;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(3);

    private readonly IPEndPoint _tcp;
    private readonly HttpClient _client;
    private readonly Uri _url;
    private int _nextRegion;

    public DemoLoad(IPEndPoint http, IPEndPoint tcp)
    {
        _tcp = tcp;
        _url = new Uri($"http://{http}/");
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = InFlightMax }) { Timeout = AnswerTimeout };
    }

    public LoadCounters Http { get; } = new();

    public LoadCounters Tcp { get; } = new();

    public int HttpRate { get; set; }

    public int TcpRate { get; set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick);
        var last = Stopwatch.GetTimestamp();
        double httpDue = 0, tcpDue = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                var now = Stopwatch.GetTimestamp();
                // A machine that stood still must not be hit by all that it missed.
                var seconds = Math.Min(Stopwatch.GetElapsedTime(last, now).TotalSeconds, 0.1);
                last = now;
                httpDue += HttpRate * seconds;
                tcpDue += TcpRate * seconds;
                for (; httpDue >= 1; httpDue--)
                    Launch(Http, Get, cancellation);
                for (; tcpDue >= 1; tcpDue--)
                    Launch(Tcp, LookUp, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    public void Dispose() => _client.Dispose();

    private static void Launch(LoadCounters counters, Func<CancellationToken, Task<bool>> request, CancellationToken cancellation)
    {
        if (counters.TryBegin(InFlightMax))
            _ = Measure(counters, request, cancellation);
    }

    private static async Task Measure(LoadCounters counters, Func<CancellationToken, Task<bool>> request, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var good = false;
        try
        {
            good = await request(cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
        // What the end of the demo cut short has not failed.
        if (good || !cancellation.IsCancellationRequested)
            counters.End(good, Stopwatch.GetElapsedTime(began));
    }

    private async Task<bool> Get(CancellationToken cancellation)
    {
        using var response = await _client.GetAsync(_url, cancellation);
        return response.StatusCode == HttpStatusCode.OK;
    }

    /// <summary>A connection for each name, so that each is balanced anew.</summary>
    private async Task<bool> LookUp(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerTimeout);
        var region = RegionTable.All[(uint)Interlocked.Increment(ref _nextRegion) % RegionTable.All.Length];
        using var socket = new Socket(_tcp.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_tcp, limit.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes(region.Korean + "\n"), limit.Token);
        var buffer = new byte[4096];
        var filled = 0;
        while (!buffer.AsSpan(0, filled).EndsWith("end\n"u8))
        {
            var received = filled == buffer.Length ? 0 : await socket.ReceiveAsync(buffer.AsMemory(filled), limit.Token);
            if (received == 0)
                return false;
            filled += received;
        }
        return true;
    }
}
