using Naru.Engine.Telemetry;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>The operator's hand on a running room, by the command line as by the admin.</summary>
public class OperatorTests
{
    [Fact]
    public async Task RoomThatBeginsPausedLetsNobodyInUntilItIsResumed()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 10, session: 1h, paused: true");
        using var visitor = shop.Visitor(Visitor.Program);
        var view = Visitor.Json(await visitor.GetAsync("/shop/a"));
        Assert.Equal(("waiting", true), (view.GetProperty("state").GetString(), view.GetProperty("paused").GetBoolean()));
        Assert.Equal("paused", (await shop.RoomAsync()).State);
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Resume);
        await visitor.EnterAsync();
        Assert.Equal(200, (await visitor.GetAsync("/shop/b")).Status);
    }

    [Fact]
    public async Task EveryMoveCountsAtOnce()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h");
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");

        await shop.Naru.ControlRoomAsync("shop", RoomAction.Message, """{"message":"Back at noon \"sharp\""}""");
        await Eventually.IsTrue(async () => (await visitor.MeAsync()).GetProperty("message").GetString() == "Back at noon \"sharp\"", "the message is told");
        using var browser = shop.Visitor(Visitor.Browser);
        Assert.Contains("Back at noon &quot;sharp&quot;", (await browser.GetAsync("/shop/a")).Text, StringComparison.Ordinal);

        await shop.Naru.ControlRoomAsync("shop", RoomAction.Pause);
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Active, """{"active":5}""");
        Assert.Equal(409, (await visitor.ClaimAsync()).Status);
        Assert.True((await visitor.MeAsync()).GetProperty("paused").GetBoolean());
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Resume);
        await visitor.EnterAsync();

        await shop.Naru.ControlRoomAsync("shop", RoomAction.Close);
        using var late = shop.Visitor(Visitor.Program);
        Assert.Equal("closed", Visitor.Json(await late.GetAsync("/shop/a")).GetProperty("state").GetString());
        Assert.Equal(200, (await visitor.GetAsync("/shop/b")).Status);
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Open);
        Assert.Equal(200, (await late.GetAsync("/shop/b")).Status);

        await shop.Naru.ControlRoomAsync("shop", RoomAction.Drain);
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Active, """{"active":1}""");
        using var next = shop.Visitor(Visitor.Program);
        Assert.Equal(503, (await next.GetAsync("/shop/a")).Status);
        Assert.Null(next.Ticket);
    }

    [Fact]
    public async Task RoomOpenedAfterACloseStillWaitsForTheNextOpening()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 10, session: 1h");
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Close);
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Open);
        Assert.Equal("open", (await shop.RoomAsync()).State);
        await shop.ReloadAsync("admit: 1000/s, active: 10, session: 1h, opens: 2126-12-01T20:00:00+09:00");
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).State == "scheduled", "the doors wait for the new opening");
    }

    /// <summary>What is done by hand lasts until the file says something new of that thing, and shows as long.</summary>
    [Fact]
    public async Task RoomOpenedBeforeItsTimeWaitsForALaterOpeningOfTheFile()
    {
        const string Room = "admit: 1000/s, active: 10, session: 1h, prequeue: 1h, paused: true";
        await using var shop = await Shop.OpenAsync($"{Room}, opens: 2126-12-01T20:00:00+09:00");
        Assert.Equal("scheduled", (await shop.Naru.ControlRoomAsync("shop", RoomAction.Resume)).State);
        Assert.Equal("open", (await shop.Naru.ControlRoomAsync("shop", RoomAction.Open)).State);
        Assert.Equal(["resumed", "opened"], (await shop.RoomAsync()).ByHand);
        await shop.ReloadAsync($"{Room}, opens: 2126-12-01T20:00:00+09:00, grace: 5m");
        using (var guest = await shop.GuestAsync())
            Assert.Equal(["resumed", "opened"], (await shop.RoomAsync()).ByHand);

        await shop.ReloadAsync("admit: 1000/s, active: 10, session: 1h, opens: 2127-12-01T20:00:00+09:00");
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).State == "scheduled", "the doors wait for the new opening");
        Assert.Empty((await shop.RoomAsync()).ByHand);
        Assert.Contains(
            "naru: waiting room shop: the file says something new, so what was done by hand counts no more: resumed, opened.", shop.Naru.Process.Lines);
    }

    [Fact]
    public async Task RevokeEndsEveryPlaceAndEverySession()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h");
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        long number = (await visitor.MeAsync()).GetProperty("number").GetInt64();
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Revoke);

        // Whoever comes first has the one place again; the old pass is worth nothing by itself.
        var state = (await visitor.MeAsync()).GetProperty("state").GetString();
        Assert.Equal("unknown", state);
        // The place is free with one of the next ticks.
        await Eventually.IsTrue(async () => (await visitor.GetAsync("/shop/b")).Status == 200, "who asks first is in");
        var answer = await guest.GetAsync("/shop/c", Visitor.Program);
        Assert.Equal(503, answer.Status);
        Assert.True(Visitor.Json(answer).GetProperty("number").GetInt64() > number);
        Assert.True(await shop.RefusedAsync("pass-wrong-epoch") > 0 && await shop.RefusedAsync("ticket-wrong-epoch") > 0);
    }
}
