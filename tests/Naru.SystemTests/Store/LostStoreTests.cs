using System.Net;
using System.Security.Cryptography;
using Naru.Core.WaitingRoom;
using Naru.Engine.Telemetry;
using Naru.SystemTests.WaitingRoom;

namespace Naru.SystemTests.Store;

/// <summary>The program is killed and its store lost, and the key is kept: the line is rebuilt from what visitors hold.</summary>
public sealed class LostStoreTests : IDisposable
{
    // Shorter than any interval of polls and its grace: nobody counts as gone.
    private const int StepSeconds = 5;

    private readonly TestFolder _folder = new();
    private readonly SteppedClock _clock = new(withMonotonic: true);
    private readonly IPEndPoint _web = Ports.TakeAddress();

    [Theory]
    [InlineData("folder")]
    [InlineData("memory")]
    public async Task OldVisitorsComeInInTheirOrderAndBeforeNewOnes(string store)
    {
        await using var origin = Origin.Answering(request => request.Target);
        string key = _folder.Write("room.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        string stores = _folder.File("stores");
        Directory.CreateDirectory(stores);
        string Config(int active) => (store == "folder" ? $"store: {{ path: {stores}/one }}\n" : "")
            + Shop.Config(_web, origin.Address, $"admit: 200/s, active: {active}, session: 10m, keyFile: {key}");

        await using var naru = await NaruProcess.StartAsync(Config(active: 1), loops: 1, _clock.Launcher);
        using var guest = await new Visitor(_web).AsGuestAsync();
        var before = await LostLine.JoinAsync(40, () => new Visitor(_web));

        // Ten places are free.
        int places = 10;
        var shown = Task.CompletedTask;
        await naru.KillAndRestartAsync(() =>
        {
            if (store == "folder")
                Directory.Delete($"{stores}/one", recursive: true);
            naru.WriteConfig(Config(1 + places));
            shown = LostLine.ShowTicketAsync(before[0]);
        });
        await shown;
        foreach (var visitor in before.Append(guest))
            visitor.Dispose();
        var line = new LostLine(before);
        await line.AssertRebuiltAsync(() => new Visitor(_web));
        Assert.Equal(200, (await guest.GetAsync("/shop/guest")).Status);
        Assert.Contains("waiting room shop: the store does not have its whole line: it is rebuilt from the tickets that visitors show", naru.Process.Output);

        // Nobody is called before those who poll seldom could show up.
        Assert.Equal((0, 0), await line.AskAsync());
        while (_clock.Seconds * 1000 < RoomLimits.SilenceMaxMs)
        {
            _clock.Set(_clock.Seconds + StepSeconds);
            await line.AskAsync();
        }

        for (; places <= line.Visitors.Length; places += 20)
        {
            await naru.ControlRoomAsync("shop", RoomAction.Active, $$"""{"active":{{1 + places}}}""");
            (int Called, int Inside) seen = default;
            await Eventually.IsTrue(
                async () =>
                {
                    // Who asks far more often than told is slowed.
                    await Task.Delay(250);
                    seen = await line.AskAsync();
                    return seen.Inside == places;
                },
                $"{places} are in");
            // Few are called to be there when a place comes free: the rest still wait.
            if (places == 10)
                Assert.InRange(seen.Called, 10, before.Length - 1);
        }

        // Nobody who was inside had to make room. The connection has been idle for longer than any may be.
        guest.Dispose();
        Assert.Equal(200, (await guest.GetAsync("/shop/guest")).Status);
        foreach (var visitor in line.Visitors)
            visitor.Dispose();
    }

    public void Dispose()
    {
        _clock.Dispose();
        _folder.Dispose();
    }
}
