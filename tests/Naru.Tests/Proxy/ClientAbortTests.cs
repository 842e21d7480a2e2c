namespace Naru.Tests.Proxy;

public class ClientAbortTests
{
    [Fact]
    public async Task RequestOfAClientThatLeftEndsAtItsServerToo()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using (var client = await proxy.ConnectAsync())
        {
            await client.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            using var server = await origin.AcceptAsync();
            await server.ReadHeadAsync();
            client.Dispose();
            Assert.Equal("", await server.ReadToEndAsync());
        }

        await proxy.UntilAsync(() => proxy.Listener.Connections == 0, "the connection is gone");
        Assert.False(origin.HasCaller, "the request was sent a second time");
        Assert.Equal(1, proxy.Listener.Requests);
        Assert.Equal(1, proxy.Listener.Ends["client-aborted"]);
        Assert.Equal(0, proxy.Pool.Servers[0].InFlight);
    }

    [Fact]
    public async Task QueuedClientThatLeavesGivesItsTurnUp()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{{ address: {origin.Address}, maxConnections: 1 }}]", "queue: { timeout: 60s }");
        using var served = await proxy.ConnectAsync();
        await served.SendAsync("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        using (var queued = await proxy.ConnectAsync())
        {
            await queued.SendAsync("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            await proxy.UntilAsync(() => proxy.Pool.Queued == 1, "the second request is queued");
        }

        await proxy.UntilAsync(() => proxy.Pool.Queued == 0, "the queue is empty");
        Assert.Equal(1, proxy.Listener.Ends["client-aborted"]);
    }

    [Fact]
    public async Task ClientThatSentItsNextRequestAheadHasNotLeft()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /ping HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        client.EndSending();
        await proxy.TurnAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        string answers = await client.ReadToEndAsync();
        Assert.Contains("\r\n\r\nok", answers);
        Assert.EndsWith("\r\n\r\npong", answers);
    }
}
