using System.Threading.Channels;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.Tests.Store.Redis;

public sealed class RedisClientTests : IAsyncDisposable
{
    private static readonly RespCommand Get = new("GET", new RespArguments().Add("k"));

    private readonly ManualTime _time = new();
    private readonly Dictionary<string, Channel<FakeServer>> _dialled = [];
    private RedisClient? _client;

    public ValueTask DisposeAsync() => _client?.DisposeAsync() ?? default;

    [Fact]
    public async Task ConnectionBeginsWithHelloAndTheCredentials()
    {
        Start("a:1", o => o with { Username = "naru", Password = "secret" });
        var server = await Dialled("a:1");
        Assert.Equal(["HELLO", "3", "AUTH", "naru", "secret", "SETNAME", "naru"], await server.WelcomeAsync());
        await Answers(server);
    }

    [Fact]
    public async Task PasswordAloneIsThatOfTheDefaultUser()
    {
        Start("a:1", o => o with { Password = "secret" });
        Assert.Equal(["HELLO", "3", "AUTH", "default", "secret", "SETNAME", "naru"], await (await Dialled("a:1")).WelcomeAsync());
    }

    [Fact]
    public async Task RefusedPasswordIsToldAndTriedAgainWithPauses()
    {
        Start("a:1", o => o with { Password = "wrong" });
        for (int i = 0; i < 3; i++)
        {
            var server = await Dialled("a:1");
            await server.ReadCommandAsync();
            await server.ReplyAsync("-WRONGPASS invalid username-password pair or user is disabled.\r\n");
            await server.ClosedByClientAsync();
            await PassPause();
        }

        var reply = await _client!.SendAsync("k", Get);
        Assert.Equal(RedisFault.Denied, reply.Fault);
        Assert.Contains("WRONGPASS", _client.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", _client.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LostConnectionIsMadeAgain()
    {
        Start("a:1");
        var first = await Dialled("a:1");
        await first.WelcomeAsync();
        await Answers(first);
        first.Close();
        await Until(() => !_client!.IsReady);
        await PassPause();
        var second = await Dialled("a:1");
        await second.WelcomeAsync();
        await Answers(second);
    }

    [Fact]
    public async Task ServerThatDoesNotAnswerHelloIsGivenUpInTime()
    {
        Start("a:1");
        var server = await Dialled("a:1");
        await server.ReadCommandAsync();
        _time.Advance(2_000);
        await server.ClosedByClientAsync();
        Assert.False(_client!.IsReady);
    }

    [Fact]
    public async Task ReplicaIsPassedOverForTheMaster()
    {
        Start("a:1,b:1");
        await (await Dialled("a:1")).WelcomeAsync(role: "replica");
        var master = await Dialled("b:1");
        await master.WelcomeAsync();
        await Answers(master);
    }

    [Fact]
    public async Task MasterThatBecameAReplicaIsLeft()
    {
        Start("a:1");
        var server = await Dialled("a:1");
        await server.WelcomeAsync();
        await Until(() => _client!.IsReady);
        var reply = _client!.SendAsync("k", Get);
        await server.ReadCommandAsync();
        await server.ReplyAsync("-READONLY You can't write against a read only replica.\r\n");
        Assert.Equal(RedisFault.Unready, (await reply).Fault);
        await server.ClosedByClientAsync();
    }

    [Fact]
    public async Task MovedKeyIsFoundAndRemembered()
    {
        Start("a:1");
        var a = await Dialled("a:1");
        await a.WelcomeAsync(mode: "cluster");
        await Until(() => _client!.IsReady);
        var reply = _client!.SendAsync("k", Get);
        await a.ReadCommandAsync();
        await a.ReplyAsync("-MOVED 7629 b:2\r\n");
        var b = await Dialled("b:2");
        await b.WelcomeAsync(mode: "cluster");
        await b.ReadCommandAsync();
        await b.ReplyAsync("$1\r\nv\r\n");
        Assert.Equal("v", (await reply).Value.Text);
        await Answers(b);
    }

    [Fact]
    public async Task KeyOnItsWayIsAskedForOnceAndNotRemembered()
    {
        Start("a:1,b:2");
        var a = await Dialled("a:1");
        await a.WelcomeAsync(mode: "cluster");
        await Until(() => _client!.IsReady);
        var b = await Dialled("b:2");
        await b.WelcomeAsync(mode: "cluster");
        var reply = _client!.SendAsync("k", Get);
        await a.ReadCommandAsync();
        await a.ReplyAsync("-ASK 7629 b:2\r\n");
        Assert.Equal(["ASKING"], await b.ReadCommandAsync());
        Assert.Equal(["GET", "k"], await b.ReadCommandAsync());
        await b.ReplyAsync("+OK\r\n$1\r\nv\r\n");
        Assert.Equal("v", (await reply).Value.Text);
        await Answers(a);
    }

    [Fact]
    public async Task KeyOfALostMemberIsLookedForElsewhere()
    {
        Start("a:1,b:2");
        var a = await Dialled("a:1");
        await a.WelcomeAsync(mode: "cluster");
        await Until(() => _client!.IsReady);
        var b = await Dialled("b:2");
        await b.WelcomeAsync(mode: "cluster");
        var reply = _client!.SendAsync("k", Get);
        await a.ReadCommandAsync();
        await a.ReplyAsync("-MOVED 7629 b:2\r\n");
        await b.ReadCommandAsync();
        await b.ReplyAsync("$1\r\nv\r\n");
        await reply;
        b.Close();
        await Until(() => _client!.Fault.Length > 0);
        await Answers(a);
    }

    [Fact]
    public async Task EndlessRedirectsEnd()
    {
        Start("a:1,b:2");
        var a = await Dialled("a:1");
        await a.WelcomeAsync(mode: "cluster");
        await Until(() => _client!.IsReady);
        var b = await Dialled("b:2");
        await b.WelcomeAsync(mode: "cluster");
        var reply = _client!.SendAsync("k", Get);
        var (asked, other) = (a, "b:2");
        for (int i = 0; i < 6; i++)
        {
            await asked.ReadCommandAsync();
            await asked.ReplyAsync($"-MOVED 7629 {other}\r\n");
            (asked, other) = asked == a ? (b, "a:1") : (a, "b:2");
        }

        Assert.Equal(RedisFault.Unready, (await reply).Fault);
    }

    [Fact]
    public async Task UnknownScriptIsSentWhole()
    {
        Start("a:1");
        var server = await Dialled("a:1");
        await server.WelcomeAsync();
        await Until(() => _client!.IsReady);
        var reply = _client!.CallAsync(new RedisScript("return 1"), "k", new RespArguments().Add(5));
        Assert.Equal(["EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "1", "k", "5"], await server.ReadCommandAsync());
        await server.ReplyAsync("-NOSCRIPT No matching script. Please use EVAL.\r\n");
        Assert.Equal(["EVAL", "return 1", "1", "k", "5"], await server.ReadCommandAsync());
        await server.ReplyAsync(":1\r\n");
        Assert.Equal(1, (await reply).Value.Integer);
    }

    [Fact]
    public async Task CommandThatMayHaveBeenDoneIsNotSentAgain()
    {
        Start("a:1,b:1");
        var a = await Dialled("a:1");
        await a.WelcomeAsync();
        await Until(() => _client!.IsReady);
        var b = await Dialled("b:1");
        await b.WelcomeAsync();
        var reply = _client!.SendAsync("k", Get);
        await a.ReadCommandAsync();
        a.Close();
        Assert.Equal(RedisFault.Cut, (await reply).Fault);
        var next = _client.SendAsync("k", new RespCommand("NEXT", new RespArguments()));
        Assert.Equal(["NEXT"], await b.ReadCommandAsync());
        await b.ReplyAsync("+OK\r\n");
        Assert.True((await next).IsOk);
    }

    [Fact]
    public async Task ChannelIsListenedToOverEveryConnectionThatComes()
    {
        Start("a:1");
        var heard = Channel.CreateUnbounded<byte[]>();
        _client!.Subscribe("room", m => heard.Writer.TryWrite(m));
        for (int i = 0; i < 2; i++)
        {
            var server = await Dialled("a:1");
            await server.WelcomeAsync();
            Assert.Equal(["SUBSCRIBE", "room"], await server.ReadCommandAsync());
            Assert.Equal(["PING"], await server.ReadCommandAsync());
            await server.ReplyAsync(">3\r\n+subscribe\r\n+room\r\n:1\r\n+PONG\r\n>3\r\n+message\r\n+room\r\n+hello\r\n>3\r\n+message\r\n+other\r\n+no\r\n");
            Assert.Equal("hello"u8.ToArray(), await heard.Reader.ReadAsync());
            await Answers(server);
            server.Close();
            await Until(() => !_client.IsReady);
            await PassPause();
        }
    }

    private void Start(string endpoints, Func<RedisClientOptions, RedisClientOptions>? with = null)
    {
        var options = new RedisClientOptions { Endpoints = [.. endpoints.Split(',').Select(Endpoint)] };
        _client = new RedisClient(with?.Invoke(options) ?? options, Dial, _time);
    }

    private static RedisAddress Endpoint(string text) => new(text.Split(':')[0], int.Parse(text.Split(':')[1], null));

    private Task<Stream> Dial(RedisAddress endpoint, RedisClientOptions options, CancellationToken cancellation)
    {
        var server = new FakeServer();
        ServersOf(endpoint.ToString()).Writer.TryWrite(server);
        return Task.FromResult(server.ClientStream);
    }

    private async Task<FakeServer> Dialled(string endpoint) => await ServersOf(endpoint).Reader.ReadAsync().AsTask().WaitAsync(FakeServer.Patience);

    private Channel<FakeServer> ServersOf(string endpoint)
    {
        lock (_dialled)
            return _dialled.TryGetValue(endpoint, out var servers) ? servers : _dialled[endpoint] = Channel.CreateUnbounded<FakeServer>();
    }

    /// <summary>Moves time to the end of the pause, as soon as the client has begun it.</summary>
    private async Task PassPause()
    {
        await Until(() => _time.Armed > 0);
        _time.AdvanceToNext();
    }

    private async Task Answers(FakeServer server)
    {
        await Until(() => _client!.IsReady);
        var reply = _client!.SendAsync("k", Get);
        Assert.Equal(["GET", "k"], await server.ReadCommandAsync());
        await server.ReplyAsync("$1\r\nv\r\n");
        Assert.Equal("v", (await reply).Value.Text);
    }

    /// <summary>What another task does needs no time, only its turn.</summary>
    private static async Task Until(Func<bool> holds)
    {
        while (!holds())
            await Task.Yield();
    }
}
