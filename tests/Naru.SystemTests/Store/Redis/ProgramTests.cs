using System.Net;
using System.Security.Cryptography;
using Naru.Engine.Telemetry;
using Naru.SystemTests.WaitingRoom;

namespace Naru.SystemTests.Store.Redis;

/// <summary>Two real programs with one Redis: one line in front of one shop, whichever of them a visitor reaches.</summary>
public sealed class ProgramTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly Origin _origin = Origin.Answering(request => request.Target);
    private readonly IPEndPoint[] _webs = [Ports.TakeAddress(), Ports.TakeAddress()];
    private RedisServer _redis = null!;
    private NaruProcess[] _programs = [];

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _folder.Write("room.key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        _programs = [await NaruProcess.StartAsync(Config(_webs[0])), await NaruProcess.StartAsync(Config(_webs[1]))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
            await program.DisposeAsync();
        await _redis.DisposeAsync();
        await _origin.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task PlaceAndPassOfOneProgramCountAtTheOther()
    {
        using var guest = await new Visitor(_webs[0]).AsGuestAsync();
        using var waiting = new Visitor(_webs[0]);
        Assert.Equal(503, (await waiting.GetAsync("/shop/a", Visitor.Program)).Status);
        long number = (await waiting.MeAsync()).GetProperty("number").GetInt64();

        using var guestElsewhere = At(1, guest);
        Assert.Equal(200, (await guestElsewhere.GetAsync("/shop/b")).Status);
        using var waitingElsewhere = At(1, waiting);
        await waitingElsewhere.UntilAsync("waiting");
        Assert.Equal(number, (await waitingElsewhere.MeAsync()).GetProperty("number").GetInt64());

        // The operator's hand at one program, felt at both.
        await _programs[1].ControlRoomAsync("shop", RoomAction.Active, """{"active":2}""");
        await waitingElsewhere.EnterAsync();
        using var admitted = At(0, waitingElsewhere);
        Assert.Equal(200, (await admitted.GetAsync("/shop/c")).Status);
    }

    [Fact]
    public async Task KilledProgramTakesNobodysPlaceWithIt()
    {
        using var guest = await new Visitor(_webs[0]).AsGuestAsync();
        using var waiting = new Visitor(_webs[0]);
        await waiting.GetAsync("/shop/a", Visitor.Program);
        long number = (await waiting.MeAsync()).GetProperty("number").GetInt64();
        await _programs[0].KillAsync();

        using var elsewhere = At(1, waiting);
        await elsewhere.UntilAsync("waiting");
        Assert.Equal(number, (await elsewhere.MeAsync()).GetProperty("number").GetInt64());
        using var guestElsewhere = At(1, guest);
        Assert.Equal(200, (await guestElsewhere.GetAsync("/shop/b")).Status);
        await _programs[1].ControlRoomAsync("shop", RoomAction.Active, """{"active":2}""");
        await elsewhere.EnterAsync();
    }

    [Fact]
    public async Task LostStoreHoldsNewVisitorsAndNobodyElse()
    {
        using var guest = await new Visitor(_webs[0]).AsGuestAsync();
        using var waiting = new Visitor(_webs[1]);
        await waiting.GetAsync("/shop/a", Visitor.Program);
        long number = (await waiting.MeAsync()).GetProperty("number").GetInt64();
        await _redis.KillAsync();
        await Eventually.IsTrue(() => _programs.All(p => p.Process.Output.Contains("the store does not answer", StringComparison.Ordinal)), "both programs say so");

        Assert.Equal(200, (await guest.GetAsync("/shop/b")).Status);
        Assert.Equal(number, (await waiting.MeAsync()).GetProperty("number").GetInt64());
        using var late = new Visitor(_webs[0]);
        Assert.Equal(503, (await late.GetAsync("/shop/c", Visitor.Program)).Status);
        Assert.DoesNotContain("/shop/c", _origin.Requests.Select(r => r.Target));

        await _redis.RestartAsync();
        await Eventually.IsTrue(() => _programs.All(p => p.Process.Output.Contains("the store answers again", StringComparison.Ordinal)), "both programs say so");
        Assert.Equal(number, (await waiting.MeAsync()).GetProperty("number").GetInt64());
        await Eventually.IsTrue(async () =>
        {
            await late.GetAsync("/shop/c", Visitor.Program);
            return late.Ticket != null;
        }, "the late visitor gets a place");
        Assert.Equal(200, (await guest.GetAsync("/shop/d")).Status);
    }

    [Fact]
    public async Task LineOfALostStoreIsRebuiltFromTickets()
    {
        using var guest = await new Visitor(_webs[0]).AsGuestAsync();
        int turn = 0;
        var before = await LostLine.JoinAsync(40, () => new Visitor(_webs[turn++ % 2]));
        foreach (var program in _programs)
            await program.KillAsync();
        Assert.Equal("OK", await _redis.AskAsync("FLUSHALL"));
        for (int i = 0; i < 2; i++)
        {
            _programs[i].WriteConfig(Config(_webs[i], active: 1_000));
            var shown = LostLine.ShowTicketAsync(before[i]);
            await _programs[i].KillAndRestartAsync();
            await shown;
        }

        foreach (var visitor in before.Append(guest))
            visitor.Dispose();
        var line = new LostLine(before);
        await line.AssertRebuiltAsync(() => new Visitor(_webs[turn++ % 2]), nodes: 2);
        Assert.Equal(200, (await guest.GetAsync("/shop/b")).Status);
        // There is a place for everybody, but nobody is called before those who poll seldom could show up.
        Assert.Equal((0, 0), await line.AskAsync());
        foreach (var visitor in line.Visitors)
            visitor.Dispose();
    }

    private string Config(IPEndPoint web, int active = 1) => $$"""
        store: { redis: { endpoints: ["127.0.0.1:{{_redis.Port}}"] } }
        {{Shop.Config(web, _origin.Address, $"admit: 50/s, active: {active}, session: 10m, keyFile: {_folder.File("room.key")}")}}
        """;

    /// <summary>The same visitor's next requests reach another program.</summary>
    private Visitor At(int program, Visitor visitor)
    {
        var same = new Visitor(_webs[program]);
        foreach (var (name, value) in visitor.Cookies)
            same.Cookies.Add(name, value);
        return same;
    }
}
