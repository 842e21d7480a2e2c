using System.Diagnostics;

namespace Naru.Demo;

/// <summary>
/// The simulated visitors of the ticket shop: as many as keep the line at its length, and a crowd when the viewer sends one.
/// Owner: the demo. Thread: the .NET pool. Invariant: never more than <see cref="VisitorsMax"/> at one time.
/// </summary>
internal sealed class DemoCrowd : IDisposable
{
    private const int VisitorsMax = 1_500;

    /// <summary>So many missing in line bring one more a second.</summary>
    private const double LineStep = 20;

    private const double PerSecondMax = 30;

    /// <summary>A crowd is there within a second.</summary>
    private const double CrowdPerSecond = DemoRoom.CrowdSize;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly HttpMessageInvoker _client;
    private readonly Uri _shop;
    private int _waiting;
    private int _visitors;
    private double _crowd = DemoRoom.LineWanted * 0.6;

    public DemoCrowd(Uri shop)
    {
        _shop = shop;
        _client = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 64 });
    }

    public bool IsPaused { get; set; }

    public void Send() => Interlocked.Exchange(ref _crowd, DemoRoom.CrowdSize);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick);
        var last = Stopwatch.GetTimestamp();
        double due = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                var now = Stopwatch.GetTimestamp();
                var seconds = Math.Min(Stopwatch.GetElapsedTime(last, now).TotalSeconds, 0.2);
                last = now;
                var crowd = Math.Min(_crowd, CrowdPerSecond * seconds);
                _crowd -= crowd;
                due += crowd + (IsPaused ? 0 : PerSecond(Volatile.Read(ref _waiting)) * seconds);
                for (; due >= 1; due--)
                    Begin(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>About as many as are admitted, more when the line is short, fewer when it is long.</summary>
    internal static double PerSecond(int waiting)
        => Math.Clamp(DemoRoom.AdmitPerSecond + (DemoRoom.LineWanted - waiting) / LineStep, 0, PerSecondMax);

    private void Begin(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _visitors) > VisitorsMax)
            Interlocked.Decrement(ref _visitors);
        else
            _ = Visit(cancellation);
    }

    private async Task Visit(CancellationToken cancellation)
    {
        try
        {
            await new DemoVisitor(_client, _shop).VisitAsync(isWaiting => Interlocked.Add(ref _waiting, isWaiting ? 1 : -1), cancellation);
        }
        catch (ObjectDisposedException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _visitors);
        }
    }
}
