using System.Net;
using System.Text;
using System.Text.Json;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>Somebody with a browser's cookies, or a program's: keeps a connection and what it was told to remember.</summary>
internal sealed class Visitor(IPEndPoint web, string host = "shop.test") : IDisposable
{
    private Wire? _wire;

    /// <summary>By name. A test may put anything in.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    public string? Ticket => Cookies.GetValueOrDefault("naru-ticket-shop");

    public string? Pass => Cookies.GetValueOrDefault("naru-pass-shop");

    /// <summary>Fields of every request.</summary>
    public string Fields { get; init; } = "";

    /// <summary>Of a browser that goes to a page.</summary>
    public static string Browser => "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\nSec-Fetch-Mode: navigate\r\n";

    public static string Program => "Accept: application/json\r\n";

    public Task<HttpMessage> GetAsync(string target, string fields = "") => AskAsync("GET", target, fields);

    public async Task<HttpMessage> AskAsync(string method, string target, string fields = "", string body = "")
    {
        _wire ??= await Wire.ConnectAsync(web);
        var text = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{Fields}{fields}");
        if (Cookies.Count > 0)
            text.Append("Cookie: ").AppendJoin("; ", Cookies.Select(c => $"{c.Key}={c.Value}")).Append("\r\n");
        if (body.Length > 0)
            text.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        await _wire.SendAsync(text.Append("\r\n").Append(body).ToString());
        var answer = await _wire.ReadResponseAsync(method);
        Remember(answer);
        if (answer.Closes)
        {
            _wire.Dispose();
            _wire = null;
        }

        return answer;
    }

    public async Task<JsonElement> MeAsync() => Json(await GetAsync("/.naru/rooms/shop/me"));

    public async Task<(int Status, JsonElement View)> ClaimAsync()
    {
        var answer = await AskAsync("POST", "/.naru/rooms/shop/claim");
        return (answer.Status, Json(answer));
    }

    /// <summary>Polls until the state is that one.</summary>
    public async Task UntilAsync(string state)
    {
        await Eventually.IsTrue(async () => (await MeAsync()).GetProperty("state").GetString() == state, $"the visitor is {state}");
    }

    /// <summary>Waits for the turn and takes it.</summary>
    public Task EnterAsync() => Eventually.IsTrue(async () =>
    {
        var (status, view) = await ClaimAsync();
        if (status != 200)
            await Task.Delay(view.GetProperty("pollAfterMs").GetInt32() / 4);
        return status == 200;
    }, "the visitor was let in");

    /// <summary>Gets in, at once or after a turn. A room that may have been lost gives nothing out in its first seconds.</summary>
    public async Task<Visitor> AsGuestAsync()
    {
        await Eventually.IsTrue(async () => (await GetAsync("/shop/guest", Program)).Status == 200 || Ticket != null, "a guest is received");
        if (Pass == null)
            await EnterAsync();
        Assert.NotNull(Pass);
        return this;
    }

    public static JsonElement Json(HttpMessage answer)
    {
        Assert.Equal("application/json", answer.Field("Content-Type"));
        return JsonElement.Parse(answer.Text);
    }

    /// <summary>The connection ends; whoever asks again opens another one.</summary>
    public void Dispose()
    {
        _wire?.Dispose();
        _wire = null;
    }

    private void Remember(HttpMessage answer)
    {
        foreach (var (name, value) in answer.Fields)
        {
            if (!name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
                continue;
            var pair = value.Split(';')[0];
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (value.Contains("Max-Age=0", StringComparison.Ordinal))
                Cookies.Remove(pair[..equals]);
            else
                Cookies[pair[..equals]] = pair[(equals + 1)..];
        }
    }
}
