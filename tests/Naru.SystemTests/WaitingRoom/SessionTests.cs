namespace Naru.SystemTests.WaitingRoom;

/// <summary>How long one stays inside.</summary>
public class SessionTests
{
    [Fact]
    public async Task SessionSlidesWithRequestsAndEndsWithoutThem()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 2s");
        using var guest = await shop.GuestAsync();
        var first = guest.Pass;
        using var next = shop.Visitor();
        Assert.Equal(503, (await next.GetAsync("/shop/a")).Status);

        // Twice as long as a session, with never a whole one between two requests.
        for (int i = 0; i < 8; i++)
        {
            await Task.Delay(500);
            Assert.Equal(200, (await guest.GetAsync("/shop/b")).Status);
            Assert.Equal(503, (await next.GetAsync("/shop/a", "Accept: application/json\r\n")).Status);
        }

        // After a quarter of the session the cookie was written anew.
        Assert.NotEqual(first, guest.Pass);
        await next.EnterAsync();
        Assert.Equal(200, (await next.GetAsync("/shop/c")).Status);
        Assert.Equal(503, (await guest.GetAsync("/shop/d")).Status);
        Assert.Null(guest.Pass);
        Assert.True(await shop.RefusedAsync("pass-expired") + await shop.RefusedAsync("pass-superseded") == 1);
    }

    [Fact]
    public async Task OriginEndsASessionEarly()
    {
        await using var origin = new Origin(async connection =>
        {
            while (await connection.NextRequestAsync() is { } request)
            {
                string release = request.Target == "/shop/bye" ? "Naru-Waiting-Room: release\r\n" : "Naru-Waiting-Room: stay\r\n";
                await connection.SendAsync($"HTTP/1.1 200 OK\r\n{release}Content-Length: 2\r\n\r\nok");
            }
        });
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h", origin: origin);
        using var guest = await shop.GuestAsync();
        using var next = shop.Visitor();
        Assert.Equal(503, (await next.GetAsync("/shop/a")).Status);
        var stay = await guest.GetAsync("/shop/b");
        Assert.Null(stay.Field("Naru-Waiting-Room"));
        Assert.NotNull(guest.Pass);
        var old = guest.Pass;

        var bye = await guest.GetAsync("/shop/bye");
        Assert.Equal((200, null), (bye.Status, bye.Field("Naru-Waiting-Room")));
        Assert.Null(guest.Pass);
        await next.EnterAsync();
        Assert.Equal(200, (await next.GetAsync("/shop/c")).Status);

        // Who kept the pass is no longer inside.
        guest.Cookies["naru-pass-shop"] = old!;
        Assert.Equal(503, (await guest.GetAsync("/shop/d")).Status);
        Assert.Equal(1, (await shop.RoomAsync()).Counts.Released);

        // Who waited for the place gives the ticket back with it: it is spent.
        Assert.NotNull(next.Ticket);
        Assert.Equal(200, (await next.GetAsync("/shop/bye")).Status);
        Assert.Equal((null, null), (next.Pass, next.Ticket));
    }

    [Fact]
    public async Task OpenTunnelHoldsItsPlace()
    {
        await using var origin = new Origin(async connection =>
        {
            while (await connection.NextRequestAsync() is { } request)
            {
                if (request.Field("Upgrade") == null)
                {
                    await connection.AnswerAsync("ok");
                    continue;
                }

                await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
                await connection.ReadToEndAsync();
                return;
            }
        });
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1s", origin: origin);
        using var socket = await Wire.ConnectAsync(shop.Web);
        await socket.SendAsync("GET /shop/chat HTTP/1.1\r\nHost: shop.test\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
        var opened = await socket.ReadHeadAsync();
        Assert.Equal(101, opened.Status);
        Assert.StartsWith("naru-pass-shop=", opened.Field("Set-Cookie"), StringComparison.Ordinal);

        using var next = shop.Visitor(Visitor.Program);
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(503, (await next.GetAsync("/shop/a")).Status);
            await next.ClaimAsync();
            Assert.Null(next.Pass);
            await Task.Delay(500);
        }

        socket.Dispose();
        await next.EnterAsync();
    }

    [Fact]
    public async Task LongRequestHoldsItsPlace()
    {
        var goOn = new TaskCompletionSource();
        await using var origin = new Origin(async connection =>
        {
            while (await connection.NextRequestAsync() is { } request)
            {
                if (request.Target == "/shop/slow")
                    await goOn.Task;
                await connection.AnswerAsync("ok");
            }
        });
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1s", origin: origin);
        using var guest = await shop.GuestAsync();
        var slow = guest.GetAsync("/shop/slow");
        using var next = shop.Visitor();
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(503, (await next.GetAsync("/shop/a", Visitor.Program)).Status);
            await next.ClaimAsync();
            await Task.Delay(500);
        }

        Assert.Null(next.Pass);
        goOn.SetResult();
        Assert.Equal(200, (await slow).Status);
        await next.EnterAsync();
    }

    [Fact]
    public async Task LostPassIsGivenAgainForTheTicket()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1s");
        using var guest = await shop.GuestAsync();
        using var visitor = shop.Visitor();
        await visitor.GetAsync("/shop/a");
        await visitor.EnterAsync();
        // The browser was closed: the pass is gone, the ticket is kept.
        visitor.Cookies.Remove("naru-pass-shop");
        Assert.Equal(200, (await visitor.GetAsync("/shop/b")).Status);
        Assert.NotNull(visitor.Pass);
        Assert.Equal(1, (await shop.RoomAsync()).Counts.Direct + (await shop.RoomAsync()).Counts.Joined - 1);

        // After the session the ticket is spent: no second turn for it.
        using var other = shop.Visitor();
        await Task.Delay(1500);
        await Eventually.IsTrue(async () => (await other.GetAsync("/shop/c")).Status == 200, "another one is inside");
        visitor.Cookies.Remove("naru-pass-shop");
        var again = Visitor.Json(await visitor.GetAsync("/shop/d", Visitor.Program));
        Assert.Contains(again.GetProperty("state").GetString(), new[] { "waiting", "called" });
        Assert.True(await shop.RefusedAsync("ticket-unknown") >= 1);
    }
}
