using System.Net;
using System.Text.Json;
using Naru.SystemTests.WaitingRoom;

namespace Naru.SystemTests.Store;

/// <summary>A shop whose line is kept in a folder, and visitors who outlive its death.</summary>
internal sealed class StoredShop : IAsyncDisposable
{
    /// <summary>Hardly anybody gets in: whoever comes waits.</summary>
    public const string SlowRoom = "admit: 1/s, active: 1";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(2) })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    private readonly IPEndPoint _web = Ports.TakeAddress();
    private readonly Origin _origin = Origin.Answering(request => request.Target);

    private StoredShop(string folder) => Folder = folder;

    /// <summary>What a visitor has in hand.</summary>
    public readonly record struct Place(long Number, string Cookie);

    public string Folder { get; }

    public NaruProcess Naru { get; private set; } = null!;

    public string Journal => Directory.GetFiles(Folder, "*.journal").Max(StringComparer.Ordinal)!;

    public static async Task<StoredShop> OpenAsync(string folder, string room = SlowRoom)
    {
        var shop = new StoredShop(folder);
        shop.Naru = await NaruProcess.StartAsync(shop.Config(room));
        return shop;
    }

    public string Config(string room = SlowRoom, string name = "shop") =>
        $"store: {{ path: {Folder} }}\n" + Shop.Config(_web, _origin.Address, room).Replace("shop: {", $"{name}: {{", StringComparison.Ordinal)
            .Replace("waitingRoom: shop", $"waitingRoom: {name}", StringComparison.Ordinal);

    public Visitor Visitor() => new(_web);

    /// <summary>Asks for a page; null: no place was given (let in, no number to be had, or the program is gone).</summary>
    public async Task<Place?> JoinAsync()
    {
        try
        {
            using var answer = await AskAsync("/shop/", null);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || !answer.Headers.TryGetValues("Set-Cookie", out var cookies))
                return null;
            string? ticket = cookies.FirstOrDefault(c => c.StartsWith("naru-ticket-", StringComparison.Ordinal));
            var view = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
            return ticket is null ? null : new Place(view.GetProperty("number").GetInt64(), ticket.Split(';')[0]);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    public async Task<Place> JoinSurelyAsync()
    {
        Place? place = null;
        await Eventually.IsTrue(async () => (place = await JoinAsync()) != null, "a visitor gets a place");
        return place!.Value;
    }

    public async Task<JsonElement> LookAsync(Place place)
    {
        using var answer = await AskAsync("/.naru/rooms/shop/me", place.Cookie);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The ticket has its number and its turn is to come, or has come.</summary>
    public async Task AssertKeptAsync(Place place)
    {
        var view = await LookAsync(place);
        Assert.Equal(place.Number, view.GetProperty("number").GetInt64());
        Assert.Contains(view.GetProperty("state").GetString(), new[] { "waiting", "called" });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Naru.DisposeAsync();
        await _origin.DisposeAsync();
    }

    private Task<HttpResponseMessage> AskAsync(string target, string? cookie)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_web}{target}");
        request.Headers.Add("Accept", "application/json");
        if (cookie != null)
            request.Headers.Add("Cookie", cookie);
        return _http.SendAsync(request);
    }
}
