using System.Net;
using Naru.SystemTests.WaitingRoom;

namespace Naru.SystemTests.Store.Redis;

/// <summary>What <c>naru.yaml</c> says of a Redis, and of its loss, reaches the real server and the visitors.</summary>
public sealed class StoreOptionsTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Fact]
    public async Task StoreIsReachedByTlsUserPasswordAndPrefixOfTheFile()
    {
        var authority = Certificates.Authority(_folder, "ca");
        Certificates.Signed(_folder, "server", authority);
        int port = Ports.Take();
        await using var redis = await RedisServer.StartAsync(
            $"tls-port {port}", $"tls-cert-file {_folder.File("server.pem")}", $"tls-key-file {_folder.File("server.key")}",
            $"tls-ca-cert-file {_folder.File("ca.pem")}", "tls-auth-clients no", "requirepass nobody-knows-it", "user ferry on >secret ~* &* +@all");
        string password = _folder.Write("password", "secret\n");
        string key = _folder.Write("room.key", "the key of the shop, at least 32 bytes");
        string store = $"store: {{ redis: {{ endpoints: ['localhost:{port}'], username: ferry, passwordFile: {password}, tls: true, caFile: {_folder.File("ca.pem")}, prefix: ours }} }}";
        await using var shop = await Shop.OpenAsync($"admit: 1000/s, active: 1, session: 1h, keyFile: {key}", store: store);
        using var guest = await shop.Visitor().AsGuestAsync();
        Assert.Equal("", (await shop.RoomAsync()).Store);
        var keys = await redis.AskAsync("--user", "ferry", "--pass", "secret", "--no-auth-warning", "KEYS", "*");
        Assert.Contains("{ours:room:shop}", keys, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", shop.Naru.Process.Output, StringComparison.Ordinal);

        // The same without the password: the room says why it gives nothing out, and not what it tried.
        _folder.Write("password", "wrong-one\n");
        await shop.Naru.RestartAsync();
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).Store.Contains("WRONGPASS", StringComparison.Ordinal), "the reason is told");
        Assert.DoesNotContain("wrong-one", shop.Naru.Process.Output, StringComparison.Ordinal);
    }

    /// <summary>The member that the file names has only a third of the slots: of three rooms at least one lies elsewhere.</summary>
    [Fact]
    public async Task OneMemberOfAClusterIsEnoughInTheFile()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var origin = Origin.Answering(request => request.Target);
        var web = Ports.TakeAddress();
        string[] names = ["one", "two", "three"];
        string key = _folder.Write("room.key", "the key of the rooms, at least 32 bytes");
        await using var naru = await NaruProcess.StartAsync($$"""
            store: { redis: { endpoints: ["127.0.0.1:{{cluster.Members[0].Port}}"] } }
            listeners:
              - bind: {{web}}
                routes: [{{string.Join(", ", names.Select(n => $"{{ match: {{ path: /{n}/* }}, waitingRoom: {n}, pool: web }}"))}}]
            pools: { web: { servers: [{{origin.Address}}] } }
            waitingRooms: { {{string.Join(", ", names.Select(n => $"{n}: {{ admit: 1000/s, active: 1, session: 1h, keyFile: {key} }}"))}} }
            """);
        foreach (string name in names)
        {
            using var guest = new Visitor(web);
            await Eventually.IsTrue(async () => (await guest.GetAsync($"/{name}/guest")).Status == 200 && guest.Cookies.ContainsKey($"naru-pass-{name}"), $"a guest of {name} is inside");
        }

        var keys = await Task.WhenAll(cluster.Members.Select(m => m.AskAsync("KEYS", "*")));
        Assert.All(names, name => Assert.Single(keys, k => k.Contains($"{{naru:room:{name}}}", StringComparison.Ordinal)));
        Assert.True(keys.Count(k => k.Length > 0) > 1, "the rooms lie on one member: other names are needed");
    }

    [Fact]
    public async Task LocalRateLetsInWhoWaitsWhileTheStoreIsLost()
    {
        await using var redis = await RedisServer.StartAsync();
        string key = _folder.Write("room.key", "the key of the shop, at least 32 bytes");
        await using var shop = await Shop.OpenAsync(
            $"admit: 1000/s, active: 1, session: 1h, keyFile: {key}, localRate: 5/s", store: $$"""store: { redis: { endpoints: ["127.0.0.1:{{redis.Port}}"] } }""");
        using var guest = await shop.Visitor().AsGuestAsync();
        using var waiting = shop.Visitor();
        Assert.Equal(503, (await waiting.GetAsync("/shop/a", Visitor.Program)).Status);
        Assert.NotNull(waiting.Ticket);
        await Eventually.IsTrue(async () => (await shop.RoomAsync()).Waiting == 1, "the store has heard of the visitor");

        // The room is full: only the loss of the store lets anybody in beyond it.
        await redis.KillAsync();
        await waiting.EnterAsync();
        Assert.Equal(200, (await waiting.GetAsync("/shop/b")).Status);
        Assert.Equal(200, (await guest.GetAsync("/shop/c")).Status);
    }

    [Fact]
    public async Task RoomsGoThroughOrCloseOrHoldAsTheFileSaysWhileTheStoreIsLost()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var origin = Origin.Answering(request => request.Target);
        var web = Ports.TakeAddress();
        string room = $"admit: 1000/s, active: 100, session: 1h, keyFile: {_folder.Write("room.key", "the key of the rooms, at least 32 bytes")}";
        await using var naru = await NaruProcess.StartAsync($$"""
            store: { redis: { endpoints: ["127.0.0.1:{{redis.Port}}"] } }
            listeners:
              - bind: {{web}}
                routes:
                  - { match: { path: /open/* }, waitingRoom: open, pool: web }
                  - { match: { path: /closed/* }, waitingRoom: closed, pool: web }
                  - { match: { path: /hold/* }, waitingRoom: hold, pool: web }
            pools: { web: { servers: [{{origin.Address}}] } }
            waitingRooms:
              open: { {{room}}, onStoreLoss: open }
              closed: { {{room}}, onStoreLoss: closed }
              hold: { {{room}} }
            """);
        string[] names = ["open", "closed", "hold"];
        var guests = new List<Visitor>();
        foreach (string name in names)
        {
            var guest = new Visitor(web);
            await Eventually.IsTrue(async () => (await guest.GetAsync($"/{name}/guest")).Status == 200 && guest.Cookies.ContainsKey($"naru-pass-{name}"), "a guest is inside");
            guests.Add(guest);
        }

        await redis.KillAsync();
        foreach (var (name, meanwhile) in new[] { ("open", "go through (onStoreLoss: open)"), ("closed", "are turned away (onStoreLoss: closed)"), ("hold", "wait (onStoreLoss: hold)") })
            await Eventually.IsTrue(
                () => naru.Process.Output.Contains($"waiting room {name}: the store does not answer. Who is inside goes on; new visitors {meanwhile}.", StringComparison.Ordinal), $"the loss is told of {name}");
        for (int i = 0; i < names.Length; i++)
            Assert.Equal(200, (await guests[i].GetAsync($"/{names[i]}/still")).Status);

        using var through = new Visitor(web);
        Assert.Equal(200, (await through.GetAsync("/open/a", Visitor.Program)).Status);
        Assert.Empty(through.Cookies);
        using var away = new Visitor(web);
        Assert.Equal(("closed", 503), await away.GetAsync("/closed/a", Visitor.Program) is var closed ? (Visitor.Json(closed).GetProperty("state").GetString(), closed.Status) : default);
        using var held = new Visitor(web);
        Assert.Equal(("unknown", 503), await held.GetAsync("/hold/a", Visitor.Program) is var hold ? (Visitor.Json(hold).GetProperty("state").GetString(), hold.Status) : default);
        Assert.Contains("data-state=\"held\"", (await held.GetAsync("/hold/a", Visitor.Browser)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(origin.Requests, r => r.Target is "/closed/a" or "/hold/a");

        await redis.RestartAsync();
        await Eventually.IsTrue(async () => (await away.GetAsync("/closed/b")).Status == 200 && (await held.GetAsync("/hold/b")).Status == 200, "everybody is let in again");
        await Eventually.IsTrue(async () =>
        {
            through.Cookies.Clear();
            return (await through.GetAsync("/open/b")).Status == 200 && through.Cookies.ContainsKey("naru-pass-open");
        }, "and counted again");
        guests.ForEach(g => g.Dispose());
    }

    public void Dispose() => _folder.Dispose();
}
