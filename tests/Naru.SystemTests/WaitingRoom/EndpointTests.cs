using System.Diagnostics;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>What programs ask of a room: me, claim, events.</summary>
public class EndpointTests
{
    private const string OnePlace = "admit: 1000/s, active: 1, session: 1h";

    [Fact]
    public async Task MeTellsWhereOneStandsAndChangesNothing()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        Assert.Equal("unknown", (await visitor.MeAsync()).GetProperty("state").GetString());
        Assert.Empty(visitor.Cookies);
        await visitor.GetAsync("/shop/a");
        var answer = await visitor.GetAsync("/.naru/rooms/shop/me");
        Assert.Equal((200, "private, no-store", null, false), (answer.Status, answer.Field("Cache-Control"), answer.Field("Set-Cookie"), answer.Closes));
        var view = Visitor.Json(answer);
        Assert.Equal(
            ["state", "number", "ahead", "etaLowS", "etaHighS", "pollAfterMs", "paused", "message", "opens", "opensInMs", "epoch"],
            view.EnumerateObject().Select(p => p.Name));
        Assert.Equal("admitted", (await guest.MeAsync()).GetProperty("state").GetString());
        var head = await visitor.AskAsync("HEAD", "/.naru/rooms/shop/me");
        Assert.Equal((200, true), (head.Status, head.ContentLength > 50));
        Assert.Equal(1, (await shop.RoomAsync()).Counts.Joined);
    }

    [Fact]
    public async Task ClaimHoldsBeforeTheTurnAndGivesThePassOnce()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        Assert.Equal((409, "unknown"), await visitor.ClaimAsync() is var (s, v) ? (s, v.GetProperty("state").GetString()) : default);
        await visitor.GetAsync("/shop/a");
        var (status, view) = await visitor.ClaimAsync();
        Assert.Equal(409, status);
        Assert.Contains(view.GetProperty("state").GetString(), new[] { "waiting", "called" });
        Assert.Null(visitor.Pass);

        await guest.AskAsync("GET", "/shop/bye");
        Assert.Equal((200, "admitted"), await guest.ClaimAsync() is var (gs, gv) ? (gs, gv.GetProperty("state").GetString()) : default);

        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Active, """{"active":2}""");
        HttpMessage? claimed = null;
        await Eventually.IsTrue(async () =>
        {
            await Task.Delay(200);
            return (claimed = await visitor.AskAsync("POST", "/.naru/rooms/shop/claim")).Status == 200;
        }, "the visitor was let in");
        Assert.Equal("private, no-store", claimed!.Field("Cache-Control"));
        Assert.StartsWith("naru-pass-shop=", claimed.Field("Set-Cookie"), StringComparison.Ordinal);
    }

    /// <summary>A flood is slowed by an answer that comes late: the turn is then taken at the time of the answer.</summary>
    [Fact]
    public async Task ClaimThatIsSlowedBeginsItsSessionWhenItIsAnswered()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Active, """{"active":2}""");
        await visitor.UntilAsync("called");
        var wires = await Wires.ConnectAsync(shop.Web, 38);
        foreach (var wire in wires)
            await wire.SendAsync($"GET /.naru/rooms/shop/me HTTP/1.1\r\nHost: shop.test\r\nCookie: naru-ticket-shop={visitor.Ticket}\r\n\r\n");

        var clock = Stopwatch.StartNew();
        var (status, _) = await visitor.ClaimAsync();
        long answeredMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.Equal(200, status);
        Assert.True(clock.ElapsedMilliseconds > 1_500, $"the claim was not slowed: {clock.ElapsedMilliseconds} ms");
        byte[] pass = System.Buffers.Text.Base64Url.DecodeFromChars(visitor.Pass.AsSpan(1));
        long issuedMs = pass[40..46].Aggregate(0L, (ms, octet) => (ms << 8) | octet);
        Assert.InRange(issuedMs, answeredMs - 1_000, answeredMs);
        foreach (var wire in wires)
            wire.Dispose();
    }

    /// <summary>The door and the address for programs say the same to who has no place, and when it is worth to ask again.</summary>
    [Fact]
    public async Task WhoHasNoPlaceIsToldTheOpeningAndThatNobodyJoins()
    {
        await using var shop = await Shop.OpenAsync($"{OnePlace}, opens: 2126-12-01T20:00:00+09:00");
        using var visitor = shop.Visitor(Visitor.Program);
        var opens = new DateTimeOffset(2126, 12, 1, 20, 0, 0, TimeSpan.FromHours(9));
        foreach (string target in new[] { "/shop/a", "/.naru/rooms/shop/me" })
        {
            var view = Visitor.Json(await visitor.GetAsync(target));
            Assert.Equal(("closed", 20_000), (view.GetProperty("state").GetString(), view.GetProperty("pollAfterMs").GetInt32()));
            Assert.Equal("2126-12-01T20:00:00+09:00", view.GetProperty("opens").GetString());
            Assert.InRange(view.GetProperty("opensInMs").GetInt64(), (long)(opens - DateTimeOffset.UtcNow).TotalMilliseconds - 60_000, (long)(opens - DateTimeOffset.UtcNow).TotalMilliseconds + 1_000);
        }

        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Open);
        using var guest = await shop.GuestAsync();
        await shop.Naru.ControlRoomAsync("shop", Engine.Telemetry.RoomAction.Drain);
        foreach (string target in new[] { "/shop/a", "/.naru/rooms/shop/me" })
        {
            var view = Visitor.Json(await visitor.GetAsync(target));
            Assert.Equal(("closed", 20_000), (view.GetProperty("state").GetString(), view.GetProperty("pollAfterMs").GetInt32()));
            Assert.Equal(System.Text.Json.JsonValueKind.Null, view.GetProperty("opens").ValueKind);
        }
    }

    [Fact]
    public async Task WrongMethodsRoomsAndPathsAreToldSo()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var visitor = shop.Visitor();
        foreach (var (method, target, status, allow) in new[]
        {
            ("POST", "/.naru/rooms/shop/me", 405, "GET, HEAD"), ("DELETE", "/.naru/rooms/shop/events", 405, "GET, HEAD"),
            ("GET", "/.naru/rooms/shop/claim", 405, "POST"), ("HEAD", "/.naru/rooms/shop/claim", 405, "POST"),
            ("GET", "/.naru/rooms/other/me", 404, null), ("GET", "/.naru/rooms/shop/", 404, null), ("GET", "/.naru/rooms/shop", 404, null),
            ("GET", "/.naru/rooms/shop/me/", 404, null), ("GET", "/.naru/rooms//me", 404, null), ("GET", "/.naru/rooms/", 404, null),
            ("GET", "/.naru/rooms/SHOP/me", 404, null), ("GET", "/.naru/%72ooms/shop/me", 200, null), ("GET", "/.naru/other", 404, null),
        })
        {
            var answer = await visitor.AskAsync(method, target);
            Assert.True(status == answer.Status, $"{method} {target}: {answer.StartLine}");
            Assert.Equal(allow, answer.Field("Allow"));
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site: cross-site\r\n", 403)]
    [InlineData("Origin: https://evil.example\r\n", 403)]
    [InlineData("Origin: null\r\n", 403)]
    [InlineData("Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n", 200)]
    public async Task AnotherSiteCannotClaim(string fields, int status)
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 9, session: 1h");
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        var answer = await visitor.AskAsync("POST", "/.naru/rooms/shop/claim", fields);
        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 403 ? 1 : 0, await shop.RefusedAsync("claim-cross-site"));
    }

    [Fact]
    public async Task EventsTellThePlaceUntilOneIsInside()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");

        using var stream = await StreamAsync(shop, visitor);
        var head = await stream.ReadHeadAsync();
        Assert.Equal((200, "text/event-stream", true), (head.Status, head.Field("Content-Type"), head.Closes));
        Assert.StartsWith("data: {\"state\":\"", await stream.ReadLineFeedAsync(), StringComparison.Ordinal);
        await shop.ReloadAsync("admit: 1000/s, active: 2, session: 1h");
        await visitor.EnterAsync();
        var rest = System.Text.Encoding.UTF8.GetString(await stream.ReadToEndAsync());
        Assert.EndsWith("\n\n", rest, StringComparison.Ordinal);
        Assert.Contains("\"state\":\"admitted\"", rest, StringComparison.Ordinal);
        Assert.Equal(WireEnd.Closed, await stream.EndWithinAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task StreamOfOneWithoutAPlaceEndsAtOnce()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var stream = await StreamAsync(shop, shop.Visitor());
        Assert.Equal(200, (await stream.ReadHeadAsync()).Status);
        Assert.Contains("\"state\":\"unknown\"", System.Text.Encoding.UTF8.GetString(await stream.ReadToEndAsync()), StringComparison.Ordinal);
    }

    /// <summary>Proxies and mobile networks forget a connection on which nothing happens.</summary>
    [Fact]
    public async Task StreamWithoutNewsIsKeptAliveByComments()
    {
        await using var shop = await Shop.OpenAsync(OnePlace + ", paused: true");
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        using var stream = await StreamAsync(shop, visitor);
        await stream.ReadHeadAsync();
        var clock = Stopwatch.StartNew();
        string line;
        do
        {
            line = await stream.ReadLineFeedAsync();
            Assert.True(line.Length == 0 || line[0] is ':' || line.StartsWith("data: ", StringComparison.Ordinal), line);
        }
        while (!line.StartsWith(':'));
        Assert.InRange(clock.Elapsed.TotalSeconds, 12, 30);
        // The stream itself keeps the place: nobody polled meanwhile.
        Assert.Equal(1, (await shop.RoomAsync()).Waiting);
    }

    [Fact]
    public async Task ReloadThatTakesTheRoomAwayEndsItsStreams()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        using var stream = await StreamAsync(shop, visitor);
        await stream.ReadHeadAsync();
        shop.Naru.WriteConfig($$"""
            listeners: [{ bind: {{shop.Web}}, routes: [{ pool: web }] }]
            pools: { web: { servers: [{{shop.Origin.Address}}] } }
            """);
        await shop.Naru.ReloadAsync();
        await stream.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(WireEnd.Closed, await stream.EndWithinAsync(TimeSpan.FromSeconds(5)));
    }

    /// <summary>Ten thousand hold a stream; the next is told to poll, and polls.</summary>
    [Fact]
    public async Task StreamBeyondTheLimitIsToldToPoll()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        var tickets = new List<string>();
        using var crowd = shop.Visitor(Visitor.Program);
        for (int i = 0; i < 1_000; i++)
        {
            crowd.Cookies.Clear();
            await crowd.GetAsync("/shop/a");
            tickets.Add(crowd.Ticket!);
        }

        // Ten of each, which no limit of polls slows.
        var streams = new List<Wire>();
        try
        {
            foreach (var some in Enumerable.Repeat(tickets, 10).SelectMany(t => t).Chunk(250))
            {
                var opened = await Task.WhenAll(some.Select(ticket => StreamAsync(shop, ticket)));
                streams.AddRange(opened);
                await Task.WhenAll(opened.Select(async o => Assert.Equal(200, (await o.ReadHeadAsync()).Status)));
            }

            using var beyond = await StreamAsync(shop, tickets[0]);
            var answer = await beyond.ReadHeadAsync();
            Assert.Equal((503, "application/json"), (answer.Status, answer.Field("Content-Type")));
            Assert.NotNull(answer.Field("Retry-After"));
            Assert.Equal(1, await shop.RefusedAsync("too-many-streams"));
            Assert.Equal("waiting", (await crowd.MeAsync()).GetProperty("state").GetString());

            // One leaves, and there is room for one.
            streams[0].Dispose();
            await Eventually.IsTrue(async () =>
            {
                using var next = await StreamAsync(shop, tickets[1]);
                return (await next.ReadHeadAsync()).Status == 200;
            }, "a stream is free");
        }
        finally
        {
            streams.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task StopOfTheProgramEndsStreamsInOrder()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        using var stream = await StreamAsync(shop, visitor);
        await stream.ReadHeadAsync();
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, await shop.Naru.StopAsync(TimeSpan.FromSeconds(20)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"the stop took {clock.Elapsed}");
        await stream.ReadToEndAsync();
    }

    [Fact]
    public async Task PollFloodIsSlowedAndThenRefusedAndHurtsNobodyElse()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var flooder = shop.Visitor();
        await flooder.GetAsync("/shop/a");
        using var neighbour = shop.Visitor();
        await neighbour.GetAsync("/shop/b");

        using var flood = await Wire.ConnectAsync(shop.Web);
        await flood.SendAsync(string.Concat(Enumerable.Repeat(
            $"GET /.naru/rooms/shop/me HTTP/1.1\r\nHost: shop.test\r\nCookie: naru-ticket-shop={flooder.Ticket}\r\n\r\n", 30)));
        for (int i = 0; i < 15; i++)
            Assert.Equal(200, (await flood.ReadResponseAsync()).Status);
        await Eventually.IsTrue(async () => await shop.RefusedAsync("poll-slowed") > 0, "the flood is slowed");

        // Many connections at once do not get around: what does not fit is refused, with the time to wait.
        var wires = await Wires.ConnectAsync(shop.Web, 60);
        var answers = await Task.WhenAll(wires.Select(async wire =>
        {
            await wire.SendAsync($"GET /shop/x HTTP/1.1\r\nHost: shop.test\r\nAccept: application/json\r\nCookie: naru-ticket-shop={flooder.Ticket}\r\n\r\n");
            return await wire.ReadResponseAsync();
        }));
        Assert.Contains(answers, a => a.Status == 429 && a.Field("Retry-After") != null);
        Assert.All(answers, a => Assert.Contains(a.Status, new[] { 429, 503 }));
        Assert.True(await shop.RefusedAsync("poll-refused") > 0);

        var clock = Stopwatch.StartNew();
        Assert.Equal(200, (await neighbour.GetAsync("/.naru/rooms/shop/me")).Status);
        Assert.True(clock.ElapsedMilliseconds < 1_500, $"a neighbour waited for {clock.ElapsedMilliseconds} ms");
        foreach (var wire in wires)
            wire.Dispose();
    }

    private static Task<Wire> StreamAsync(Shop shop, Visitor visitor) => StreamAsync(shop, visitor.Ticket);

    private static async Task<Wire> StreamAsync(Shop shop, string? ticket)
    {
        var wire = await Wire.ConnectAsync(shop.Web);
        string cookie = ticket == null ? "" : $"Cookie: naru-ticket-shop={ticket}\r\n";
        await wire.SendAsync($"GET /.naru/rooms/shop/events HTTP/1.1\r\nHost: shop.test\r\nAccept: text/event-stream\r\n{cookie}\r\n");
        return wire;
    }
}
