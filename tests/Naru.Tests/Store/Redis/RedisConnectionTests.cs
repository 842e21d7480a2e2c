using Naru.Engine.Store.Redis.Resp;

namespace Naru.Tests.Store.Redis;

public sealed class RedisConnectionTests : IAsyncDisposable
{
    private static readonly RespCommand Ping = new("PING", new RespArguments());

    private readonly ManualTime _time = new();
    private readonly FakeServer _server = new();
    private readonly List<RespValue> _pushes = [];
    private readonly RedisConnection _connection;

    public RedisConnectionTests()
    {
        var options = new RedisClientOptions { Endpoints = [], CommandTimeoutMs = 500, SilenceMs = 2_000, InFlightMax = 4 };
        _connection = new RedisConnection(_server.ClientStream, options, _time, _pushes.Add);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact]
    public async Task CommandsGoOutWithoutWaitingAndRepliesComeBackInOrder()
    {
        var replies = Enumerable.Range(0, 4).Select(i => _connection.SendAsync(new RespCommand("ECHO", new RespArguments().Add(i)))).ToArray();
        for (int i = 0; i < 4; i++)
            Assert.Equal(["ECHO", $"{i}"], await _server.ReadCommandAsync());
        await _server.ReplyAsync(":0\r\n:1\r\n:2\r\n:3\r\n");
        for (int i = 0; i < 4; i++)
            Assert.Equal(i, (await replies[i]).Value.Integer);
    }

    [Fact]
    public async Task PushIsNobodysReply()
    {
        var reply = _connection.SendAsync(Ping);
        await _server.ReplyAsync(">2\r\n+invalidate\r\n+key\r\n+PONG\r\n");
        Assert.Equal("PONG", (await reply).Value.Text);
        Assert.Equal("Push[invalidate, key]", Assert.Single(_pushes).ToString());
        Assert.True(_connection.IsOpen);
    }

    [Theory]
    [InlineData("ERR x", RedisFault.Error)]
    [InlineData("WRONGPASS invalid username-password pair", RedisFault.Denied)]
    [InlineData("NOAUTH Authentication required.", RedisFault.Denied)]
    [InlineData("LOADING Redis is loading the dataset in memory", RedisFault.Unready)]
    [InlineData("READONLY You can't write against a read only replica.", RedisFault.Unready)]
    [InlineData("CLUSTERDOWN The cluster is down", RedisFault.Unready)]
    public async Task ErrorIsAFaultWithTheServersWords(string error, object fault)
    {
        var reply = _connection.SendAsync(Ping);
        await _server.ReplyAsync($"-{error}\r\n");
        Assert.Equal(((RedisFault)fault, error), ((await reply).Fault, (await reply).Detail));
        Assert.True(_connection.IsOpen);
    }

    [Fact]
    public async Task LateReplyIsNotTakenForTheNextCommands()
    {
        var late = _connection.SendAsync(Ping);
        _time.Advance(499);
        Assert.False(late.IsCompleted);
        _time.Advance(1);
        Assert.Equal(RedisFault.Timeout, (await late).Fault);

        var next = _connection.SendAsync(new RespCommand("ECHO", new RespArguments().Add("b")));
        await _server.ReplyAsync("+late\r\n+b\r\n");
        Assert.Equal("b", (await next).Value.Text);
    }

    [Fact]
    public async Task EachCommandHasItsOwnTime()
    {
        var first = _connection.SendAsync(Ping);
        _time.Advance(300);
        var second = _connection.SendAsync(Ping);
        _time.Advance(200);
        Assert.Equal(RedisFault.Timeout, (await first).Fault);
        Assert.False(second.IsCompleted);
        _time.Advance(300);
        Assert.Equal(RedisFault.Timeout, (await second).Fault);
    }

    [Fact]
    public async Task ServerThatOwesAReplyForTooLongIsGivenUp()
    {
        var reply = _connection.SendAsync(Ping);
        _time.Advance(500);
        Assert.Equal(RedisFault.Timeout, (await reply).Fault);
        _time.Advance(1_499);
        Assert.True(_connection.IsOpen);
        _time.Advance(1);
        Assert.Equal("no reply for 2000 ms", await _connection.Closed);
        await _server.ClosedByClientAsync();
    }

    [Fact]
    public async Task IdleConnectionIsNotSilent()
    {
        var reply = _connection.SendAsync(Ping);
        await _server.ReplyAsync("+PONG\r\n");
        await reply;
        _time.Advance(60_000);
        Assert.True(_connection.IsOpen);
    }

    [Fact]
    public async Task CommandsBeyondTheQueueAreRefusedUnsent()
    {
        var sent = Enumerable.Range(0, 4).Select(_ => _connection.SendAsync(Ping)).ToArray();
        Assert.Equal(RedisFault.QueueFull, (await _connection.SendAsync(Ping)).Fault);
        await _server.ReplyAsync("+1\r\n");
        await sent[0];
        var after = _connection.SendAsync(new RespCommand("LAST", new RespArguments()));
        for (int i = 0; i < 4; i++)
            Assert.Equal(["PING"], await _server.ReadCommandAsync());
        Assert.Equal(["LAST"], await _server.ReadCommandAsync());
        await _server.ReplyAsync("+2\r\n+3\r\n+4\r\n+5\r\n");
        Assert.Equal("5", (await after).Value.Text);
    }

    [Fact]
    public async Task CutConnectionEndsEveryCommandThatWaits()
    {
        var waiting = new[] { _connection.SendAsync(Ping), _connection.SendAsync(Ping) };
        _server.Close();
        foreach (var reply in waiting)
            Assert.Equal(RedisFault.Cut, (await reply).Fault);
        Assert.Equal("the server closed the connection", await _connection.Closed);
        Assert.Equal(RedisFault.NotConnected, (await _connection.SendAsync(Ping)).Fault);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "the server sent no RESP3")]
    [InlineData("+PONG\r\n+PONG\r\n", "the server replied to no command")]
    public async Task ServerThatSpeaksSomethingElseIsLeft(string bytes, string reason)
    {
        var reply = _connection.SendAsync(Ping);
        await _server.ReplyAsync(bytes);
        await reply;
        Assert.StartsWith(reason, await _connection.Closed);
    }

    [Fact]
    public async Task SubscriptionIsAnsweredByPushesAndThePingBehindIt()
    {
        var reply = _connection.SubscribeAsync(["a", "b"]);
        Assert.Equal(["SUBSCRIBE", "a", "b"], await _server.ReadCommandAsync());
        Assert.Equal(["PING"], await _server.ReadCommandAsync());
        await _server.ReplyAsync(">3\r\n+subscribe\r\n+a\r\n:1\r\n>3\r\n+subscribe\r\n+b\r\n:2\r\n>3\r\n+message\r\n+a\r\n+x\r\n+PONG\r\n");
        Assert.Equal("PONG", (await reply).Value.Text);
        Assert.Equal(3, _pushes.Count);
    }

    [Fact]
    public async Task RefusedSubscriptionIsAFaultAndEndsTheConnection()
    {
        var reply = _connection.SubscribeAsync(["a"]);
        await _server.ReplyAsync("-NOPERM this user has no permissions to access one of the channels\r\n+PONG\r\n");
        Assert.Equal(RedisFault.Denied, (await reply).Fault);
        await _connection.Closed;
    }

    [Fact]
    public async Task CommandsSentTogetherStayTogether()
    {
        var reply = _connection.SendAsync(new RespCommand("ASKING", new RespArguments()), Ping);
        Assert.Equal(["ASKING"], await _server.ReadCommandAsync());
        Assert.Equal(["PING"], await _server.ReadCommandAsync());
        await _server.ReplyAsync("+OK\r\n+PONG\r\n");
        Assert.Equal("PONG", (await reply).Value.Text);
    }
}
