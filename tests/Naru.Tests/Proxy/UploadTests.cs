namespace Naru.Tests.Proxy;

public class UploadTests
{
    [Fact]
    public async Task EarlyAnswerIsWholeThoughTheClientUploadsOnWhileItReads()
    {
        const int AnswerBytes = 3_000_000;
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000000\r\n\r\nx");
        var answering = server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {AnswerBytes}\r\n\r\n" + new string('y', AnswerBytes));
        string more = new('x', 64 * 1024);
        var uploading = Task.Run(async () =>
        {
            try
            {
                for (int i = 0; i < 200; i++)
                    await client.SendAsync(more);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Once the answer is taken the rest may be refused.
            }
        });
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(AnswerBytes, (await client.ReadAsync(AnswerBytes)).Length);
        await answering;
        await uploading;
    }

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task BrokenChunkedBodyThatCameWithTheHeadIsRefusedAtOnce()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", await client.ReadHeadAsync().WaitAsync(Soon));
        await proxy.UntilAsync(() => proxy.Listener.Ends.ContainsKey("bad-request-body"), "the end is recorded");
    }

    [Fact]
    public async Task ServerThatStopsReadingAnUploadIsGivenUp()
    {
        using var origin = new Origin(receiveBufferBytes: 4096);
        await using var proxy = new RunningProxy($"[{origin.Address}]", "timeouts: { idle: 300ms }");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
        using var server = await origin.AcceptAsync();
        var sending = client.SendAsync(new string('x', 50_000_000));
        Assert.StartsWith("HTTP/1.1 504 ", await client.ReadHeadAsync().WaitAsync(Soon));
        client.Reset();
        _ = await Record.ExceptionAsync(() => sending); // fails, unless the kernel had taken all of it
    }

    [Fact]
    public async Task UploadOverAKeptConnectionMayTakeLongerThanThatWasKept()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "connections: { idleTimeout: 1s }");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await client.ReadHeadAsync();

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
        await server.ReadHeadAsync();
        await Task.Delay(1500);
        await client.SendAsync("def");
        Assert.Equal("abcdef", await server.ReadAsync(6));
        await server.SendAsync("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 201 ", await client.ReadHeadAsync());
    }

    [Fact]
    public async Task ServerThatStallsInsideItsHeadAfterAnUploadTimesOut()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "timeouts: { firstByte: 300ms }");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        await client.SendAsync("def");
        await server.ReadAsync(6);
        await server.SendAsync("HTTP/1.1 200 OK\r\n");
        Assert.StartsWith("HTTP/1.1 504 ", await client.ReadHeadAsync().WaitAsync(Soon));
    }

    [Fact]
    public async Task UploadedRequestIsNotRepeatedWithoutItsBody()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "timeouts: { firstByte: 2s }");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        await client.SendAsync("def");
        await server.ReadAsync(6);
        server.Reset();
        Assert.StartsWith("HTTP/1.1 502 ", await client.ReadHeadAsync().WaitAsync(Soon));
        Assert.False(origin.HasCaller);
        Assert.Equal("", proxy.Complaints);
    }

    [Fact]
    public async Task EarlyAnswerEndsTheUploadAndTheConnection()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        string head = await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 403 ", head);
        Assert.Contains("Connection: close\r\n", head);
        Assert.Equal("no", await client.ReadToEndAsync());
        await proxy.UntilAsync(() => proxy.Pool.Servers[0].IdleConnections == 0 && proxy.Pool.Servers[0].InFlight == 0, "nothing is kept");
    }

    [Fact]
    public async Task ResponseThatIsUnderWayIsNotHurriedWhenTheUploadEnds()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "timeouts: { firstByte: 200ms }");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nABC");
        await client.ReadHeadAsync();
        await client.SendAsync("def");
        await server.ReadAsync(6);
        await Task.Delay(600);
        await server.SendAsync("DEF");
        Assert.Equal("ABCDEF", await client.ReadAsync(6));
    }

    [Fact]
    public async Task ClientThatHasTakenAnEarlyAnswerIsNotWaitedForAnyLonger()
    {
        const int AnswerBytes = 100_000;
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", listener: "timeouts: { body: 1h }");
        using var client = await Peer.ConnectAsync(proxy.EndPoint, receiveBufferBytes: 4096);
        using var server = await origin.AcceptAfterAsync(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000000\r\n\r\nx");
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {AnswerBytes}\r\n\r\n" + new string('y', AnswerBytes));
        // All of it is in the kernel by then, and the client has taken little of it.
        await proxy.UntilAsync(() => proxy.Listener.Ends.ContainsKey("completed"), "the end is recorded");
        await client.ReadHeadAsync();
        await client.ReadAsync(AnswerBytes);
        // It neither sends on nor closes.
        await proxy.UntilAsync(() => proxy.Listener.Connections == 0, "the connection is closed");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100_000)]
    public async Task ClientIsNotChargedForTheServersTimeBefore100(int bodyBytes)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", listener: "timeouts: { body: 500ms }");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, Expecting(bodyBytes));
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        await server.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 ", await client.ReadHeadAsync().WaitAsync(Soon, TestContext.Current.CancellationToken));
        await client.SendAsync(new string('x', bodyBytes));
        await server.ReadAsync(bodyBytes);
        await server.SendAsync("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 201 ", await client.ReadHeadAsync());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100_000)]
    public async Task ClientThatIsSilentAfter100TimesOut(int bodyBytes)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", listener: "timeouts: { body: 200ms }");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, Expecting(bodyBytes));
        await server.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 ", await client.ReadHeadAsync());
        Assert.StartsWith("HTTP/1.1 408 ", await client.ReadHeadAsync().WaitAsync(Soon, TestContext.Current.CancellationToken));
        await proxy.UntilAsync(() => proxy.Listener.Ends.ContainsKey("client-timeout-body"), "the end is recorded");
    }

    [Fact]
    public async Task ServerThatNeverSays100TimesOut()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "timeouts: { firstByte: 200ms }");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, Expecting(5));
        Assert.StartsWith("HTTP/1.1 504 ", await client.ReadHeadAsync().WaitAsync(Soon, TestContext.Current.CancellationToken));
        await proxy.UntilAsync(() => proxy.Listener.Ends.ContainsKey("first-byte-timeout"), "the end is recorded");
    }

    [Fact]
    public async Task ClientThatSendsWithoutWaitingFor100IsWaitedFor()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", listener: "timeouts: { body: 200ms }");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, Expecting(6));
        await client.SendAsync("abc");
        Assert.Equal("abc", await server.ReadAsync(3));
        // It is waited for from here on.
        Assert.StartsWith("HTTP/1.1 408 ", await client.ReadHeadAsync().WaitAsync(Soon, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ResponseIsPassedOnWholeThoughTheClientStopsSendingBecauseOfIt()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", listener: "timeouts: { body: 200ms }");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nABC");
        await client.ReadHeadAsync();
        await Task.Delay(600);
        await server.SendAsync("DEF");
        Assert.Equal("ABCDEF", await client.ReadToEndAsync());
    }

    private static string Expecting(int bodyBytes) =>
        $"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {bodyBytes}\r\nExpect: 100-continue\r\n\r\n";
}
