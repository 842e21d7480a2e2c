using System.Net;
using Naru.Core.Config;
using Naru.Core.WaitingRoom;

namespace Naru.Tests.Config;

/// <summary>What <c>waitingRooms</c> and <c>store</c> become, and what is told of rooms that cannot be.</summary>
public class WaitingRoomTests
{
    private static readonly FakeSources Sources = new FakeSources()
        .Secret("/etc/naru/room.key", new string('k', 32))
        .Secret("/etc/naru/old.key", new string('o', 32))
        .Secret("/etc/naru/short.key", "short")
        .Secret("/etc/naru/probe.secret", "0123456789abcdef\n")
        .Secret("/etc/naru/redis.password", " hunter2\n")
        .Secret("/etc/naru/empty.password", "\n")
        .File("/etc/naru/page.html", "<title>{{title}}</title>")
        .File("/etc/naru/messages.json", """{ "en": {} }""")
        .File("/etc/naru/wrong.html", "<p>\n{{aheads}} <b onclick='x()'>")
        .File("/etc/naru/wrong.json", "{\n \"ko\": { \"waiting.headnig\": \"x\" } }")
        .File("/etc/naru/large.html", new string('x', ConfigLimits.PageBytesMax + 1))
        .File("/etc/naru/ca.pem", "-----BEGIN CERTIFICATE-----\n")
        .File("/etc/naru/no.pem", "certificate");

    [Fact]
    public void SmallestRoomHasTheDefaultsOfTheModel() => Assert.Equivalent(
        new WaitingRoomOptions { Name = "concert", AdmitPerSecond = 100, Active = 1000 },
        Room(""), strict: true);

    [Fact]
    public void RoomIsReadWhole()
    {
        var room = ConfigText.Valid(File("""
            admit: 30/m
            active: 20000
            session: 10m
            mode: random
            opens: 2026-12-01T20:00:00+09:00
            prequeue: 15m
            grace: 5m
            paused: true
            bypass:
              - path: /booking/health
              - source: [10.0.0.0/8, "::1"]
              - header: { name: X-Probe, secretFile: probe.secret }
              - header: { name: x-test, value: "${PROBE}" }
            priority:
              - { name: members, header: { name: x-member, secretFile: probe.secret }, share: 20% }
              - { name: press, source: 192.0.2.0/24, share: 0.5% }
            identity: header:X-User
            joins: { perAddress: 10/m, perPrefix: 100/m }
            proofOfWork: true
            page: page.html
            messages: messages.json
            keyFile: room.key
            previousKeyFile: old.key
            onStoreLoss: hold
            localRate: 50/s
            """), Sources.Variable("PROBE", "fedcba9876543210")).WaitingRooms.Single();
        Assert.Equal(("concert", 0.5, false, 20_000, RoomMode.Random), (room.Name, room.AdmitPerSecond, room.AdmitAuto, room.Active, room.Mode));
        Assert.Equal((10, 15, 5), (room.Session.TotalMinutes, room.Prequeue.TotalMinutes, room.Grace.TotalMinutes));
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 11, 0, 0, TimeSpan.Zero), room.Opens!.Value.ToUniversalTime());
        Assert.True(room.Paused && room.ProofOfWork);
        Assert.Equal(["/booking/health"], room.Bypass.Paths);
        Assert.True(room.Bypass.Sources.Contains(IPAddress.IPv6Loopback) && room.Bypass.Sources.Contains(IPAddress.Parse("10.1.2.3")));
        Assert.Equal(["x-probe", "x-test"], room.Bypass.Headers.Select(h => h.Name));
        Assert.Equal("fedcba9876543210"u8, room.Bypass.Headers[1].Value);
        Assert.Equal([("members", 0.2), ("press", 0.005)], room.Priority.Select(c => (c.Name, c.Share)));
        Assert.True(room.Priority[1].Match.Sources.Contains(IPAddress.Parse("192.0.2.7")));
        Assert.Equal(new RoomIdentityOptions(IsCookie: false, "x-user"), room.Identity);
        Assert.Equal((10.0 / 60, 100.0 / 60), (room.Joins.PerAddressPerSecond, room.Joins.PerPrefixPerSecond));
        Assert.Equal(new TextFile("/etc/naru/page.html", "<title>{{title}}</title>"), room.Page);
        Assert.Equal("/etc/naru/messages.json", room.Messages!.Path);
        Assert.Equal((32, (byte)'o'), (room.Key!.Length, room.PreviousKey![0]));
        Assert.Equal((StoreLossMode.Hold, 50), (room.OnStoreLoss, room.LocalRatePerSecond));
    }

    [Theory]
    [InlineData("admit: auto\nactive: 10", 0, true)]
    [InlineData("admit: 0/s\nactive: 10\npaused: true", 0, false)]
    [InlineData("admit: 1000000/s\nactive: 10", 1_000_000, false)]
    [InlineData("mode: passthrough", 0, false)]
    [InlineData("mode: reject", 0, false)]
    public void AdmissionIsARateOrMeasured(string lines, double perSecond, bool isAuto)
    {
        var room = ConfigText.Valid(File(lines), Sources).WaitingRooms.Single();
        Assert.Equal((perSecond, isAuto), (room.AdmitPerSecond, room.AdmitAuto));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("opens: 2026-12-01T20:00:00Z", 30)]
    [InlineData("opens: 2026-12-01T20:00:00Z\nprequeue: 0", 0)]
    [InlineData("opens: 2026-12-01T20:00:00.5-03:30\nprequeue: 1h", 60)]
    public void OpeningHasAPrequeueUnlessTold(string lines, int minutes) => Assert.Equal(minutes, Room(lines).Prequeue.TotalMinutes);

    [Theory]
    [InlineData("active: 10", "admit: is missing: a line needs the rate at which it moves. Give a rate such as 100/s, or auto.")]
    [InlineData("admit: 1/s", "active: is missing: a room needs to know how many it holds. Give the number of visitors that the servers carry at one time.")]
    [InlineData("admit: 0/s\nactive: 10", "admit: 0/s lets nobody in. Give a rate above 0/s; or paused: true to hold everybody, or mode: reject to turn everybody away.")]
    [InlineData("admit: 0\nactive: 10", "admit: 0 lets nobody in. Give a rate above 0/s; or paused: true to hold everybody, or mode: reject to turn everybody away.")]
    [InlineData("admit: 500\nactive: 10", "admit: 500 has no unit. Write 500/s or 500/m.")]
    [InlineData("admit: 500/h\nactive: 10", "admit: 500/h is not a rate. Give a rate from 0/s to 1000000/s, such as 500/s or 10/m.")]
    [InlineData("admit: 1000001/s\nactive: 10", "admit: 1000001/s is out of range. Give a rate from 0/s to 1000000/s, such as 500/s or 10/m.")]
    [InlineData("admit: -1/s\nactive: 10", "admit: -1/s is not a rate. Give a rate from 0/s to 1000000/s, such as 500/s or 10/m.")]
    [InlineData("admit: fast\nactive: 10", "admit: fast is not a rate. Give a rate from 0/s to 1000000/s, such as 500/s or 10/m.")]
    [InlineData("admit:\nactive: 10", "admit: has no value. Give a rate from 0/s to 1000000/s, such as 500/s or 10/m, or auto, or remove the key.")]
    [InlineData("admit: [1/s]\nactive: 10", "admit: a list cannot stand here. Give a rate from 0/s to 1000000/s, such as 500/s or 10/m, or auto.")]
    [InlineData("admit: 1/s\nactive: 0", "active: 0 lets nobody in. Give a whole number from 1 to 10000000, or mode: reject to turn everybody away.")]
    [InlineData("admit: 1/s\nactive: -5", "active: -5 lets nobody in. Give a whole number from 1 to 10000000, or mode: reject to turn everybody away.")]
    [InlineData("admit: 1/s\nactive: 10000001", "active: 10000001 is not a number of visitors. Give a whole number from 1 to 10000000.")]
    [InlineData("mode: reject\nopens: 2026-12-01T20:00:00Z", "opens: has no meaning in a mode without a line. Remove opens.")]
    [InlineData("mode: passthrough\npriority: []", "priority: has no meaning in a mode without a line. Remove priority.")]
    public void Line(string lines, string error) => AssertError(File(lines), error);

    [Theory]
    [InlineData("mode: lottery", "mode: lottery is not a mode. Give one of fifo, random, passthrough and reject.")]
    [InlineData("mode: fiffo", "mode: fiffo is not a mode. Did you mean fifo?")]
    [InlineData("session: 999ms", "session: 999ms is out of range. Give a duration from 1s to 24h.")]
    [InlineData("session: 0", "session: 0 is out of range. Give a duration from 1s to 24h.")]
    [InlineData("grace: 2h", "grace: 2h is out of range. Give a duration from 0s to 1h.")]
    [InlineData("prequeue: 30m", "prequeue: has no opening to wait for. Give opens, such as opens: 2026-12-01T20:00:00+09:00, or remove prequeue.")]
    [InlineData("opens: 2026-12-01T20:00:00", "opens: 2026-12-01T20:00:00 does not say in which time zone. Write 2026-12-01T20:00:00+09:00 or 2026-12-01T20:00:00Z.")]
    [InlineData("opens: 2026-12-01 20:00", "opens: \"2026-12-01 20:00\" does not say in which time zone. Write 2026-12-01T20:00:00+09:00 or 2026-12-01T20:00:00Z.")]
    [InlineData("opens: 2026-02-30T20:00:00Z", "opens: 2026-02-30T20:00:00Z is not a moment. Give a moment with its offset, such as 2026-12-01T20:00:00+09:00.")]
    [InlineData("opens: tomorrow", "opens: tomorrow is not a moment. Give a moment with its offset, such as 2026-12-01T20:00:00+09:00.")]
    [InlineData("bypass: [{}]", "bypass[0]: matches nobody. Give one of path, source and header.")]
    [InlineData("bypass: [{ path: /a, source: 10.0.0.1 }]", "bypass[0]: has path and source. Give only one of them, and an entry for each.")]
    [InlineData("bypass: [{ path: a }]", "bypass[0].path: a does not begin with /. Write /a.")]
    [InlineData("bypass: [{ source: 10.0.0.1/8 }]", "bypass[0].source: 10.0.0.1/8 is an address inside a network. Write 10.0.0.0/8 or 10.0.0.1.")]
    [InlineData("bypass: [{ header: { name: x } }]", "bypass[0].header: has no secret: anybody could send the field. Give one of secretFile and value.")]
    [InlineData("bypass: [{ header: { name: x, value: abc } }]", "bypass[0].header.value: is too easy to guess, or cannot stand in a header field. Give at least 16 printable characters without spaces.")]
    [InlineData("bypass: [{ header: { name: x, secretFile: short.key } }]", "bypass[0].header.secretFile: short.key does not hold a secret of at least 16 printable characters without spaces. Make one, for example by: openssl rand -hex 32 > /etc/naru/short.key && chmod 600 /etc/naru/short.key")]
    [InlineData("priority: [{ name: a, source: 10.0.0.1, share: 100% }]", "priority[0].share: 100% leaves nothing for everybody else. Give a share above 0% and below 100%.")]
    [InlineData("priority: [{ name: a, source: 10.0.0.1, share: 0 }]", "priority[0].share: 0% lets nobody of this class in. Give a share above 0% and below 100%.")]
    [InlineData("priority: [{ name: a, source: 10.0.0.1, share: 60% }, { name: b, source: 10.0.0.2, share: 40% }]", "priority: leaves nothing for everybody else: the shares come to 100% or more. Let all shares together stay below 100%.")]
    [InlineData("priority: [{ name: a, source: 10.0.0.1, share: 6% }, { name: a, source: 10.0.0.2, share: 4% }]", "priority[1]: stands in the list already, as [0]. Remove one of the two.")]
    [InlineData("identity: user", "identity: user does not say where the login stands. Give header:NAME or cookie:NAME.")]
    [InlineData("identity: 'cookie:'", "identity: cookie: does not name the cookie. Write cookie:NAME.")]
    [InlineData("joins: { perAddress: 10/m, perPrefix: 5/m }", "joins.perPrefix: 5/m is less than the 10/m of a single address. Give at least the rate of perAddress.")]
    [InlineData("page: none.html", "page: none.html cannot be read: there is no such file. Give the path of a file that Naru's user can read.")]
    [InlineData("page: large.html", "page: large.html cannot be read: it is larger than 256 KiB. Give the path of a file that Naru's user can read.")]
    [InlineData("messages: wrong.json", "messages: wrong.json, line 2: there is no message 'waiting.headnig', and the template shows none of that name. docs/waiting-room-page.md tells what messages may hold.")]
    [InlineData("keyFile: short.key", "keyFile: short.key does not hold a key of at least 32 bytes. Make one, for example by: openssl rand -base64 32 > /etc/naru/short.key && chmod 600 /etc/naru/short.key")]
    [InlineData("previousKeyFile: old.key", "previousKeyFile: needs a key that came after it. Give keyFile beside it.")]
    [InlineData("onStoreLoss: wait", "onStoreLoss: wait is not what to do without the store. Give one of hold, open and closed.")]
    [InlineData("onStoreLoss: open\nlocalRate: 5/s", "localRate: belongs to onStoreLoss: hold. Remove one of the two.")]
    public void Part(string line, string error) => AssertError(File("admit: 100/s\nactive: 1000\n" + line), error);

    [Theory]
    [InlineData("{ path: /var/lib/naru, redis: { endpoints: 10.0.0.5:6379 } }", "store: has path and redis. Give path for one node, or redis for several.")]
    [InlineData("{}", "store: does not say where. Give path, such as { path: /var/lib/naru }, or redis.")]
    [InlineData("/var/lib/naru", "store: /var/lib/naru cannot stand here. Give a mapping with path or redis.")]
    [InlineData("{ redis: { endpoints: [] } }", "store.redis.endpoints: is an empty list. Give at least one address, such as 10.0.0.5:6379.")]
    [InlineData("{ redis: { endpoints: [10.0.0.5] } }", "store.redis.endpoints[0]: 10.0.0.5 has no port. Give host:port.")]
    [InlineData("{ redis: { endpoints: 'redis://a' } }", "store.redis.endpoints: redis://a is a URL. Write a:80.")]
    [InlineData("{ redis: { endpoints: 'a:6379', username: naru } }", "store.redis.username: needs a password. Give a passwordFile beside it, or remove username.")]
    [InlineData("{ redis: { endpoints: 'a:6379', passwordFile: empty.password } }", "store.redis.passwordFile: empty.password does not hold a password. Make one, for example by: openssl rand -base64 32 > /etc/naru/empty.password && chmod 600 /etc/naru/empty.password")]
    [InlineData("{ redis: { endpoints: 'a:6379', caFile: ca.pem } }", "store.redis.caFile: has no meaning without TLS. Give tls: true beside it, or remove caFile.")]
    [InlineData("{ redis: { endpoints: 'a:6379', tls: true, caFile: no.pem } }", "store.redis.caFile: no.pem holds no certificate in PEM. Give the certificate of whoever signed the server's.")]
    public void Store(string store, string error) => AssertError(File("admit: 100/s\nactive: 1000\nkeyFile: room.key", store), error, "");

    [Fact]
    public void RedisIsReadWhole()
    {
        var redis = ConfigText.Valid(File("admit: 100/s\nactive: 1000\nkeyFile: room.key",
            "{ redis: { endpoints: [10.0.0.5:6379, Redis.Internal:6380], username: naru, passwordFile: redis.password, tls: true, caFile: ca.pem, prefix: seoul } }"),
            Sources).Store!.Redis!;
        Assert.Equal([new("10.0.0.5", 6379), new("redis.internal", 6380)], redis.Endpoints);
        Assert.Equal(("naru", "hunter2", true, "seoul"), (redis.Username, redis.Password, redis.Tls, redis.Prefix));
        Assert.StartsWith("-----BEGIN", redis.Ca!.Content);
    }

    [Fact]
    public void RoomsInRedisNeedTheirKey() => AssertError(File("admit: 100/s\nactive: 1000", "{ redis: { endpoints: 'a:6379' } }"),
        "keyFile: is missing: nodes that share a Redis need the same key. Make one for all of them, for example by: openssl rand -base64 32 > room.key && chmod 600 room.key");

    [Fact]
    public void UnknownRoomIsToldWithItsNearestName() => Assert.EndsWith(
        "routes[0].waitingRoom: there is no waiting room concrt. Did you mean concert?",
        Assert.Single(ConfigText.Errors(File("admit: 100/s\nactive: 1000").Replace("waitingRoom: concert", "waitingRoom: concrt"), Sources)));

    [Fact]
    public void RoomThatNoRouteUsesIsAWarning() => Assert.EndsWith(
        "waitingRooms.concert: no route uses this waiting room. Remove it, or name it in a route by waitingRoom.",
        Assert.Single(ConfigText.Warnings(File("admit: 100/s\nactive: 1000").Replace("waitingRoom: concert, ", ""), Sources)));

    [Fact]
    public void RoomWithoutAStoreIsAWarning() => Assert.EndsWith(
        "waitingRooms.concert: there is no store: a restart of Naru begins the line anew. Give store: { path: /var/lib/naru }.",
        Assert.Single(ConfigText.Warnings(File("admit: 100/s\nactive: 1000", null), Sources)));

    [Fact]
    public void LoginInAFieldThatNobodyIsTrustedWithIsAWarning()
    {
        var file = File("admit: 100/s\nactive: 1000\nidentity: header:x-user");
        Assert.EndsWith("waitingRooms.concert: no listener in front of it has trustedProxies, so nobody's x-user is believed. "
            + "List the proxies that set the field and take it from everybody else, or use identity: cookie:NAME.",
            Assert.Single(ConfigText.Warnings(file, Sources)));
        Assert.Empty(ConfigText.Warnings(file.Replace("bind: ':80',", "bind: ':80', trustedProxies: [10.0.0.1],"), Sources));
        Assert.Empty(ConfigText.Warnings(file.Replace("header:x-user", "cookie:session"), Sources));
    }

    [Fact]
    public void ShortSessionIsAWarning() => Assert.EndsWith(
        "waitingRooms.concert.session: 2s sends visitors out who read a page for longer. Give at least 30s.",
        Assert.Single(ConfigText.Warnings(File("admit: 100/s\nactive: 1000\nsession: 2s"), Sources)));

    [Theory]
    [InlineData("{{script}}", "silent.html has no {{refresh}}: visitors without JavaScript see nothing of their turn.")]
    [InlineData("", "silent.html has neither {{script}} nor {{refresh}}: visitors see nothing of their turn.")]
    public void PageThatNeverAsksAgainIsAWarning(string body, string warning)
    {
        var sources = new FakeSources().File("/etc/naru/silent.html", $"<!doctype html><body>{body}</body>");
        var warnings = ConfigText.Warnings(File("admit: 100/s\nactive: 1000\npage: silent.html"), sources);
        Assert.Contains(warning, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryMistakeOfAPageIsToldWithItsLine()
    {
        var errors = ConfigText.Errors(File("admit: 100/s\nactive: 1000\npage: wrong.html"), Sources);
        Assert.Equal(2, errors.Length);
        Assert.Contains(errors, e => e.Contains("page: wrong.html, line 2: there is no placeholder '{{aheads}}'; did you mean 'ahead'?", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("page: wrong.html, line 2: <b onclick='x()'>: the page's policy lets no inline style or handler through", StringComparison.Ordinal));
    }

    [Fact]
    public void WorkWithoutJoinLimitsIsAWarning() => Assert.EndsWith(
        "waitingRooms.concert.proofOfWork: asks nobody for work without a limit of joins. Give joins too, such as joins: { perAddress: 60/m, perPrefix: 600/m }.",
        Assert.Single(ConfigText.Warnings(File("admit: 100/s\nactive: 1000\nproofOfWork: true"), Sources)));

    [Fact]
    public void SecretsAreInNoMessage() => Assert.DoesNotContain("top-secret", ConfigText.Load(
        File("admit: 100/s\nactive: 1000\nbypass: [{ header: { name: x, value: top-secret } }]"), Sources).Report());

    private static WaitingRoomOptions Room(string lines) =>
        ConfigText.Valid(File("admit: 100/s\nactive: 1000\n" + lines), Sources).WaitingRooms.Single();

    private static string File(string lines, string? store = "{ path: /var/lib/naru }") =>
        "listeners: [{ bind: ':80', routes: [{ waitingRoom: concert, pool: web }] }]\npools: { web: { servers: [10.0.0.1:80] } }\n"
        + (store is null ? "" : $"store: {store}\n")
        + "waitingRooms:\n  concert:\n" + string.Concat(lines.Split('\n').Select(line => $"    {line}\n"));

    private static void AssertError(string yaml, string error, string path = "waitingRooms.concert.")
    {
        var told = Assert.Single(ConfigText.Errors(yaml, Sources));
        Assert.Equal(path + error, told[(told.IndexOf(' ') + 1)..]);
    }
}
