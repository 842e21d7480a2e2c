using System.Net;

namespace Naru.SystemTests.WaitingRoom;

/// <summary>Other spellings of the path, the host or the request line: none leads around the room to its server.</summary>
public class SpellingTests
{
    private static readonly string[] Targets =
    [
        "/shop/x", "/shop", "/shop/", "//shop/x", "/shop//x", "/./shop/x", "/free/../shop/x", "/free/%2e%2e/shop/x", "/free/%2E%2E/shop/x",
        "/free/.%2e/shop/x", "/%73hop/x", "/%73%68%6f%70/x", "/s%68op/x", "/shop/x?y", "/shop/x?", "/shop?/free/", "/free/../shop?x",
        "/shop;/x", "/shop;a=b/x", "/shop%3B/x", "/free;/../shop/x", "/free/..;/shop/x", "/shop%2fx", "/shop%2Fx", "/free%2f..%2fshop/x",
        "/free/..%2fshop/x", "/shop\\x", "/shop%5cx", "/free/..%5cshop/x", "/SHOP/x", "/Shop/x", "/shop./x", "/shop%20/x", "/shop%00/x",
        "/shop%09/x", "/%2fshop/x", "/.%2fshop/x", "/shop/../shop/x", "/x/../shop/x", "/x/../../shop/x", "/%252e/shop/x", "/shop%23/x", "/shop#/x",
        "/%2e/shop/x", "/shop/%2e/x", "/shop/x.", "/shop/x..", "/shop/...", "/shop.../x", "/.../shop/x", "/shop/.", "/shop/..", "/shop;", "/;/shop/x", "/shop/;/x",
        "http://shop.test/shop/x", "HTTP://shop.test/shop/x", "http://SHOP.TEST/shop/x", "http://shop.test./shop/x", "http://shop.test:80/shop/x",
        "http://other.test/shop/x", "http://shop.test//shop/x", "http://shop.test/free/../shop/x", "http://user@shop.test/shop/x", "shop/x", "*",
        "http://shop.test/%2e/shop/x", "http://shop.test/./shop/x", "http://shop.test/SHOP/x", "https://shop.test/shop/x", "http:///shop/x", "//shop.test/shop/x",
    ];

    private static readonly string[] Hosts =
    [
        "Host: shop.test", "Host: SHOP.TEST", "Host: shop.test.", "Host: shop.test:8080", "Host: other.test", "Host: shop.test\r\nHost: other.test",
        "Host: shop.test\r\nX-Forwarded-Host: other.test", "Host:", "Host: shop.test/free", "X-Original-URL: /free/x\r\nHost: shop.test",
        "X-Rewrite-URL: /free/x\r\nHost: shop.test",
    ];

    [Fact]
    public async Task NoSpellingLeadsAroundTheRoom()
    {
        await using var shop = await Shop.OpenAsync("admit: 1000/s, active: 1, session: 1h");
        using var guest = await shop.GuestAsync();
        int let = shop.Origin.Requests.Count;

        foreach (var target in Targets)
            await AskAsync(shop.Web, target, "Host: shop.test");
        foreach (var host in Hosts)
        {
            await AskAsync(shop.Web, "/shop/x", host);
            await AskAsync(shop.Web, "/free/../shop/x", host);
        }

        foreach (var method in new[] { "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "FOO", "get" })
            await AskAsync(shop.Web, "/shop/x", "Host: shop.test", method);

        // What did get to the server is not the shop, however the server may read it.
        foreach (var request in shop.Origin.Requests.Skip(let))
            Assert.StartsWith("/free/", Uri.UnescapeDataString(request.Target), StringComparison.Ordinal);
        Assert.Equal(0, await shop.Naru.EndsAsync("internal-error"));
    }

    /// <summary>The same servers have all that is outside of the room, so what they read differently from Naru would go around it.</summary>
    [Fact]
    public async Task NoSpellingLeadsAroundTheRoomWhereItsServersHaveTheRestToo()
    {
        await using var origin = Origin.Answering(r => r.Target);
        var web = Ports.TakeAddress();
        await using var naru = await StartAsync(web, origin, "[{ match: { path: /shop/* }, waitingRoom: shop, pool: web }, { pool: web }]", "mode: reject");
        foreach (var target in Targets)
            await AskAsync(web, target, "Host: shop.test");
        await AskAsync(web, "/other/shop%2Fx;v=1", "Host: shop.test");

        Assert.Contains(origin.Requests, r => r.Target == "/other/shop%2Fx;v=1");
        foreach (var request in origin.Requests)
        {
            var decoded = Uri.UnescapeDataString(request.Target.Split('?')[0]).Replace('\\', '/');
            var cut = string.Join('/', decoded.Split('/').Select(segment => segment.Split(';')[0]));
            foreach (var reading in new[] { request.Target, decoded, cut })
                Assert.NotEqual("shop", reading.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()?.Split('?')[0]);
        }

        Assert.Equal(0, await naru.EndsAsync("internal-error"));
    }

    /// <summary>The room stands before one host, and what is no host of a route goes to the same server without a room.</summary>
    [Fact]
    public async Task NoSpellingOfTheHostLeadsAroundTheRoom()
    {
        await using var origin = Origin.Answering(r => r.Target);
        var web = Ports.TakeAddress();
        await using var naru = await StartAsync(web, origin, "[{ match: { host: shop.test }, waitingRoom: shop, pool: web }, { pool: web }]", "mode: reject");
        foreach (var (target, host) in new[]
        {
            ("/x", "Host: shop.test"), ("/x", "Host: SHOP.TEST"), ("/x", "Host: Shop.Test"), ("/x", "Host: shop.test."), ("/x", "Host: SHOP.TEST."),
            ("/x", "Host: shop.test:80"), ("/x", "Host: shop.test.:8080"), ("/x", "Host: shop.test:"), ("/x", "Host:   shop.test  "), ("/x", "hOST: shop.test"),
            ("http://shop.test/x", "Host: other.test"), ("http://SHOP.TEST./x", "Host: other.test"), ("http://shop.test:81/x", "Host: other.test"),
            ("HTTP://Shop.Test.:81/x", "Host: other.test"), ("/x", "Host: shop.test\r\nX-Forwarded-Host: other.test"),
            ("/x", "Host: shop.test\r\nForwarded: host=other.test"),
        })
        {
            using var wire = await Wire.ConnectAsync(web);
            await wire.SendAsync($"GET {target} HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n");
            var answer = await wire.ReadResponseAsync();
            Assert.True(answer.Status is 503 or 400, $"{target} with {host}: {answer.StartLine}");
        }

        foreach (var (target, host) in new[]
        {
            ("/x", "Host: shop.test.."), ("/x", "Host: .shop.test"), ("/x", "Host: shop%2etest"), ("/x", "Host: %73hop.test"), ("/x", "Host: shop.test/"),
            ("/x", "Host: user@shop.test"), ("/x", "Host: shop.test\\x"), ("/x", "Host: shop.test, other.test"), ("/x", "Host: shop.test:80:80"), ("/x", "Host: shop.test:x"),
            ("/x", "Host: other.test\r\nHost: shop.test"), ("/x", "Host: shop .test"), ("/x", "Host: shop.test\t.x"), ("/x", "Host: \uff53hop.test"), ("/x", ""),
        })
            await AskAsync(web, target, host);

        // A server that is asked for another host does not answer with the shop; one asked for this host is behind the room.
        foreach (var request in origin.Requests)
            Assert.NotEqual("shop.test", (request.Field("Host") ?? "").Trim('.', ' ', '\t').Split(':')[0].TrimEnd('.').ToLowerInvariant());
        Assert.Equal(0, await naru.EndsAsync("internal-error"));
    }

    [Fact]
    public async Task WildcardHostsAreEachTheirOwn()
    {
        await using var origin = Origin.Answering(r => r.Target);
        var web = Ports.TakeAddress();
        await using var naru = await StartAsync(
            web, origin, """[{ match: { host: "*.shop.test" }, waitingRoom: shop, pool: web }]""", "admit: 1000/s, active: 100, session: 1h");
        using var a = new Visitor(web, "a.shop.test");
        Assert.Equal(200, (await a.GetAsync("/")).Status);
        Assert.Equal(200, (await a.GetAsync("/.naru/rooms/shop/me")).Status);

        // A pass of one host is none on another.
        using var b = new Visitor(web, "b.shop.test");
        b.Cookies["naru-pass-shop"] = a.Pass!;
        Assert.Equal(200, (await b.GetAsync("/")).Status);
        Assert.NotEqual(a.Pass, b.Pass);
        Assert.Equal(1, (await naru.StatusAsync()).Rooms.Single().Counts.Refused["pass-bad-mac"]);

        // Where no route has the room, nobody speaks of it.
        using var other = new Visitor(web, "elsewhere.test");
        Assert.Equal(404, (await other.GetAsync("/.naru/rooms/shop/me")).Status);
    }

    private static Task<NaruProcess> StartAsync(IPEndPoint web, Origin origin, string routes, string room) => NaruProcess.StartAsync($$"""
        listeners:
          - bind: {{web}}
            routes: {{routes}}
        pools:
          web: { servers: [{{origin.Address}}] }
        waitingRooms:
          shop: { {{room}} }
        """);

    private static async Task AskAsync(IPEndPoint web, string target, string host, string method = "GET")
    {
        using var wire = await Wire.ConnectAsync(web);
        await wire.SendAsync($"{method} {target} HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n");
        var answer = await wire.ReadResponseAsync(method);
        Assert.True(answer.Status is 200 or 400 or 404 or 405 or 501 or 503, $"{method} {target} with {host}: {answer.StartLine}");
    }
}
