using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>Every field of what a room answers, as it comes over the wire.</summary>
public partial class AnswerTests
{
    private const string OnePlace = "admit: 1000/s, active: 1, session: 1h";

    private static readonly string[] PageFields =
    [
        "Cache-Control: private, no-store",
        "Content-Language: ko",
        "Content-Length: N",
        "Content-Security-Policy: default-src 'none'; script-src 'sha256-H'; style-src 'sha256-H'; img-src data:; font-src data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
        "Content-Type: text/html; charset=utf-8",
        "Date: D",
        "Referrer-Policy: same-origin",
        "Retry-After: S",
        "Set-Cookie: naru-ticket-shop=T; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax",
        "Vary: Accept, Accept-Language, Accept-Encoding, Cookie",
        "X-Content-Type-Options: nosniff",
        "X-Robots-Tag: noindex",
    ];

    [Fact]
    public async Task PageHasEveryFieldOfTheDocument()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var plain = shop.Visitor(Visitor.Browser);
        var page = await plain.GetAsync("/shop/a", "Accept-Language: ko\r\n");
        Assert.Equal(503, page.Status);
        Assert.Equal(PageFields, Shape(page));
        Assert.InRange(page.Body.Length, 10_000, 30_720);

        using var packed = shop.Visitor(Visitor.Browser);
        var gzip = await packed.GetAsync("/shop/a", "Accept-Language: ko\r\nAccept-Encoding: gzip, deflate, br\r\n");
        Assert.Equal(503, gzip.Status);
        Assert.Equal([.. PageFields.Append("Content-Encoding: gzip").Order(StringComparer.Ordinal)], Shape(gzip));
        using var unpacked = new StreamReader(new GZipStream(new MemoryStream(gzip.Body), CompressionMode.Decompress));
        string html = await unpacked.ReadToEndAsync();
        Assert.True(gzip.Body.Length < html.Length / 2 && html.Contains("lang=\"ko\"", StringComparison.Ordinal), $"{gzip.Body.Length} of {html.Length}");
    }

    [Fact]
    public async Task JsonInPlaceOfAPageHasEveryField()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Program);
        var held = await visitor.GetAsync("/shop/a");
        Assert.Equal(503, held.Status);
        Assert.Equal(
            [
                "Cache-Control: private, no-store", "Content-Length: N", "Content-Type: application/json", "Date: D", "Retry-After: S",
                "Set-Cookie: naru-ticket-shop=T; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax", "Vary: Accept, Accept-Language, Accept-Encoding, Cookie",
                "X-Content-Type-Options: nosniff", "X-Robots-Tag: noindex",
            ],
            Shape(held));

        // Whole seconds, and none less than the interval.
        int pollMs = Visitor.Json(held).GetProperty("pollAfterMs").GetInt32();
        Assert.Equal(((pollMs + 999) / 1000).ToString(null as IFormatProvider), held.Field("Retry-After"));
    }

    [Theory]
    [InlineData("GET", "me", 200, "")]
    [InlineData("POST", "claim", 409, "")]
    [InlineData("GET", "draws", 200, "")]
    [InlineData("GET", "other", 404, "")]
    [InlineData("POST", "me", 405, "Allow: GET, HEAD")]
    public async Task AddressesOfARoomAreForOneProgramAndNotKept(string method, string name, int status, string more)
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        var answer = await visitor.AskAsync(method, $"/.naru/rooms/shop/{name}");
        Assert.Equal(status, answer.Status);
        string[] fields = ["Cache-Control: private, no-store", "Content-Length: N", "Content-Type: application/json", "Date: D", "X-Content-Type-Options: nosniff"];
        Assert.Equal([.. fields.Concat(more.Length > 0 ? [more] : []).Order(StringComparer.Ordinal)], Shape(answer));
    }

    [Fact]
    public async Task EventStreamIsKeptByNobodyOnTheWay()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        foreach (string method in new[] { "HEAD", "GET" })
        {
            using var stream = await Wire.ConnectAsync(shop.Web);
            await stream.SendAsync($"{method} /.naru/rooms/shop/events HTTP/1.1\r\nHost: shop.test\r\nCookie: naru-ticket-shop={visitor.Ticket}\r\n\r\n");
            var head = await stream.ReadHeadAsync();
            Assert.Equal(200, head.Status);
            Assert.Equal(
                ["Cache-Control: private, no-store", "Connection: close", "Content-Type: text/event-stream", "Date: D", "X-Accel-Buffering: no", "X-Content-Type-Options: nosniff"],
                Shape(head));
            if (method == "HEAD")
                Assert.Empty(await stream.ReadToEndAsync());
            else
                Assert.StartsWith("data: {\"state\":\"", await stream.ReadLineFeedAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task OperatorsOwnPageAndWordsAreShownAndTakenByAReload()
    {
        using var folder = new TestFolder();
        string page = folder.Write("page.html", "<!doctype html><html lang={{lang}}><title>{{title}}</title><p>{{messages.ours}} {{refresh}}</p>{{script}}</html>");
        string words = folder.Write("words.json", """{ "en": { "ours": "Ferry one" }, "ja": { "ours": "渡し舟" } }""");
        string room = $"{OnePlace}, page: {page}, messages: {words}";
        await using var shop = await Shop.OpenAsync(room);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Browser);
        Assert.Matches("^<!doctype html><html lang=en><title>[^<]+</title><p>Ferry one [1-9]", (await visitor.GetAsync("/shop/a")).Text);
        var other = await visitor.GetAsync("/shop/a", "Accept-Language: ja\r\n");
        Assert.Equal("ja", other.Field("Content-Language"));
        Assert.Contains("渡し舟", Encoding.UTF8.GetString(other.Body), StringComparison.Ordinal);

        folder.Write("words.json", """{ "en": { "ours": "Ferry two" } }""");
        await shop.ReloadAsync(room);
        Assert.Contains("<p>Ferry two ", (await visitor.GetAsync("/shop/a")).Text, StringComparison.Ordinal);
    }

    /// <summary>Name and value of every field, in order, without what differs from one answer to the next.</summary>
    private static string[] Shape(HttpMessage answer) =>
        [.. answer.Fields.Select(f => $"{f.Name}: {(f.Name switch
        {
            "Content-Length" => "N",
            "Retry-After" => int.Parse(f.Value, null) is >= 1 and <= 60 ? "S" : f.Value,
            "Date" => "D",
            "Set-Cookie" => Proof().Replace(f.Value, "=T;"),
            _ => Hash().Replace(f.Value, "'sha256-H'"),
        })}").Order(StringComparer.Ordinal)];

    [GeneratedRegex("=1[A-Za-z0-9_-]{80};")]
    private static partial Regex Proof();

    [GeneratedRegex("'sha256-[A-Za-z0-9+/=]{44}'")]
    private static partial Regex Hash();
}
