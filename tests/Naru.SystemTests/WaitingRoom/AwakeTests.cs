using System.Diagnostics;
using System.Globalization;
using Naru.Engine.Telemetry;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>Everybody who waits comes back in the same instant, again and again.</summary>
[Collection<Alone>]
public class AwakeTests(ITestOutputHelper output)
{
    /// <summary>The long form; each visitor takes a descriptor here and one in the program.</summary>
    private const string Visitors = "NARU_AWAKE_VISITORS";
    private const int VisitorsInCi = 2_000;

    private const int Rate = 100;
    private const int Active = 100;
    private const int WavesMax = 60;

    [Fact]
    public async Task CrowdThatWakesAtOnceBreaksNoBoundAndLosesNoPlace()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable(Visitors) ?? $"{VisitorsInCi}", CultureInfo.InvariantCulture);
        await using var shop = await Shop.OpenAsync($"admit: {Rate}/s, active: {Active}, session: 1h, paused: true", loops: 2);
        var crowd = Enumerable.Range(0, count).Select(_ => shop.Visitor(Visitor.Program)).ToArray();
        foreach (var some in crowd.Chunk(500))
            await Task.WhenAll(some.Select(JoinAsync));
        var numbers = await NumbersAsync(crowd);
        Assert.Equal(count, numbers.Distinct().Count());
        long before = shop.Naru.Process.ResidentBytes;

        await shop.Naru.ControlRoomAsync("shop", RoomAction.Resume);
        using var stop = new CancellationTokenSource();
        var watch = WatchAsync(shop, stop.Token);
        var clock = Stopwatch.StartNew();
        int waves = 0;
        long longestMs = 0;
        // Nobody keeps to what they were told: all claim at once, on connections that are open, as soon as the last wave is over.
        for (; waves < WavesMax && crowd.Count(v => v.Pass != null) < Active; waves++)
        {
            var wave = Stopwatch.StartNew();
            var answers = await Task.WhenAll(crowd.Where(v => v.Pass == null).Select(v => v.AskAsync("POST", "/.naru/rooms/shop/claim")));
            Assert.All(answers, a => Assert.True(a.Status is 200 or 409, a.StartLine));
            longestMs = Math.Max(longestMs, wave.ElapsedMilliseconds);
            if (wave.ElapsedMilliseconds < 500)
                await Task.Delay(500 - (int)wave.ElapsedMilliseconds, TestContext.Current.CancellationToken);
        }

        double elapsed = clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        var (samples, mostActive, mostBytes) = await watch;
        int inside = crowd.Count(v => v.Pass != null);
        output.WriteLine($"{count} visitors claimed at once in {waves} waves (the longest took {longestMs} ms); {inside} were admitted in {elapsed:N1} s, "
            + $"at most {mostActive} were inside; memory grew from {before >> 20} to {mostBytes >> 20} MiB");

        Assert.Equal(Active, inside);
        Assert.InRange(mostActive, 1, Active);
        for (int i = 0; i < samples.Count; i++)
            for (int j = i + 1; j < samples.Count; j++)
            {
                double seconds = (samples[j].ToMs - samples[i].FromMs) / 1000.0;
                Assert.True(samples[j].Admitted - samples[i].Admitted <= (Rate * seconds) + (0.1 * Rate) + 1,
                    $"{samples[j].Admitted - samples[i].Admitted} were admitted within {seconds:N3} s");
            }

        Assert.True(mostBytes - before < 64 << 20, $"memory grew from {before >> 20} to {mostBytes >> 20} MiB");
        // Places are as they were, and those who are inside are inside.
        Assert.Equal(numbers, await NumbersAsync(crowd));
        Assert.Equal(count, (await shop.RoomAsync()).Counts.Joined);
        var (entered, waiting) = (crowd.First(v => v.Pass != null), crowd.First(v => v.Pass == null));
        Assert.Equal((200, 503), ((await entered.GetAsync("/shop/in")).Status, (await waiting.GetAsync("/shop/in")).Status));
        Assert.Equal(0, await shop.Naru.EndsAsync("internal-error"));
        foreach (var visitor in crowd)
            visitor.Dispose();
    }

    private static Task JoinAsync(Visitor visitor) => Eventually.IsTrue(async () =>
    {
        await visitor.GetAsync("/shop/page");
        return visitor.Ticket != null;
    }, "the visitor has a place");

    private static async Task<long[]> NumbersAsync(Visitor[] crowd)
    {
        var numbers = new List<long>();
        foreach (var some in crowd.Chunk(500))
            numbers.AddRange(await Task.WhenAll(some.Select(async v => (await v.MeAsync()).GetProperty("number").GetInt64())));
        return [.. numbers];
    }

    /// <summary>What the program says of itself; each count was right at some moment between the two times.</summary>
    private static async Task<(List<(long FromMs, long ToMs, long Admitted)> Samples, int MostActive, long MostBytes)> WatchAsync(Shop shop, CancellationToken stop)
    {
        var samples = new List<(long FromMs, long ToMs, long Admitted)>();
        int mostActive = 0;
        long mostBytes = 0;
        var clock = Stopwatch.StartNew();
        while (!stop.IsCancellationRequested)
        {
            long fromMs = clock.ElapsedMilliseconds;
            var room = await shop.RoomAsync();
            samples.Add((fromMs, clock.ElapsedMilliseconds, room.Counts.Admitted));
            mostActive = Math.Max(mostActive, room.Active);
            mostBytes = Math.Max(mostBytes, shop.Naru.Process.ResidentBytes);
            await Task.Delay(20, CancellationToken.None);
        }

        return (samples, mostActive, mostBytes);
    }
}
