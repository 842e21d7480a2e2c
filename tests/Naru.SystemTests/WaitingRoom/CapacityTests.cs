using System.Diagnostics;
using System.Globalization;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>A shop that carries only so much stays under it, whatever is offered, and what it carries goes to those who wait.</summary>
[Collection<Alone>]
public class CapacityTests(ITestOutputHelper output)
{
    /// <summary>The long form: how many seconds' worth of visitors come.</summary>
    private const string Seconds = "NARU_CAPACITY_SECONDS";
    private const int SecondsInCi = 6;

    private const int Rate = 100;
    // A session of 1 s holds its slot for some 2.5 s: more than enough of them, so that the rate decides.
    private const int Active = 400;
    private const int FloodPerSecond = 5000;

    [Fact]
    public async Task ShopStaysUnderWhatItCarriesWhileThousandsASecondAreOffered()
    {
        int seconds = int.Parse(Environment.GetEnvironmentVariable(Seconds) ?? $"{SecondsInCi}", CultureInfo.InvariantCulture);
        await using var server = await NginxServer.StartAsync(notesArrivals: true);
        await using var shop = await Shop.OpenAsync($"admit: {Rate}/s, active: {Active}, session: 1s", server: server.Address);

        // Everybody comes at once.
        var crowd = Enumerable.Range(0, Rate * seconds).Select(_ => shop.Visitor()).ToArray();
        var clock = Stopwatch.StartNew();
        var waiting = crowd.Select(visitor => EnterAsync(visitor)).ToArray();
        await Eventually.IsTrue(() => crowd.All(v => v.Ticket != null || v.Pass != null), "everybody has a place");
        // And then a flood that keeps no cookie: each request is somebody new, who takes a number and is never seen again.
        using var stop = new CancellationTokenSource();
        var flood = Enumerable.Range(0, 10).Select(_ => FloodAsync(shop, stop.Token)).ToArray();
        int mostActive = 0;
        while (!waiting.All(w => w.IsCompleted) && clock.Elapsed < TimeSpan.FromSeconds((seconds * 2) + 20))
        {
            mostActive = Math.Max(mostActive, (await shop.RoomAsync()).Active);
            await Task.Delay(100);
        }

        double elapsed = clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        int offered = (await Task.WhenAll(flood)).Sum();
        var arrivals = server.ArrivalsMs;
        int served = waiting.Count(w => w.IsCompletedSuccessfully);
        output.WriteLine($"{offered / elapsed:N0} requests/s were offered beside {crowd.Length} visitors; the shop saw {arrivals.Length}, at most {Most(arrivals, 1)} in a second "
            + $"and {Most(arrivals, 0.1)} in 0.1 s; {served} were served in {elapsed:N1} s; at most {mostActive} were inside");

        Assert.Equal(crowd.Length, served);
        Assert.True(elapsed < (seconds * 1.5) + 5, $"who came before the flood was served in {elapsed:N1} s");
        Assert.True(offered / elapsed > 1000, $"only {offered / elapsed:N0}/s were offered");
        foreach (var window in new[] { 0.1, 0.5, 1, 5 })
            Assert.True(Most(arrivals, window) <= (Rate * window) + (0.1 * Rate) + Slack, $"{Most(arrivals, window)} requests within {window} s");
        Assert.InRange(mostActive, 1, Active);
        Assert.Equal(0, await shop.Naru.EndsAsync("internal-error"));
        foreach (var visitor in crowd)
            visitor.Dispose();
    }

    /// <summary>Requests on their way when a window begins fall into it: a machine under load holds some up.</summary>
    private const int Slack = 10;

    /// <summary>Polls as often as told, and loads the page when called.</summary>
    private static async Task EnterAsync(Visitor visitor)
    {
        if ((await visitor.GetAsync("/shop/page")).Status == 200)
            return;
        while (true)
        {
            var view = await visitor.MeAsync();
            if (view.GetProperty("state").GetString() == "called" && (await visitor.GetAsync("/shop/page")).Status == 200)
                return;
            await Task.Delay(view.GetProperty("pollAfterMs").GetInt32());
        }
    }

    private static async Task<int> FloodAsync(Shop shop, CancellationToken stop)
    {
        const int Batch = FloodPerSecond / 100;
        string batch = string.Concat(Enumerable.Repeat("GET /shop/flood HTTP/1.1\r\nHost: shop.test\r\nAccept: application/json\r\n\r\n", Batch));
        using var wire = await Wire.ConnectAsync(shop.Web);
        int sent = 0;
        while (!stop.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            await wire.SendAsync(batch);
            for (int i = 0; i < Batch; i++)
                Assert.Equal(503, (await wire.ReadResponseAsync()).Status);
            sent += Batch;
            await Task.Delay(Math.Max(0, 100 - (int)clock.ElapsedMilliseconds), CancellationToken.None);
        }

        return sent;
    }

    private static int Most(long[] arrivalsMs, double windowSeconds)
    {
        int most = 0, from = 0;
        for (int i = 0; i < arrivalsMs.Length; i++)
        {
            while (arrivalsMs[i] - arrivalsMs[from] >= windowSeconds * 1000)
                from++;
            most = Math.Max(most, i - from + 1);
        }

        return most;
    }
}
