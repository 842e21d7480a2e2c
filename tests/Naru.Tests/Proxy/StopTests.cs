namespace Naru.Tests.Proxy;

public class StopTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task StopWaitsForAResponseUnderWayAndNoLonger()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        await client.ReadHeadAsync();

        var stop = proxy.Engine.StopAsync(TimeSpan.FromSeconds(60));
        await proxy.UntilAsync(() => proxy.Engine.Status().State != "running", "the stop has begun");
        await proxy.TurnAsync();
        Assert.False(stop.IsCompleted);
        await server.SendAsync("cd");
        Assert.Equal("abcd", await client.ReadToEndAsync());
        await stop.WaitAsync(Soon);
    }

    [Fact]
    public async Task LastAnswerArrivesThoughTheClientSentMore()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + new string('x', 150_000));
        Assert.EndsWith("\r\n\r\npong", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task IdleClientsAreClosedByAStop()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET /ping HTTP/1.1\r\nHost: a\r\n\r\n");
        await client.ReadHeadAsync();
        await client.ReadAsync(4);
        await proxy.Engine.StopAsync(TimeSpan.FromSeconds(60)).WaitAsync(Soon);
        Assert.Equal("", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task DrainTimeoutCutsWhatIsLeft()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        await proxy.Engine.StopAsync(TimeSpan.FromMilliseconds(50)).WaitAsync(Soon);
        Assert.Equal("", await server.ReadToEndAsync());
        Assert.Equal(1, proxy.Listener.Ends["shutdown"]);
    }

    [Fact]
    public async Task CallsAfterAStopReturn()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        await proxy.Engine.StopAsync(TimeSpan.Zero);
        Assert.False(await Task.Run(() => proxy.Engine.Drain("web", origin.Address)).WaitAsync(Soon));
        Assert.Equal("draining", proxy.Engine.Status().State);
    }
}
