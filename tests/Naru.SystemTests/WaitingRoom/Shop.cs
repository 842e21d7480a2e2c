using System.Net;
using Naru.Engine.Telemetry;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>A shop behind a waiting room: an origin that says what it was asked, and the real program in front of it.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly IPEndPoint _server;
    private readonly string _store;

    private Shop(Origin origin, IPEndPoint server, NaruProcess naru, IPEndPoint web, string store)
    {
        _server = server;
        _store = store;
        Origin = origin;
        Naru = naru;
        Web = web;
    }

    public Origin Origin { get; }

    public NaruProcess Naru { get; }

    public IPEndPoint Web { get; }

    /// <summary>What the servers were asked, in order.</summary>
    public IEnumerable<string> Asked => Origin.Requests.Select(r => r.Target);

    /// <param name="room">The keys of the room, as YAML on one line.</param>
    /// <param name="listener">Keys of the listener, a line each.</param>
    /// <param name="origin">Null: one that answers with the target.</param>
    /// <param name="server">Instead of the origin.</param>
    /// <param name="store">The section; empty: in memory.</param>
    /// <param name="launcher">Of <see cref="NaruProcess.StartAsync"/>.</param>
    public static async Task<Shop> OpenAsync(
        string room, string listener = "", Origin? origin = null, int loops = 1, IPEndPoint? server = null, string store = "", string[]? launcher = null)
    {
        origin ??= Origin.Answering(request => request.Target);
        var web = Ports.TakeAddress();
        server ??= origin.Address;
        var naru = await NaruProcess.StartAsync($"{store}\n{Config(web, server, room, listener)}", loops, launcher ?? []);
        return new Shop(origin, server, naru, web, store);
    }

    public static string Config(IPEndPoint web, IPEndPoint origin, string room, string listener = "") => $$"""
        listeners:
          - bind: {{web}}
            {{listener}}
            routes:
              - { match: { path: /shop/* }, waitingRoom: shop, pool: web }
              - { match: { path: /free/* }, pool: web }
        pools:
          web: { servers: [{{origin}}] }
        waitingRooms:
          shop: { {{room}} }
        """;

    public Visitor Visitor(string fields = "") => new(Web) { Fields = fields };

    /// <summary>Somebody inside.</summary>
    public async Task<Visitor> GuestAsync()
    {
        var guest = Visitor();
        // One that may have been lost listens first, and gives nothing out.
        await Eventually.IsTrue(async () => (await RoomAsync()).Epoch > 0, "the room has begun");
        await Eventually.IsTrue(async () =>
        {
            guest.Cookies.Clear();
            if ((await guest.GetAsync("/shop/guest")).Status == 200)
                return true;
            // Whoever was given a place stands in front of the next try until it counts as gone: 2 s, 30 % and 6 s.
            if (guest.Ticket != null)
                await Task.Delay(10_000);
            return false;
        }, "a guest is inside");
        Assert.NotNull(guest.Pass);
        return guest;
    }

    public async Task<RoomStatus> RoomAsync() => (await Naru.StatusAsync()).Rooms.Single();

    public async Task<long> RefusedAsync(string reason) => (await RoomAsync()).Counts.Refused.GetValueOrDefault(reason);

    public Task ReloadAsync(string room, string listener = "")
    {
        Naru.WriteConfig($"{_store}\n{Config(Web, _server, room, listener)}");
        return Naru.ReloadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Naru.DisposeAsync();
        await Origin.DisposeAsync();
    }
}
