using System.Net;
using Naru.Core.Config;

namespace Naru.Tests.Config;

/// <summary>What a right file becomes.</summary>
public class ContractTests
{
    private const string MostOfIt = """
        process:
          loops: auto                      # one per core
          maxConnections: 100000
          drainTimeout: 30s
        admin:
          bind: 127.0.0.1:9900
          tokenFile: /etc/naru/admin.token
        accessLog: { path: /var/log/naru/access.log, format: json }
        store: { path: /var/lib/naru }
        listeners:
          - name: web
            bind: [":80", "[::]:80"]
            protocol: http
            proxyProtocol: { from: [10.0.0.0/8] }
            trustedProxies: [10.0.0.0/8]
            allow: [0.0.0.0/0]
            deny: []
            timeouts: { header: 10s, body: 30s, idle: 60s, minRate: 240/s }
            limits: { headerBytes: 64KiB, headers: 100, bodyBytes: 1GiB, connections: 50000 }
            routes:
              - match: { host: shop.example.com, path: /api/*, method: [GET, POST], headers: { X-Beta: "1" } }
                pool: api
              - match: { host: "*.example.com", path: /booking/* }
                waitingRoom: concert
                pool: booking
              - match: { path: /old }
                redirect: { to: /new, status: 308 }
              - match: { path: /ping }
                respond: { status: 200, body: pong }
              - pool: web
          - name: regions
            bind: ":7000"
            protocol: tcp
            pool: regions
        pools:
          web:
            balance: consistent-hash
            hash: { on: header:X-User, boundedLoad: 1.25 }
            servers:
              - 10.0.0.11:8080
              - { address: 10.0.0.12:8080, weight: 3, maxConnections: 200, backup: false }
              - "[2001:DB8::1]:8080"
              - Web.Internal:8080
            connections: { idle: 128, idleTimeout: 60s, maxAge: 10m }
            timeouts: { connect: 3s, firstByte: 60s, idle: 60s }
            sendProxyProtocol: none
            health:
              active: { type: http, path: /healthz, expect: 200-399, interval: 2s, timeout: 1s, rise: 2, fall: 3, port: 8081 }
              passive: { consecutiveFailures: 5, ejectFor: 30s, maxEjected: 50% }
              floor: 50%
              slowStart: 30s
            sticky: { cookie: naru, keyFile: sticky.key }
            retry: { attempts: 2, budget: 20%, on: [connect, reset] }
            queue: { size: 1000, timeout: 5s }
          api: { servers: [10.0.0.21:80] }
          booking: { servers: [10.0.0.41:80] }
          regions: { servers: [10.0.0.31:7000], health: { passive: off } }
        waitingRooms:
          concert:
            admit: 500/s
            active: 20000
            session: 5m
            mode: fifo
            opens: 2026-12-01T20:00:00+09:00
            prequeue: 30m
            bypass: [{ path: /booking/health }, { source: 10.0.0.0/8 }]
            page: /etc/naru/concert.html
            keyFile: /etc/naru/room.key
        """;

    private static readonly FakeSources Sources = new FakeSources()
        .Secret("/etc/naru/admin.token", "0123456789abcdef\n")
        .Secret("/etc/naru/sticky.key", "a key of thirty-two bytes or more\n")
        .Secret("/etc/naru/room.key", "the rooms' key of thirty-two bytes\n")
        .File("/etc/naru/concert.html", "<title>Concert</title>");

    [Fact]
    public void MostOfTheContractLoads()
    {
        var snapshot = ConfigText.Valid(MostOfIt, Sources);
        Assert.Equal("/etc/naru/admin.token", snapshot.Admin.TokenFile);
        Assert.Equal("/var/log/naru/access.log", snapshot.AccessLog!.Path);
        var web = snapshot.Listeners[0];
        Assert.Equal([new(IPAddress.Any, 80), new(IPAddress.IPv6Any, 80)], web.Binds);
        Assert.True(web.ProxyProtocolFrom!.Contains(IPAddress.Parse("10.9.9.9")));
        Assert.True(web.Allow!.Contains(IPAddress.Loopback));
        Assert.True(web.Deny.IsEmpty);
        Assert.Equal(["routes[0]", "routes[1]", "routes[2]", "routes[3]", "routes[4]"], web.Routes.Select(r => r.Name));
        Assert.Equal(("booking", "concert"), (web.Routes[1].Pool, web.Routes[1].WaitingRoom));
        var match = web.Routes[0].Match;
        Assert.Equal(("shop.example.com", "/api/*"), (match.Host, match.Path));
        Assert.Equal(["GET", "POST"], match.Methods);
        Assert.Equal([new("x-beta", "1")], match.Headers);
        Assert.Equal(("/new", 308), (web.Routes[2].Redirect!.To, web.Routes[2].Redirect!.Status));
        Assert.Equal((200, "pong"), (web.Routes[3].Respond!.Status, web.Routes[3].Respond!.Body));
        Assert.Equal("web", web.Routes[4].Pool);
    }

    [Fact]
    public void PoolOfTheContractIsReadWhole()
    {
        var pool = ConfigText.Valid(MostOfIt, Sources).Pools[0];
        Assert.Equal("web", pool.Name);
        Assert.Equal((BalanceAlgorithm.ConsistentHash, HashSource.Header, "x-user", 1.25),
            (pool.Balance, pool.Hash.On, pool.Hash.Name, pool.Hash.BoundedLoad));
        Assert.Equal(["10.0.0.11", "10.0.0.12", "2001:db8::1", "web.internal"], pool.Servers.Select(s => s.Host));
        Assert.Equal(("10.0.0.12:8080", 8080, 3, 200, false),
            (pool.Servers[1].Address, pool.Servers[1].Port, pool.Servers[1].Weight, pool.Servers[1].MaxConnections, pool.Servers[1].Backup));
        Assert.Equal(8081, pool.Health.Active!.Port);
        Assert.Equal([(200, 399)], pool.Health.Active.ExpectStatus);
        Assert.Equal("naru", pool.Sticky!.Cookie);
        Assert.Equal("a key of thirty-two bytes or more"u8, pool.Sticky.Key);
    }

    [Fact]
    public void SmallestFileHasTheDefaultsOfTheModel()
    {
        var snapshot = ConfigText.Valid(File.ReadAllText(Repository.PathOf("samples", "minimal.yaml")));
        Assert.Equivalent(new ProcessOptions(), snapshot.Process, strict: true);
        Assert.Equivalent(new AdminOptions(), snapshot.Admin, strict: true);
        Assert.Null(snapshot.AccessLog);
        Assert.Null(snapshot.Store);
        Assert.Empty(snapshot.WaitingRooms);
        var listener = snapshot.Listeners[0];
        Assert.Equal("127.0.0.1:8080", listener.Name);
        Assert.Equivalent(new ListenerTimeouts(), listener.Timeouts, strict: true);
        Assert.Equivalent(new ListenerLimits(), listener.Limits, strict: true);
        Assert.Null(listener.Allow);
        Assert.Null(listener.ProxyProtocolFrom);
        var pool = snapshot.Pools[0];
        var defaults = new PoolOptions { Name = pool.Name, Servers = pool.Servers };
        Assert.Equivalent(defaults, pool, strict: true);
        Assert.Equivalent(
            new ServerOptions { Address = "127.0.0.1:3001", Host = "127.0.0.1", Port = 3001 }, pool.Servers[0], strict: true);
    }

    /// <summary>Empty sections have the defaults of the description, absent ones those of the model: they must be the same.</summary>
    [Fact]
    public void EmptySectionsHaveTheDefaultsOfTheModel()
    {
        var snapshot = ConfigText.Valid("""
            process: {}
            admin: {}
            listeners: [{ bind: ":80", routes: [{ pool: web }], timeouts: {}, limits: {} }]
            pools:
              web:
                servers: [{ address: 10.0.0.1:80 }]
                connections: {}
                timeouts: {}
                health: { active: {}, passive: {} }
                retry: {}
                queue: {}
            """);
        Assert.Equivalent(new ProcessOptions(), snapshot.Process, strict: true);
        Assert.Equivalent(new AdminOptions(), snapshot.Admin, strict: true);
        Assert.Equivalent(new ListenerTimeouts(), snapshot.Listeners[0].Timeouts, strict: true);
        Assert.Equivalent(new ListenerLimits(), snapshot.Listeners[0].Limits, strict: true);
        var pool = snapshot.Pools[0];
        Assert.Equivalent(new ServerOptions { Address = "10.0.0.1:80", Host = "10.0.0.1", Port = 80 }, pool.Servers[0], strict: true);
        Assert.Equivalent(new UpstreamConnectionOptions(), pool.Connections, strict: true);
        Assert.Equivalent(new PoolTimeouts(), pool.Timeouts, strict: true);
        Assert.Equivalent(new HealthOptions { Active = new() }, pool.Health, strict: true);
        Assert.Equivalent(new RetryOptions(), pool.Retry, strict: true);
        Assert.Equivalent(new QueueOptions(), pool.Queue, strict: true);
    }

    [Fact]
    public void TcpListenerWaitsTenMinutesUnlessTold()
    {
        Assert.Equal(TimeSpan.FromMinutes(10), ConfigText.Valid(Tcp("")).Listeners[0].Timeouts.Idle);
        Assert.Equal(TimeSpan.FromSeconds(1), ConfigText.Valid(Tcp(", timeouts: { idle: 1s }")).Listeners[0].Timeouts.Idle);
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("2s", 2_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    public void DurationsHaveUnits(string text, int milliseconds) =>
        Assert.Equal(milliseconds, ConfigText.Valid(ConfigText.Http($"timeouts: {{ header: {text} }}")).Listeners[0].Timeouts.Header.TotalMilliseconds);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("700", 700)]
    [InlineData("512B", 512)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1.5MiB", 1_572_864)]
    [InlineData("2TiB", 2_199_023_255_552)]
    public void SizesHaveUnits(string text, long bytes) =>
        Assert.Equal(bytes, ConfigText.Valid(ConfigText.Http($"limits: {{ bodyBytes: {text} }}")).Listeners[0].Limits.BodyBytes);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0/s", 0)]
    [InlineData("500/s", 500)]
    [InlineData("120/m", 2)]
    public void RatesAreASecond(string text, long rate) =>
        Assert.Equal(rate, ConfigText.Valid(ConfigText.Http($"timeouts: {{ minRate: {text} }}")).Listeners[0].Timeouts.MinRateBytesPerSecond);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0%", 0)]
    [InlineData("50%", 0.5)]
    [InlineData("0.5", 0.5)]
    [InlineData("12.5%", 0.125)]
    [InlineData("1.0", 1)]
    [InlineData("100%", 1)]
    public void SharesAreInPerCentOrFractions(string text, double share) =>
        Assert.Equal(share, ConfigText.Valid(ConfigText.PoolOf($"health: {{ floor: {text} }}")).Pools[0].Health.Floor);

    [Theory]
    [InlineData("source", HashSource.Source, "")]
    [InlineData("path", HashSource.Path, "")]
    [InlineData("host", HashSource.Host, "")]
    [InlineData("header:X-User", HashSource.Header, "x-user")]
    [InlineData("cookie:Cart", HashSource.Cookie, "Cart")]
    [InlineData("query:user_id", HashSource.Query, "user_id")]
    public void HashIsOnPartsOfTheRequest(string text, HashSource source, string name)
    {
        var hash = ConfigText.Valid(ConfigText.PoolOf($"balance: maglev\nhash: {{ on: '{text}' }}")).Pools[0].Hash;
        Assert.Equal((source, name), (hash.On, hash.Name));
    }

    [Theory]
    [InlineData("round-robin", BalanceAlgorithm.RoundRobin)]
    [InlineData("random", BalanceAlgorithm.Random)]
    [InlineData("least-connections", BalanceAlgorithm.LeastConnections)]
    [InlineData("two-choices", BalanceAlgorithm.TwoChoices)]
    [InlineData("least-time", BalanceAlgorithm.LeastTime)]
    [InlineData("source-hash", BalanceAlgorithm.SourceHash)]
    [InlineData("consistent-hash", BalanceAlgorithm.ConsistentHash)]
    [InlineData("maglev", BalanceAlgorithm.Maglev)]
    public void EveryAlgorithmHasItsWord(string word, BalanceAlgorithm algorithm) =>
        Assert.Equal(algorithm, ConfigText.Valid(ConfigText.PoolOf($"balance: {word}")).Pools[0].Balance);

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/*", "/*")]
    [InlineData("/old", "/old")]
    [InlineData("/old/", "/old/")]
    [InlineData("/api/*", "/api/*")]
    [InlineData("/a%20b/%2F", "/a%20b/%2F")]
    public void CanonicalPathsAreTakenAsTheyStand(string path, string taken) =>
        Assert.Equal(taken, ConfigText.Valid(ConfigText.Route($"{{ match: {{ path: '{path}' }}, pool: web }}")).Listeners[0].Routes[1].Match.Path);

    [Theory]
    [InlineData("Shop.Example.COM", "shop.example.com")]
    [InlineData("*.Example.com", "*.example.com")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("[::1]", "[::1]")]
    public void HostsAreKeptInLowerCase(string host, string taken) =>
        Assert.Equal(taken, ConfigText.Valid(ConfigText.Route($"{{ match: {{ host: '{host}' }}, pool: web }}")).Listeners[0].Routes[1].Match.Host);

    [Fact]
    public void CheckTypeNoneMeansNoProbes() =>
        Assert.Null(ConfigText.Valid(ConfigText.PoolOf("health: { active: { type: none } }")).Pools[0].Health.Active);

    [Fact]
    public void PassiveOffMeansNoEjection() =>
        Assert.Null(ConfigText.Valid(ConfigText.PoolOf("health: { passive: off }")).Pools[0].Health.Passive);

    [Fact]
    public void CheckTimeoutShrinksToAShorterInterval() =>
        Assert.Equal(TimeSpan.FromMilliseconds(300),
            ConfigText.Valid(ConfigText.PoolOf("health: { active: { interval: 300ms } }")).Pools[0].Health.Active!.Timeout);

    [Fact]
    public void FileWithoutPoolsMayAnswerByItself() =>
        Assert.Empty(ConfigText.Valid("listeners: [{ bind: ':80', routes: [{ redirect: { to: 'https://example.com/' } }] }]").Pools);

    [Theory]
    [InlineData("unix:/run/naru/admin.sock", "unix:/run/naru/admin.sock")]
    [InlineData("\"[::1]:9901\"", "[::1]:9901")]
    [InlineData("127.0.0.2:9901", "127.0.0.2:9901")]
    public void AdminMayBeLocalWithoutToken(string written, string bind) =>
        Assert.Equal(bind, ConfigText.Valid($"admin: {{ bind: {written} }}\n" + ConfigText.Http("deny: []")).Admin.Bind);

    private static string Tcp(string more) =>
        $"listeners: [{{ bind: ':7000', protocol: tcp, pool: p{more} }}]\npools: {{ p: {{ servers: [10.0.0.1:7000] }} }}";
}
