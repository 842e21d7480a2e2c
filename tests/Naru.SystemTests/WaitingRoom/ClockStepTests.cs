using System.Globalization;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>
/// Somebody sets the clock of the machine by an hour while people wait and others are inside (libfaketime does it to the one process).
/// Who is inside stays, who waits keeps the place, the limit holds, and no number is given twice.
/// </summary>
public sealed class ClockStepTests : IDisposable
{
    private readonly SteppedClock _clock = new(withMonotonic: false);
    private readonly TestFolder _folder = new();

    private string Store => $"store: {{ path: {_folder.File("store")} }}";

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task StepOfTheClockMovesNobody(int seconds)
    {
        await using var shop = await OpenAsync(Store, "admit: 1000/s, active: 2, session: 2m, grace: 1m");
        using var first = await InsideAsync(shop);
        using var second = await InsideAsync(shop);
        var waiting = Enumerable.Range(0, 5).Select(_ => shop.Visitor()).ToArray();
        long[] numbers = await NumbersAsync(waiting);
        Assert.Equal(numbers.Order(), numbers);

        await SetAsync(shop, seconds);
        // People read: nobody asks for anything for longer than a node may be late with what it saw.
        await Task.Delay(5_000, TestContext.Current.CancellationToken);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(200, (await first.GetAsync("/shop/in")).Status);
            Assert.Equal(200, (await second.GetAsync("/shop/in")).Status);
            foreach (var visitor in waiting)
                Assert.Equal(503, (await visitor.GetAsync("/shop/a")).Status);
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Assert.Equal(numbers, await NumbersAsync(waiting));
        var room = await shop.RoomAsync();
        Assert.Equal((2, 5), (room.Active, room.Waiting));
        using var late = shop.Visitor();
        Assert.True((await NumbersAsync([late]))[0] > numbers[^1]);

        // Places come free one by one, and go to who stands first.
        Assert.Equal(200, (await first.GetAsync("/shop/bye")).Status);
        await waiting[0].EnterAsync();
        Assert.Equal(503, (await waiting[1].GetAsync("/shop/a")).Status);
        Assert.Equal(200, (await second.GetAsync("/shop/in")).Status);
    }

    /// <summary>The process starts again under the other clock: the store keeps no times.</summary>
    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task StepOfTheClockBeforeARestartMovesNobody(int seconds)
    {
        await using var shop = await OpenAsync(Store, "admit: 1000/s, active: 1, session: 2m, grace: 1m");
        using var guest = await InsideAsync(shop);
        var waiting = Enumerable.Range(0, 3).Select(_ => shop.Visitor()).ToArray();
        long[] numbers = await NumbersAsync(waiting);

        await shop.Naru.KillAndRestartAsync(() => _clock.Set(seconds));
        using var again = shop.Visitor();
        foreach (var cookie in guest.Cookies)
            again.Cookies[cookie.Key] = cookie.Value;
        Assert.Equal(200, (await again.GetAsync("/shop/in")).Status);
        var back = waiting.Select(v =>
        {
            var visitor = shop.Visitor();
            visitor.Cookies["naru-ticket-shop"] = v.Ticket!;
            return visitor;
        }).ToArray();
        Assert.Equal(numbers, await NumbersAsync(back));
        using var late = shop.Visitor();
        Assert.True((await NumbersAsync([late]))[0] > numbers[^1]);
    }

    /// <summary>The time of day counts for an opening, wherever the clock was when the program started.</summary>
    [Fact]
    public async Task OpeningFollowsAClockThatIsSetForward()
    {
        string opens = DateTimeOffset.UtcNow.AddMinutes(50).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        await using var shop = await OpenAsync("", $"admit: 1000/s, active: 5, opens: {opens}, prequeue: 55m");
        using var visitor = shop.Visitor();
        Assert.Equal("prequeue", Visitor.Json(await visitor.GetAsync("/shop/a", Visitor.Program)).GetProperty("state").GetString());
        await SetAsync(shop, 3600);
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).State == "open", "the doors are open");
        await visitor.EnterAsync();
    }

    public void Dispose()
    {
        _clock.Dispose();
        _folder.Dispose();
    }

    private Task<Shop> OpenAsync(string store, string room) => Shop.OpenAsync(
        room,
        origin: new Origin(async connection =>
        {
            while (await connection.NextRequestAsync() is { } request)
            {
                string release = request.Target == "/shop/bye" ? "Naru-Waiting-Room: release\r\n" : "";
                await connection.SendAsync($"HTTP/1.1 200 OK\r\n{release}Content-Length: 2\r\n\r\nok");
            }
        }),
        store: store,
        launcher: _clock.Launcher);

    private static async Task<Visitor> InsideAsync(Shop shop)
    {
        var guest = shop.Visitor();
        if ((await guest.GetAsync("/shop/in")).Status != 200)
            await guest.EnterAsync();
        return guest;
    }

    /// <summary>Returns when the program has had the time to notice.</summary>
    private async Task SetAsync(Shop shop, int seconds)
    {
        var before = DateTimeOffset.UtcNow;
        _clock.Set(seconds);
        await Task.Delay(1_500, TestContext.Current.CancellationToken);
        // The program itself sees the other time: its answers carry it.
        using var visitor = shop.Visitor();
        var told = DateTimeOffset.Parse((await visitor.GetAsync("/free/a")).Field("Date") ?? "", CultureInfo.InvariantCulture);
        Assert.InRange((told - before).TotalSeconds - seconds, -60, 60);
    }

    private static async Task<long[]> NumbersAsync(IEnumerable<Visitor> visitors)
    {
        var numbers = new List<long>();
        foreach (var visitor in visitors)
            numbers.Add(Visitor.Json(await visitor.GetAsync("/shop/a", Visitor.Program)).GetProperty("number").GetInt64());
        return [.. numbers];
    }
}
