using Naru.Engine.Telemetry;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>What the operator reads of a running room is what happened.</summary>
public class FiguresTests
{
    [Fact]
    public async Task EveryFigureOfARoomIsWhatHappened()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 2s, grace: 1s");
        var fresh = await shop.RoomAsync();
        Assert.Equal(("fifo", "open", "", 1, 1, 1000.0), (fresh.Mode, fresh.State, fresh.Store, fresh.Nodes, fresh.ActiveMax, fresh.AdmitPerSecond));
        Assert.Equal((0, 0), (fresh.WaitLowS, fresh.WaitHighS));
        using var guest = await shop.GuestAsync();
        using var first = shop.Visitor(Visitor.Program);
        using var second = shop.Visitor(Visitor.Program);
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Pause);
        await first.GetAsync("/shop/a");
        await second.GetAsync("/shop/a");
        await first.MeAsync();
        Assert.Equal((409, 409), ((await first.ClaimAsync()).Status, (await second.ClaimAsync()).Status));
        await Eventually.IsTrue(async () => await shop.RoomAsync() is { Active: 1, Waiting: > 0, Counts.Joined: 2 }, "the guest is inside, and two wait");
        var paused = await shop.RoomAsync();
        Assert.Equal((-1, -1), (paused.WaitLowS, paused.WaitHighS));
        Assert.True(paused.LastNumber >= 2 && paused.Counts.Polls >= 5, $"{paused.LastNumber} {paused.Counts.Polls}");

        // The guest's session ends by its time, the first comes in, and the second is there and lets the turn pass.
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Resume);
        await first.EnterAsync();
        await Eventually.IsTrue(async () => await shop.RoomAsync() is { AdmittedPerSecond: > 0 }, "the admission is told");
        await Eventually.IsTrue(async () => await shop.RoomAsync() is { Counts: { Called: 2, Gone: 1, Expired: 2 } }, "two were called, one of them did not come, and two sessions ended");
        var room = await shop.RoomAsync();
        Assert.Equal((2, 2, 1), (room.Counts.Joined, room.Counts.Admitted, room.Counts.Direct));
        Assert.True(room.Counts.Claimed >= 1 && room.Serving == 2 && room.Waiting == 0 && room.Active == 0, $"{room}");
        Assert.Equal("unknown", (await second.MeAsync()).GetProperty("state").GetString());
    }
}
