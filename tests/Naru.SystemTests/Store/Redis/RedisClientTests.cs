using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.SystemTests.Store.Redis;

/// <summary>Our client against the real server.</summary>
public class RedisClientTests
{
    private static readonly RedisScript Increase = new("return redis.call('INCRBY', KEYS[1], ARGV[1])");

    [Fact]
    public async Task ScriptRunsAndIsLoadedAgainAfterAFlush()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await ReadyAsync(new RedisClientOptions { Endpoints = [Address(server)] });
        for (int i = 1; i <= 3; i++)
            Assert.Equal(i * 5, (await client.CallAsync(Increase, "k", new RespArguments().Add(5))).Value.Integer);
        Assert.Equal("OK", await server.AskAsync("SCRIPT", "FLUSH"));
        Assert.Equal(20, (await client.CallAsync(Increase, "k", new RespArguments().Add(5))).Value.Integer);
    }

    [Fact]
    public async Task EveryTypeOfTheServerIsUnderstood()
    {
        await using var server = await RedisServer.StartAsync("enable-debug-command yes");
        await using var client = await ReadyAsync(new RedisClientOptions { Endpoints = [Address(server)] });
        foreach (var (type, expected) in new[]
        {
            ("string", "Hello World"), ("integer", "12345"), ("double", "3.141"), ("null", "null"), ("array", "Array[0, 1, 2]"), ("set", "Set[0, 1, 2]"),
            ("map", "Map[0, 0, 1, 1, 2, 0]"), ("attrib", "Some real reply following the attribute"), ("bignum", "1234567999999999999999999999999999999"),
            ("true", "1"), ("false", "0"), ("verbatim", "This is a verbatim\nstring"),
        })
            Assert.Equal(expected, (await client.SendAsync("k", new RespCommand("DEBUG", new RespArguments().Add("PROTOCOL").Add(type)))).Value.ToString());
        Assert.True((await client.SendAsync("k", new RespCommand("DEBUG", new RespArguments().Add("PROTOCOL").Add("push")))).IsOk);
    }

    [Fact]
    public async Task BinaryOfSeveralMegabytesComesBackUnchanged()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await ReadyAsync(new RedisClientOptions { Endpoints = [Address(server)], CommandTimeoutMs = 10_000 });
        var bytes = RandomNumberGenerator.GetBytes(5_000_000);
        Assert.True((await client.SendAsync("k", new RespCommand("SET", new RespArguments().Add("k").Add(bytes)))).IsOk);
        Assert.Equal(bytes, (await client.SendAsync("k", new RespCommand("GET", new RespArguments().Add("k")))).Value.Bytes);
    }

    [Theory]
    [InlineData(null, "right", true)]
    [InlineData("default", "right", true)]
    [InlineData("naru", "hers", true)]
    [InlineData("naru", "right", false)]
    [InlineData(null, "wrong", false)]
    [InlineData(null, null, false)]
    public async Task PasswordIsDemanded(string? username, string? password, bool isRight)
    {
        await using var server = await RedisServer.StartAsync("requirepass right", "user naru on >hers ~naru:* &naru:* +@all");
        var options = new RedisClientOptions { Endpoints = [Address(server)], Username = username, Password = password };
        await using var client = new RedisClient(options);
        if (isRight)
        {
            await Eventually.IsTrue(() => client.IsReady, "the client is ready");
            return;
        }

        await Eventually.IsTrue(() => client.Fault.Contains("WRONGPASS", StringComparison.Ordinal) || client.Fault.Contains("NOAUTH", StringComparison.Ordinal), "the refusal is told");
        Assert.False(client.IsReady);
        Assert.Equal(RedisFault.Denied, (await client.SendAsync("k", new RespCommand("GET", new RespArguments().Add("k")))).Fault);
    }

    [Fact]
    public async Task ClientComesBackAfterTheServerWasKilled()
    {
        await using var server = await RedisServer.StartAsync();
        await using var client = await ReadyAsync(new RedisClientOptions { Endpoints = [Address(server)] });
        await server.KillAsync();
        await Eventually.IsTrue(() => !client.IsReady, "the loss is noticed");
        Assert.Contains($"127.0.0.1:{server.Port}", client.Fault, StringComparison.Ordinal);
        await server.RestartAsync();
        await Eventually.IsTrue(() => client.IsReady, "the client is back");
        Assert.Equal(1, (await client.CallAsync(Increase, "k", new RespArguments().Add(1))).Value.Integer);
    }

    [Fact]
    public async Task SlowServerCostsOneCommandsTimeAndNoLaterReplyIsMistaken()
    {
        await using var server = await RedisServer.StartAsync("enable-debug-command yes");
        await using var client = await ReadyAsync(new RedisClientOptions { Endpoints = [Address(server)], CommandTimeoutMs = 200, SilenceMs = 5_000 });
        var slept = server.AskAsync("DEBUG", "SLEEP", "4");
        await Task.Delay(1_000);
        var watch = Stopwatch.StartNew();
        var late = await client.SendAsync("k", new RespCommand("ECHO", new RespArguments().Add("late")));
        Assert.Equal(RedisFault.Timeout, late.Fault);
        Assert.InRange(watch.ElapsedMilliseconds, 190, 2_500);
        await slept;
        Assert.Equal("next", (await client.SendAsync("k", new RespCommand("ECHO", new RespArguments().Add("next")))).Value.Text);
    }

    [Fact]
    public async Task ReplicaIsLeftForTheMasterAndFollowedWhenItBecomesOne()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync($"replicaof 127.0.0.1 {master.Port}", "repl-diskless-sync-delay 0");
        await using var client = await ReadyAsync(new RedisClientOptions { Endpoints = [Address(replica), Address(master)] });
        Assert.Equal(1, (await client.CallAsync(Increase, "k", new RespArguments().Add(1))).Value.Integer);
        Assert.Contains("it is a replica", client.Fault, StringComparison.Ordinal);
        await Eventually.IsTrue(async () => await replica.AskAsync("GET", "k") == "1", "the replica has it");
        await master.KillAsync();
        await replica.AskAsync("REPLICAOF", "NO", "ONE");
        await Eventually.IsTrue(() => client.IsReady, "the new master is found");
        Assert.Equal(2, (await client.CallAsync(Increase, "k", new RespArguments().Add(1))).Value.Integer);
    }

    [Fact]
    public async Task ClusterIsFollowedWhereTheKeysAre()
    {
        await using var cluster = await RedisCluster.StartAsync();
        var servers = cluster.Members;
        await using var client = await ReadyAsync(new RedisClientOptions { Endpoints = [Address(servers[0])] });
        for (int i = 0; i < 30; i++)
        {
            var reply = await client.CallAsync(Increase, $"{{room{i}}}:k", new RespArguments().Add(i));
            Assert.True(reply.IsOk && reply.Value.Integer == i, reply.Detail);
        }

        // A slot moves while it is used: first on its way (ASK), then for good (MOVED).
        int slot = KeySlot.Of("{room7}");
        var (from, to) = (servers[slot * 3 / KeySlot.Count], servers[((slot * 3 / KeySlot.Count) + 1) % 3]);
        string fromId = await from.AskAsync("CLUSTER", "MYID");
        string toId = await to.AskAsync("CLUSTER", "MYID");
        Assert.Equal("OK", await to.AskAsync("CLUSTER", "SETSLOT", $"{slot}", "IMPORTING", fromId));
        Assert.Equal("OK", await from.AskAsync("CLUSTER", "SETSLOT", $"{slot}", "MIGRATING", toId));
        Assert.Equal("OK", await from.AskAsync("MIGRATE", "127.0.0.1", $"{to.Port}", "{room7}:k", "0", "1000"));
        Assert.Equal(8, (await client.CallAsync(Increase, "{room7}:k", new RespArguments().Add(1))).Value.Integer);
        foreach (var server in new[] { to, from })
            Assert.Equal("OK", await server.AskAsync("CLUSTER", "SETSLOT", $"{slot}", "NODE", toId));
        Assert.Equal(9, (await client.CallAsync(Increase, "{room7}:k", new RespArguments().Add(1))).Value.Integer);
    }

    [Fact]
    public async Task TlsIsCheckedAgainstTheGivenAuthority()
    {
        using var folder = new TestFolder();
        var authority = Certificates.Authority(folder, "ca");
        Certificates.Signed(folder, "server", authority);
        var client = Certificates.Signed(folder, "client", authority);
        int port = Ports.Take();
        await using var server = await RedisServer.StartOnAsync(Ports.Take(),
            $"tls-port {port}", $"tls-cert-file {folder.File("server.pem")}", $"tls-key-file {folder.File("server.key")}", $"tls-ca-cert-file {folder.File("ca.pem")}", "tls-auth-clients optional");

        var right = new RedisClientOptions { Endpoints = [new RedisAddress("localhost", port)], Tls = new RedisTls([authority]) };
        await using (var secure = await ReadyAsync(right))
            Assert.Equal(7, (await secure.CallAsync(Increase, "k", new RespArguments().Add(7))).Value.Integer);

        await using (var withCertificate = await ReadyAsync(right with { Tls = new RedisTls([authority], client) }))
            Assert.Equal(8, (await withCertificate.CallAsync(Increase, "k", new RespArguments().Add(1))).Value.Integer);

        await RefusedAsync(right with { Tls = new RedisTls([Certificates.Authority(folder, "other")]) });
        await RefusedAsync(right with { Tls = new RedisTls(null) });
        // The certificate is for localhost.
        await RefusedAsync(right with { Endpoints = [new RedisAddress("127.0.0.1", port)] });
        // No TLS at the other end.
        await RefusedAsync(right with { Endpoints = [new RedisAddress("localhost", server.Port)] });
    }

    private static async Task RefusedAsync(RedisClientOptions options)
    {
        await using var client = new RedisClient(options);
        await Eventually.IsTrue(() => client.Fault.Contains(": TLS: ", StringComparison.Ordinal), "TLS is refused");
        Assert.False(client.IsReady);
    }

    private static RedisAddress Address(RedisServer server) => new("127.0.0.1", server.Port);

    private static async Task<RedisClient> ReadyAsync(RedisClientOptions options)
    {
        var client = new RedisClient(options);
        await Eventually.IsTrue(() => client.IsReady, "the client is ready");
        return client;
    }
}
