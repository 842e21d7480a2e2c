namespace Naru.SystemTests.WaitingRoom;

/// <summary>Who gets through, and who is told to wait.</summary>
public class DoorTests
{
    /// <summary>One place, which is taken: everybody else waits.</summary>
    private const string OnePlace = "admit: 1000/s, active: 1, session: 1h";

    [Fact]
    public async Task RoomWithPlacesIsInvisibleButForAPass()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 100, session: 1h");
        using var visitor = shop.Visitor();
        visitor.Cookies["theme"] = "dark";
        var first = await visitor.GetAsync("/shop/1");
        Assert.Equal((200, "/shop/1"), (first.Status, first.Text));
        Assert.Equal("private", first.Field("Cache-Control"));
        Assert.NotNull(visitor.Pass);
        Assert.Null(visitor.Ticket);

        var second = await visitor.GetAsync("/shop/2");
        Assert.Equal((200, "/shop/2"), (second.Status, second.Text));
        Assert.Null(second.Field("Set-Cookie"));

        // Naru's cookies are for Naru: a server neither sees nor logs what opens the door.
        Assert.Equal(["theme=dark", "theme=dark"], shop.Origin.Requests.Select(r => r.Field("Cookie")));
        visitor.Cookies.Remove("theme");
        await visitor.GetAsync("/free/3");
        Assert.Null(shop.Origin.Requests.Last().Field("Cookie"));
        // The line hears of an entry with the next ticks.
        await Eventually.IsTrue(async () => await shop.RoomAsync() is { Active: 1, Counts: { Direct: 1, Passed: 1 } }, "one visitor is inside");
    }

    [Fact]
    public async Task FullRoomTellsThePlaceAndNeverAsksTheServer()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        int asked = shop.Origin.Requests.Count;

        using var browser = shop.Visitor(Visitor.Browser);
        var page = await browser.GetAsync("/shop/page");
        Assert.Equal((503, "text/html; charset=utf-8"), (page.Status, page.Field("Content-Type")));
        Assert.Equal(("private, no-store", "noindex"), (page.Field("Cache-Control"), page.Field("X-Robots-Tag")));
        Assert.InRange(int.Parse(page.Field("Retry-After")!, null), 1, 60);
        Assert.NotNull(browser.Ticket);
        Assert.Contains("HttpOnly; SameSite=Lax", page.Field("Set-Cookie"), StringComparison.Ordinal);
        Assert.DoesNotContain("Secure", page.Field("Set-Cookie"), StringComparison.Ordinal);

        using var program = shop.Visitor(Visitor.Program);
        var answer = await program.GetAsync("/shop/api");
        var view = Visitor.Json(answer);
        Assert.Equal((503, "private, no-store"), (answer.Status, answer.Field("Cache-Control")));
        Assert.Contains(view.GetProperty("state").GetString(), new[] { "waiting", "called" });
        Assert.True(view.GetProperty("number").GetInt64() > 0);

        Assert.Equal(200, (await guest.GetAsync("/shop/still")).Status);
        Assert.Equal(asked + 1, shop.Origin.Requests.Count);
        Assert.Equal(2, await shop.Naru.EndsAsync("waiting"));
        var line = await shop.Naru.LogLineAsync(l => l.GetProperty("reason").GetString() == "waiting", "the reason waiting");
        Assert.Equal(("shop", 503), (line.GetProperty("room").GetString(), line.GetProperty("status").GetInt32()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, line.GetProperty("server").ValueKind);
    }

    [Fact]
    public async Task WhoComesAgainKeepsTheirNumber()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Program);
        long number = Visitor.Json(await visitor.GetAsync("/shop/a")).GetProperty("number").GetInt64();
        var again = await visitor.GetAsync("/shop/b");
        Assert.Equal(number, Visitor.Json(again).GetProperty("number").GetInt64());
        Assert.Null(again.Field("Set-Cookie"));
        Assert.Equal(number, (await visitor.MeAsync()).GetProperty("number").GetInt64());
        Assert.Equal(1, (await shop.RoomAsync()).Counts.Joined);
    }

    [Fact]
    public async Task TwoTabsAreOneVisitor()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var one = shop.Visitor(Visitor.Program);
        await one.GetAsync("/shop/a");
        using var two = shop.Visitor(Visitor.Program);
        two.Cookies["naru-ticket-shop"] = one.Ticket!;
        Assert.Equal((await one.MeAsync()).GetProperty("number").GetInt64(), (await two.MeAsync()).GetProperty("number").GetInt64());

        await guest.GetAsync("/shop/bye"); // a place is not freed by that
        await shop.ReloadAsync("admit: 1000/s, active: 2, session: 1h");
        await one.EnterAsync();
        // The other tab, which has not heard of it, claims the same turn and gets the same place.
        await two.EnterAsync();
        Assert.Equal((200, 200), ((await one.GetAsync("/shop/1")).Status, (await two.GetAsync("/shop/2")).Status));
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).Active == 2, "two are inside, the visitor and the guest");
    }

    [Theory]
    [InlineData("GET", Visitors.Browser, true)]
    [InlineData("GET", "", true)]
    [InlineData("GET", "Accept: */*\r\nSec-Fetch-Mode: no-cors\r\n", false)]
    [InlineData("GET", "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\nSec-Purpose: prefetch;prerender\r\n", false)]
    [InlineData("GET", "Accept: text/html\r\nPurpose: prefetch\r\n", false)]
    [InlineData("GET", Visitors.Program, false)]
    [InlineData("HEAD", "", false)]
    [InlineData("POST", "", false)]
    public async Task TurnIsTakenByLoadingAPageAndByNothingElse(string method, string fields, bool enters)
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        Assert.Equal(503, (await visitor.GetAsync("/shop/a")).Status);
        await shop.ReloadAsync("admit: 1000/s, active: 2, session: 1h");
        await visitor.UntilAsync("called");
        await Task.Delay(200); // the grant comes with the ticks after the call

        var answer = await visitor.AskAsync(method, "/shop/b", fields);
        Assert.Equal(enters ? 200 : 503, answer.Status);
        Assert.Equal(enters, visitor.Pass != null);
        if (!enters)
            Assert.Equal((200, "admitted"), (await visitor.ClaimAsync()) is var (status, view) ? (status, view.GetProperty("state").GetString()) : default);
    }

    [Fact]
    public async Task HeadGetsTheHeadAlone()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Browser);
        var answer = await visitor.AskAsync("HEAD", "/shop/a");
        Assert.Equal(503, answer.Status);
        Assert.True(answer.ContentLength > 1000);
        // Nothing of a body stands in front of the next answer.
        Assert.Equal(200, (await visitor.GetAsync("/.naru/rooms/shop/me")).Status);
    }

    [Fact]
    public async Task PostIsHeldWithItsBodyReadOrTheConnectionEnded()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        int asked = shop.Origin.Requests.Count;
        using var visitor = shop.Visitor(Visitor.Browser);
        var small = await visitor.AskAsync("POST", "/shop/order", body: "size=1");
        Assert.Equal((503, false), (small.Status, small.Closes));

        using var wire = await Wire.ConnectAsync(shop.Web);
        await wire.SendAsync("POST /shop/order HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 100000\r\n\r\nonly a part of it");
        var large = await wire.ReadResponseAsync("POST");
        Assert.Equal((503, true), (large.Status, large.Closes));
        Assert.Equal(asked, shop.Origin.Requests.Count);
    }

    [Fact]
    public async Task PageSpeaksTheVisitorsLanguage()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        foreach (var (accept, language) in new[] { ("ko-KR,ko;q=0.9,en;q=0.8", "ko"), ("en-GB,en;q=0.9,ko;q=0.5", "en"), ("fr", "en") })
        {
            using var visitor = shop.Visitor(Visitor.Browser);
            var page = await visitor.GetAsync("/shop/a", $"Accept-Language: {accept}\r\n");
            Assert.Equal(language, page.Field("Content-Language"));
            Assert.Contains($"lang=\"{language}\"", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task BypassRulesLetThroughAndNobodyElse()
    {
        await using var shop = await Shop.OpenAsync(
            OnePlace + ", bypass: [{ path: /shop/health }, { path: /shop/assets/* }, { header: { name: x-probe, value: 0123456789abcdef0123456789abcdef } }, { source: 203.0.113.0/24 }]",
            "trustedProxies: [127.0.0.1]");
        using var guest = await shop.GuestAsync();
        foreach (var (target, fields) in new[]
        {
            ("/shop/health", ""), ("/shop/%68ealth", ""), ("//shop//health", ""), ("/shop/assets/a.css", ""), ("/shop/assets/x/../b.css", ""),
            ("/shop/a", "X-Probe: 0123456789abcdef0123456789abcdef\r\n"), ("/shop/a", "X-Forwarded-For: 203.0.113.9\r\n"),
        })
        {
            using var visitor = shop.Visitor();
            Assert.Equal(200, (await visitor.GetAsync(target, fields)).Status);
            Assert.Empty(visitor.Cookies);
        }

        foreach (var (target, fields) in new[]
        {
            ("/shop/health2", ""), ("/shop/health/../a", ""), ("/shop/assets/../a", ""), ("/shop/assets/%2e%2e/a", ""), ("/shop/a?/shop/health", ""),
            ("/shop/a", "X-Probe: 0123456789abcdef0123456789abcdee\r\n"), ("/shop/a", "X-Forwarded-For: 203.0.113.9, 198.51.100.1\r\n"),
        })
        {
            using var visitor = shop.Visitor();
            Assert.Equal(503, (await visitor.GetAsync(target, fields)).Status);
        }

        Assert.Equal(7, (await shop.RoomAsync()).Counts.Bypassed);
    }

    [Fact]
    public async Task ModesWithoutALineLetEverybodyThroughOrNobody()
    {
        await using var shop = await Shop.OpenAsync("mode: passthrough");
        using var visitor = shop.Visitor(Visitor.Browser);
        Assert.Equal(200, (await visitor.GetAsync("/shop/a")).Status);
        Assert.Empty(visitor.Cookies);

        await shop.ReloadAsync("mode: reject");
        await Eventually.IsTrue(async () => (await visitor.GetAsync("/shop/b")).Status == 503, "the room rejects");
        Assert.Empty(visitor.Cookies);
        using var program = shop.Visitor(Visitor.Program);
        Assert.Equal("closed", Visitor.Json(await program.GetAsync("/shop/c")).GetProperty("state").GetString());
        Assert.Equal("closed", (await program.MeAsync()).GetProperty("state").GetString());
        Assert.True(await shop.Naru.EndsAsync("room-closed") >= 2);
    }

    [Fact]
    public async Task CookiesAreSecureWhereATrustedProxySpokeHttps()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h", "trustedProxies: [127.0.0.1]");
        using var guest = shop.Visitor();
        var entered = await guest.GetAsync("/shop/a", "X-Forwarded-Proto: https\r\n");
        Assert.EndsWith("; Secure", entered.Field("Set-Cookie"), StringComparison.Ordinal);
        using var visitor = shop.Visitor();
        Assert.EndsWith("; Secure", (await visitor.GetAsync("/shop/a", "X-Forwarded-Proto: https\r\n")).Field("Set-Cookie"), StringComparison.Ordinal);
        using var plain = shop.Visitor();
        Assert.DoesNotContain("Secure", (await plain.GetAsync("/shop/a", "X-Forwarded-Proto: http\r\n")).Field("Set-Cookie"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyElseIsBelievedToHaveSpokenHttps()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = shop.Visitor("X-Forwarded-Proto: https\r\n");
        Assert.DoesNotContain("Secure", (await guest.GetAsync("/shop/a")).Field("Set-Cookie"), StringComparison.Ordinal);
        using var visitor = shop.Visitor("X-Forwarded-Proto: https\r\n");
        Assert.DoesNotContain("Secure", (await visitor.GetAsync("/shop/a")).Field("Set-Cookie"), StringComparison.Ordinal);
    }

    /// <summary>Attributes want constants.</summary>
    private static class Visitors
    {
        public const string Browser = "Accept: text/html,*/*;q=0.8\r\nSec-Fetch-Mode: navigate\r\n";
        public const string Program = "Accept: application/json\r\n";
    }
}
