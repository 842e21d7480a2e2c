namespace Naru.Tests.Proxy;

/// <summary>That a server's time runs from the last byte of a request to the final response, and nobody else's counts as its.</summary>
public class FirstByteTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string HalfAnUpload = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task TimeInWhichTheClientUploadsIsNotTheServers()
    {
        const int UploadMs = 1000;
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, HalfAnUpload);
        await Task.Delay(UploadMs, TestContext.Current.CancellationToken);
        await client.SendAsync("def");
        await server.ReadAsync(6);
        await server.SendAsync(Answer);
        await client.ReadHeadAsync();
        // The average of one sample is an eighth of it.
        Assert.InRange(LatencyUs(proxy), 1, (UploadMs * 1000 / 8) - 1);
    }

    [Fact]
    public async Task ServerIsWaitedForWhenTheUploadIsOut()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "balance: least-time");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, HalfAnUpload);
        await server.ReadAsync(3);
        await proxy.TurnAsync();
        Assert.False(IsWaitedFor(proxy));
        await client.SendAsync("def");
        await proxy.UntilAsync(() => IsWaitedFor(proxy), "the server owes an answer");
        await server.SendAsync(Answer);
        await client.ReadHeadAsync();
        Assert.False(IsWaitedFor(proxy));
    }

    [Fact]
    public async Task InterimResponseIsNoAnswer()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "balance: least-time");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, Request);
        await server.SendAsync("HTTP/1.1 103 Early Hints\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 103 ", await client.ReadHeadAsync());
        await proxy.TurnAsync();
        Assert.True(IsWaitedFor(proxy));
        Assert.Equal(0, LatencyUs(proxy));
        await server.SendAsync(Answer);
        await client.ReadHeadAsync();
        Assert.False(IsWaitedFor(proxy));
        Assert.NotEqual(0, LatencyUs(proxy));
    }

    [Fact]
    public async Task AnswerBeforeTheRequestHasEndedTellsNoTime()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "balance: least-time");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, HalfAnUpload);
        await server.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 ", await client.ReadHeadAsync());
        await client.ReadToEndAsync();
        Assert.Equal(0, LatencyUs(proxy));
        Assert.Equal(0, proxy.InnerPool.Servers[0].Cost(proxy.Loop.NowMs));
        Assert.False(IsWaitedFor(proxy));
    }

    [Theory]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")]
    public async Task TunnelOrDownloadIsNotTakenForARequestThatWaits(string lasting)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "balance: least-time");
        using var first = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(first, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        await server.SendAsync(lasting);
        await first.ReadHeadAsync();
        using var second = await proxy.ConnectAsync();
        using var other = await origin.AcceptAfterAsync(second, Request);
        await other.SendAsync(Answer);
        await second.ReadHeadAsync();
        Assert.Equal(1, proxy.Pool.Servers[0].InFlight);
        Assert.False(IsWaitedFor(proxy));
    }

    private static bool IsWaitedFor(RunningProxy proxy) => proxy.InnerPool.Servers[0].WaitsSinceMs != 0;

    private static long LatencyUs(RunningProxy proxy) => proxy.InnerPool.Servers[0].ForLoop(0).Counters.LatencyUs;
}
