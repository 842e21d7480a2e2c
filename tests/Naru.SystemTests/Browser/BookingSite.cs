using System.Net;
using Naru.Engine.Telemetry;

namespace Naru.SystemTests.Browser;

/// <summary>
/// A shop with one place inside, which is taken: whoever comes waits until the test lets them in. So no test depends on how fast
/// a line moves.
/// </summary>
internal sealed class BookingSite : IAsyncDisposable
{
    public const string Room = "concert";
    public const string Heading = "Choose your seats";

    private readonly IPEndPoint _address = Ports.TakeAddress();
    private readonly HttpClient _somebody = new() { Timeout = TimeSpan.FromSeconds(30) };
    private Origin _shop = null!;
    private NaruProcess _naru = null!;

    public string Seats => $"http://{_address}/booking/seats?date=2";

    /// <summary>Pages that the shop has served, without those of the one who was there before.</summary>
    public IEnumerable<string> Served => _shop.Requests.Select(r => r.Target).Where(t => t.StartsWith("/booking/", StringComparison.Ordinal)).Skip(1);

    /// <param name="lines">More of the room, such as <c>opens: …</c>; with its own indentation of 4.</param>
    /// <param name="isFull">Somebody has taken the only place.</param>
    public static async Task<BookingSite> StartAsync(string lines = "", bool isFull = true)
    {
        var site = new BookingSite();
        site._shop = new Origin(connection => ServeAsync(connection));
        site._naru = await NaruProcess.StartAsync($$"""
            listeners:
              - name: web
                bind: {{site._address}}
                routes:
                  - match: { path: /booking/* }
                    waitingRoom: {{Room}}
                    pool: shop
                  - pool: shop
            pools:
              shop: { servers: [{{site._shop.Address}}] }
            waitingRooms:
              {{Room}}:
                admit: 100/s
                active: 1
            {{lines}}
            """);
        if (isFull)
            await Eventually.IsTrue(site.IsLetInAsync, "the first visitor gets the only place");
        return site;
    }

    public Task<RoomStatus> RoomAsync() => _naru.RoomAsync(Room);

    public Task<RoomStatus> ControlAsync(RoomAction action, string json = "") => _naru.ControlRoomAsync(Room, action, json);

    /// <summary>Makes room for one more visitor.</summary>
    public Task LetInAsync(int places = 2) => ControlAsync(RoomAction.Active, $$"""{"active":{{places}}}""");

    public async ValueTask DisposeAsync()
    {
        _somebody.Dispose();
        await _naru.DisposeAsync();
        await _shop.DisposeAsync();
    }

    private async Task<bool> IsLetInAsync()
    {
        using var response = await _somebody.GetAsync(new Uri($"http://{_address}/booking/first"));
        return response.StatusCode == HttpStatusCode.OK;
    }

    private static async Task ServeAsync(OriginConnection connection)
    {
        while (await connection.NextRequestAsync() is { } request)
        {
            var page = $"<!doctype html><html lang=en><title>Shop</title><h1>{(request.Target.StartsWith("/booking/seats", StringComparison.Ordinal) ? Heading : request.Target)}</h1>"
                + "<a href=/booking/pay>Pay</a> <a href=/>Home</a></html>";
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {page.Length}\r\n\r\n{page}");
            if (request.Closes)
                return;
        }
    }
}
