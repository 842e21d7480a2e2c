using Naru.Engine.Telemetry;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>The operator's hand through the command line: each verb, and what visitors of the running room feel of it.</summary>
public class RoomCommandTests
{
    [Fact]
    public async Task EveryVerbReachesTheVisitorsOfTheRunningRoom()
    {
        await using var shop = await Shop.OpenAsync("admit: 1/m, active: 100, session: 1h");
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Program);
        Assert.Equal(503, (await visitor.GetAsync("/shop/a")).Status);
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).Active == 1, "one is inside");
        Assert.Matches("^room shop mode=fifo state=open waiting=[01] active=1/100 rate=1/m ", await RoomAsync(shop, "list"));

        // One a minute: without the operator nobody comes in during this test.
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Pause);
        Assert.Equal("shop lets in 500/s", await RoomAsync(shop, "rate", "500/s"));
        Assert.Equal((500, "paused"), await shop.RoomAsync() is var fast ? (fast.AdmitPerSecond, fast.State) : default);
        Assert.StartsWith("shop goes on; it is open", await RoomAsync(shop, "resume"), StringComparison.Ordinal);
        await visitor.EnterAsync();
        Assert.Equal(200, (await visitor.GetAsync("/shop/b")).Status);
        Assert.Equal("shop lets in 1/m", await RoomAsync(shop, "rate", "default"));
        Assert.Empty((await shop.RoomAsync()).ByHand);

        Assert.Equal("shop has room for 2, and 2 inside", await RoomAsync(shop, "active", "2"));
        await RoomAsync(shop, "rate", "1000/s");
        using var waiting = shop.Visitor(Visitor.Program);
        Assert.Equal(503, (await waiting.GetAsync("/shop/a")).Status);
        await RoomAsync(shop, "message", "정오에 다시 엽니다");
        Assert.Equal("정오에 다시 엽니다", System.Text.Encoding.UTF8.GetString([.. (await waiting.MeAsync()).GetProperty("message").GetString()!.Select(c => (byte)c)]));
        await RoomAsync(shop, "message", "");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await waiting.MeAsync()).GetProperty("message").ValueKind);
        await RoomAsync(shop, "pause");
        Assert.True((await waiting.MeAsync()).GetProperty("paused").GetBoolean());
        await RoomAsync(shop, "active", "default");
        await RoomAsync(shop, "close");
        Assert.Equal("closed", (await waiting.MeAsync()).GetProperty("state").GetString());
        await RoomAsync(shop, "open");
        await RoomAsync(shop, "drain");
        using var late = shop.Visitor(Visitor.Program);
        Assert.Equal("closed", Visitor.Json(await late.GetAsync("/shop/a")).GetProperty("state").GetString());
        Assert.Contains("by hand    rate, paused, draining", await RoomAsync(shop, "show"), StringComparison.Ordinal);
        await RoomAsync(shop, "resume");
        await waiting.EnterAsync();
        await Eventually.IsTrue(async () => (await late.GetAsync("/shop/a")).Status == 200, "a resume takes the drain back too");
        Assert.Equal(["rate"], (await shop.RoomAsync()).ByHand);

        var (exitCode, output) = await ChildProcess.RunAsync(Eventually.Patience, NaruProcess.Command("room", "revoke", "shop", "-c", shop.Naru.ConfigPath));
        Assert.Equal(2, exitCode);
        Assert.Contains("add --yes", output, StringComparison.Ordinal);
        Assert.Equal(200, (await waiting.GetAsync("/shop/c")).Status);
        await RoomAsync(shop, "pause");
        Assert.Contains("shop begins anew", await RoomAsync(shop, "revoke", "--yes"), StringComparison.Ordinal);
        Assert.Equal(503, (await waiting.GetAsync("/shop/d")).Status);
    }

    /// <summary>Sold out: the last who wait are served, and nobody stands behind them.</summary>
    [Fact]
    public async Task DrainServesWhoWaitsAndTakesNobodyElse()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h");
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Browser);
        await visitor.GetAsync("/shop/a");
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Drain);
        using var late = shop.Visitor(Visitor.Browser);
        var page = await late.GetAsync("/shop/a");
        Assert.Equal((503, null), (page.Status, late.Ticket));
        Assert.Contains("data-state=\"closed\"", page.Text, StringComparison.Ordinal);
        Assert.Equal(409, (await late.ClaimAsync()).Status);

        await shop.Naru.ControlRoomAsync("shop", RoomAction.Active, """{"active":5}""");
        await visitor.EnterAsync();
        Assert.Equal(200, (await visitor.GetAsync("/shop/b")).Status);
        // Places are free now, and still nobody else comes in.
        Assert.Equal(503, (await late.GetAsync("/shop/c")).Status);
        await Eventually.IsTrue(async () => await shop.RoomAsync() is { State: "draining", Active: 2 }, "two are inside");
    }

    private static async Task<string> RoomAsync(Shop shop, string verb, params string[] values)
    {
        string[] words = verb == "list" ? ["room", "list"] : ["room", verb, "shop", .. values];
        var (exitCode, output) = await ChildProcess.RunAsync(Eventually.Patience, NaruProcess.Command([.. words, "-c", shop.Naru.ConfigPath]));
        Assert.True(exitCode == 0, $"{verb}: {output}");
        return output;
    }
}
