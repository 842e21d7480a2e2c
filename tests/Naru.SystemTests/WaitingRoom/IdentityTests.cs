using Naru.Engine.Telemetry;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>One login, one place: in line and inside.</summary>
public class IdentityTests
{
    private const string Full = "admit: 1000/s, active: 1, session: 1h, identity: 'cookie:session'";
    private const string Empty = "admit: 1000/s, active: 10, session: 1h, identity: 'cookie:session'";

    [Theory]
    [InlineData("header:x-user", "X-User: ann\r\n", "X-User: bob\r\n")]
    [InlineData("cookie:user", "Cookie: a=b; user=ann\r\n", "Cookie: a=b; user=bob\r\n")]
    public async Task OneLoginHasOnePlaceWhateverItsDevices(string identity, string ann, string bob)
    {
        string room = $"admit: 1000/s, active: 1, session: 1h, identity: '{identity}'";
        await using var shop = await Shop.OpenAsync(room, "trustedProxies: [127.0.0.1]");
        using var guest = await shop.GuestAsync();
        using var laptop = shop.Visitor(Visitor.Program + ann);
        using var phone = shop.Visitor(Visitor.Program + ann);
        using var other = shop.Visitor(Visitor.Program + bob);
        long first = Visitor.Json(await laptop.GetAsync("/shop/a")).GetProperty("number").GetInt64();
        long second = Visitor.Json(await other.GetAsync("/shop/a")).GetProperty("number").GetInt64();
        Assert.True(second > first);
        Assert.Equal(first, Visitor.Json(await phone.GetAsync("/shop/b")).GetProperty("number").GetInt64());
        Assert.NotNull(phone.Ticket);
        using var watch = shop.Visitor(ann);
        Assert.Equal((first, first), (await NumberAsync(phone), await NumberAsync(watch)));

        // A reload that leaves the key forgets nobody.
        await shop.ReloadAsync(room + ", bypass: [{ path: /shop/x }]", "trustedProxies: [127.0.0.1]");
        laptop.Cookies.Clear();
        Assert.Equal(first, Visitor.Json(await laptop.GetAsync("/shop/c")).GetProperty("number").GetInt64());
        Assert.Equal(2, (await shop.RoomAsync()).Counts.Joined);

        await shop.Naru.ControlRoomAsync("shop", RoomAction.Active, """{"active":2}""");
        await phone.EnterAsync();
        // All devices of one login are one visitor inside, also one that comes only now.
        await laptop.EnterAsync();
        using var tablet = shop.Visitor(ann);
        Assert.Equal((200, 200, 200), ((await phone.GetAsync("/shop/d")).Status, (await laptop.GetAsync("/shop/e")).Status, (await tablet.GetAsync("/shop/f")).Status));
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).Active == 2, "two are inside, the login and the guest");
        Assert.NotEqual("admitted", (await other.MeAsync()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task LoginThatEnteredWithoutWaitingIsInsideOnceWhateverItsDevices()
    {
        await using var shop = await Shop.OpenAsync(Empty);
        using var phone = Device(shop, "ann");
        using var laptop = Device(shop, "ann");
        using var program = Device(shop, "ann");
        using var stranger = Device(shop, "bob");
        await Eventually.IsTrue(async () => (await phone.GetAsync("/shop/in")).Status == 200, "the login is inside");

        Assert.Equal(200, (await laptop.GetAsync("/shop/in")).Status);
        Assert.Equal((200, "admitted"), await program.ClaimAsync() is var (status, view) ? (status, view.GetProperty("state").GetString()) : default);
        Assert.Equal((200, 200), ((await laptop.GetAsync("/shop/b")).Status, (await program.GetAsync("/shop/c")).Status));
        Assert.Equal(200, (await stranger.GetAsync("/shop/in")).Status);
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).Active == 2, "the two logins are inside");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.Equal((2, 2), ((await shop.RoomAsync()).Active, (await shop.RoomAsync()).Counts.Direct));
    }

    [Fact]
    public async Task PlaceFromBeforeTheLoginIsTheLoginsUnlessItHasOne()
    {
        await using var shop = await Shop.OpenAsync(Full);
        using var guest = await shop.GuestAsync();
        using var phone = shop.Visitor();
        using var laptop = shop.Visitor();
        await phone.GetAsync("/shop/in");
        await laptop.GetAsync("/shop/in");
        Assert.Equal((1, 2), (await NumberAsync(phone), await NumberAsync(laptop)));

        phone.Cookies["session"] = laptop.Cookies["session"] = "ann";
        Assert.Equal(1, await NumberAsync(phone));
        Assert.Equal(1, await NumberAsync(laptop));
        laptop.Cookies.Remove("session");
        Assert.Equal(1, await NumberAsync(laptop));
    }

    [Fact]
    public async Task RevocationForgetsWhatLoginsHad()
    {
        await using var shop = await Shop.OpenAsync(Full);
        using var guest = await shop.GuestAsync();
        using var phone = Device(shop, "ann");
        await phone.GetAsync("/shop/in");
        using var laptop = Device(shop, "ann");
        await laptop.GetAsync("/shop/in");
        Assert.Equal((1, 1), (await NumberAsync(phone), await NumberAsync(laptop)));

        await shop.Naru.ControlRoomAsync("shop", RoomAction.Pause);
        await shop.Naru.ControlRoomAsync("shop", RoomAction.Revoke);
        using var watch = Device(shop, "ann");
        await Eventually.IsTrue(async () => (await watch.GetAsync("/shop/in")).Status == 503 && watch.Ticket != null, "a place in the new line");
        Assert.True(await NumberAsync(watch) > 1);
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData("trustedProxies: [127.0.0.1]", 1)]
    public async Task FieldIsBelievedFromATrustedProxyAlone(string listener, int places)
    {
        await using var shop = await Shop.OpenAsync(Full.Replace("'cookie:session'", "'header:x-user'", StringComparison.Ordinal), listener);
        using var guest = await shop.GuestAsync();
        using var phone = shop.Visitor("x-user: ann\r\n");
        using var laptop = shop.Visitor("x-user: ann\r\n");
        await phone.GetAsync("/shop/in");
        await laptop.GetAsync("/shop/in");

        Assert.Equal((1, places), (await NumberAsync(phone), await NumberAsync(laptop)));
    }

    /// <summary>One of two fields may be what the client wrote: it takes nobody's place.</summary>
    [Fact]
    public async Task TwoFieldsNameNobody()
    {
        await using var shop = await Shop.OpenAsync(Full.Replace("'cookie:session'", "'header:x-user'", StringComparison.Ordinal), "trustedProxies: [127.0.0.1]");
        using var guest = await shop.GuestAsync();
        using var ann = shop.Visitor("x-user: ann\r\n");
        await ann.GetAsync("/shop/in");
        foreach (var fields in new[] { "x-user: ann\r\nX-User: mallory\r\n", "X-User: mallory\r\nx-user: ann\r\n" })
        {
            using var mallory = shop.Visitor(fields);
            await mallory.GetAsync("/shop/in");
            Assert.True(await NumberAsync(mallory) > 1);
        }

        Assert.Equal(1, await NumberAsync(ann));
    }

    private static Visitor Device(Shop shop, string login)
    {
        var device = shop.Visitor();
        device.Cookies["session"] = login;
        return device;
    }

    private static async Task<long> NumberAsync(Visitor visitor) => (await visitor.MeAsync()).GetProperty("number").GetInt64();
}
