namespace Naru.SystemTests.WaitingRoom;

/// <summary>Cookies that are forged, cut, swapped, stale or replayed: a new place at the tail, never the pool, never a 500.</summary>
public class ProofTests
{
    private const string OnePlace = "admit: 1000/s, active: 1, session: 1h";

    [Fact]
    public async Task BadPassesLeadToThePageAndAreCountedByReason()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var waiting = shop.Visitor();
        await waiting.GetAsync("/shop/a");
        int let = shop.Origin.Requests.Count;
        var good = guest.Pass!;
        var before = (await shop.RoomAsync()).Counts.Refused;

        foreach (var (value, reason) in new[]
        {
            ("", "pass-malformed"),
            ("1", "pass-malformed"),
            (good[..^1], "pass-malformed"),
            (good + "A", "pass-malformed"),
            ("2" + good[1..], "pass-malformed"),
            (good[..40] + "%" + good[41..], "pass-malformed"),
            (new string('A', good.Length), "pass-malformed"),
            (new string('x', 4000), "pass-malformed"),
            ("1AAAA" + good[5..], "pass-unknown-key"),
            (Changed(good, good.Length - 1), "pass-bad-mac"),
            (Changed(good, 20), "pass-bad-mac"),
            (Changed(good, 12), "pass-bad-mac"),
            (waiting.Ticket!, "pass-malformed"),
        })
        {
            using var visitor = shop.Visitor(Visitor.Browser);
            visitor.Cookies["naru-pass-shop"] = value;
            long count = await shop.RefusedAsync(reason);
            var answer = await visitor.GetAsync("/shop/x");
            Assert.True(answer.Status == 503, $"{value}: {answer.StartLine}");
            Assert.Equal(count + 1, await shop.RefusedAsync(reason));
            // The bad one is taken away, and a place is given.
            Assert.NotNull(visitor.Ticket);
            Assert.Null(visitor.Pass);
        }

        Assert.Equal(let, shop.Origin.Requests.Count);
        Assert.Equal(0, await shop.Naru.EndsAsync("internal-error"));
        Assert.Empty(before);
    }

    [Fact]
    public async Task BadTicketsGetANewPlaceAtTheTail()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var first = shop.Visitor(Visitor.Program);
        long last = Visitor.Json(await first.GetAsync("/shop/a")).GetProperty("number").GetInt64();
        int let = shop.Origin.Requests.Count;
        var good = first.Ticket!;

        foreach (var (value, reason) in new[]
        {
            ("", "ticket-malformed"),
            (good[..^4], "ticket-malformed"),
            (good + "AAAA", "ticket-malformed"),
            ("1AAAA" + good[5..], "ticket-unknown-key"),
            (Changed(good, good.Length - 1), "ticket-bad-mac"),
            (Changed(good, 15), "ticket-bad-mac"),
            (guest.Pass!, "ticket-malformed"),
        })
        {
            using var visitor = shop.Visitor(Visitor.Program);
            visitor.Cookies["naru-ticket-shop"] = value;
            Assert.Equal("unknown", (await visitor.MeAsync()).GetProperty("state").GetString());
            long count = await shop.RefusedAsync(reason);
            var answer = await visitor.GetAsync("/shop/x");
            long number = Visitor.Json(answer).GetProperty("number").GetInt64();
            Assert.True(answer.Status == 503 && number > last, $"{value}: {answer.StartLine}, number {number} after {last}");
            Assert.Equal(count + 1, await shop.RefusedAsync(reason));
            last = number;
        }

        Assert.Equal(let, shop.Origin.Requests.Count);
    }

    [Fact]
    public async Task ProofsOfAnotherRoomHostOrKeyAreWorthNothing()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        await using var other = await Shop.OpenAsync("admit: 1000/s, active: 9, session: 1h");
        using var guest = await shop.GuestAsync();
        using var stranger = await other.GuestAsync();
        int let = shop.Origin.Requests.Count;

        // Made with another secret.
        using var visitor = shop.Visitor();
        visitor.Cookies["naru-pass-shop"] = stranger.Pass!;
        Assert.Equal(503, (await visitor.GetAsync("/shop/x")).Status);
        Assert.True(await shop.RefusedAsync("pass-unknown-key") + await shop.RefusedAsync("pass-bad-mac") == 1);

        // Made for another host.
        using var moved = new Visitor(shop.Web, "shop2.test");
        moved.Cookies["naru-pass-shop"] = guest.Pass!;
        Assert.Equal(503, (await moved.GetAsync("/shop/x")).Status);
        Assert.Equal(let, shop.Origin.Requests.Count);
    }

    [Fact]
    public async Task AForeignCookieInFrontDoesNotShutTheGoodOneOut()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        // A neighbour under the same domain sets one of the same name for a longer path: browsers send it first.
        var answer = await new Visitor(shop.Web).GetAsync("/shop/x", $"Cookie: naru-pass-shop=1bad; naru-pass-shop={guest.Pass}\r\n");
        Assert.Equal(200, answer.Status);
        answer = await new Visitor(shop.Web).GetAsync("/shop/x", $"Cookie: naru-pass-shop=1bad\r\nCookie: a=b; naru-pass-shop={guest.Pass}\r\n");
        Assert.Equal(200, answer.Status);
        // But nobody makes Naru check hundreds.
        var many = string.Concat(Enumerable.Repeat("naru-pass-shop=1bad; ", 500));
        answer = await new Visitor(shop.Web).GetAsync("/shop/x", $"Cookie: {many}naru-pass-shop={guest.Pass}\r\n");
        Assert.Equal(503, answer.Status);
        Assert.True(await shop.RefusedAsync("pass-malformed") < 10);
    }

    [Fact]
    public async Task WhoDeletesTheTicketGoesToTheTail()
    {
        await using var shop = await Shop.OpenAsync(OnePlace);
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor(Visitor.Program);
        long before = Visitor.Json(await visitor.GetAsync("/shop/a")).GetProperty("number").GetInt64();
        visitor.Cookies.Clear();
        Assert.True(Visitor.Json(await visitor.GetAsync("/shop/a")).GetProperty("number").GetInt64() > before);
    }

    private static string Changed(string value, int index) =>
        value[..index] + (value[index] == 'A' ? 'B' : 'A') + value[(index + 1)..];
}
