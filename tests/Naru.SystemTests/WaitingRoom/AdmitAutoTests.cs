namespace Naru.SystemTests.WaitingRoom;

/// <summary><c>admit: auto</c>: the servers behind the room move its rate.</summary>
public class AdmitAutoTests
{
    [Fact]
    public async Task RateFallsWhenServersFailAndThePoolOfAnotherRoomMovesNothing()
    {
        await using var broken = Origin.Saying("broken");
        await using var sound = Origin.Saying("sound");
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes:
                  - { match: { path: /broken/* }, waitingRoom: broken, pool: broken }
                  - { match: { path: /sound/* }, waitingRoom: sound, pool: sound }
            pools:
              broken: { servers: [{{broken.Address}}], health: { passive: off } }
              sound: { servers: [{{sound.Address}}] }
            waitingRooms:
              broken: { admit: auto, active: 1000, session: 1h }
              sound: { admit: auto, active: 1000, session: 1h }
            """);
        using var visitor = new Visitor(web);
        Assert.Equal(200, (await visitor.GetAsync("/broken/in")).Status);
        Assert.Equal(200, (await visitor.GetAsync("/sound/in")).Status);
        Assert.Equal((true, 10.0), await naru.RoomAsync("broken") is var room ? (room.AdmitAuto, room.AdmitPerSecond) : default);

        await broken.StopAsync();
        await Eventually.IsTrue(async () =>
        {
            Assert.Equal(502, (await visitor.GetAsync("/broken/a")).Status);
            Assert.Equal(200, (await visitor.GetAsync("/sound/a")).Status);
            return (await naru.RoomAsync("broken")).AdmitPerSecond < 10;
        }, "the rate falls");
        Assert.InRange((await naru.RoomAsync("broken")).AdmitPerSecond, 10 * 0.75 * 0.75, 7.5);
        Assert.Equal(10, (await naru.RoomAsync("sound")).AdmitPerSecond);

        // What the operator says counts before what is measured, until it is taken back.
        await naru.ControlRoomAsync("broken", Engine.Telemetry.RoomAction.Rate, """{"rate":"50/s"}""");
        Assert.Equal((false, 50.0), await naru.RoomAsync("broken") is var fixedRate ? (fixedRate.AdmitAuto, fixedRate.AdmitPerSecond) : default);
        await naru.ControlRoomAsync("broken", Engine.Telemetry.RoomAction.Rate, """{"rate":"auto"}""");
        Assert.True(await naru.RoomAsync("broken") is { AdmitAuto: true, AdmitPerSecond: <= 7.5 });
    }
}
