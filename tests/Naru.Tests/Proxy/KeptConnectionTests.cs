namespace Naru.Tests.Proxy;

public class KeptConnectionTests
{
    [Fact]
    public async Task BytesBehindABulkBodyNeverAnswerTheNextRequest()
    {
        // More than the buffers towards the client hold: the server's last bytes come while Naru waits for the client.
        const int BodyBytes = 8_000_000;
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        using var server = await origin.AcceptAsync();
        await server.ReadHeadAsync();
        await server.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {BodyBytes}\r\n\r\n");
        await client.ReadHeadAsync();
        var sending = server.SendAsync(new string('x', BodyBytes) + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        await Task.WhenAny(sending, Task.Delay(200));
        await client.ReadAsync(BodyBytes);
        await sending;

        await client.SendAsync("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        using var second = await origin.AcceptAsync();
        await second.ReadHeadAsync();
        await second.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
        await client.ReadHeadAsync();
        Assert.Equal("good", await client.ReadAsync(4));
    }

    [Fact]
    public async Task KeptConnectionThatItsServerClosedCostsAnIdempotentRequestNothing()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using (var server = await origin.AcceptAfterAsync(client, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"))
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await client.ReadHeadAsync();
        using var fresh = await origin.AcceptAfterAsync(client, "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        await fresh.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 ", await client.ReadHeadAsync());
    }

    [Fact]
    public async Task RequestIsSentAnewOnceForAllItsTries()
    {
        using var one = new Origin();
        using var two = new Origin();
        await using var proxy = new RunningProxy($"[{one.Address}, {two.Address}]", "retry: { attempts: 3, budget: 100% }");
        using var client = await proxy.ConnectAsync();
        var first = one.AcceptAsync();
        var second = two.AcceptAsync();
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("GET /warm HTTP/1.1\r\nHost: a\r\n\r\n");
            Task<Peer>[] next = i == 0 ? [first, second] : first.IsCompleted ? [second] : [first];
            var server = await await Task.WhenAny(next);
            await server.ReadHeadAsync();
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await client.ReadHeadAsync();
        }

        // Whoever gets the request from now on resets: over the kept connection, over a fresh one, and at two tries more.
        int sent = 0;
        _ = new[] { ResetAsync(await first), ResetAsync(await second), ResetAllAsync(one), ResetAllAsync(two) };
        await client.SendAsync("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 502 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal(1 + 3, Volatile.Read(ref sent));

        async Task ResetAllAsync(Origin origin)
        {
            while (true)
                await ResetAsync(await origin.AcceptAsync());
        }

        async Task ResetAsync(Peer server)
        {
            await server.ReadHeadAsync();
            Interlocked.Increment(ref sent);
            server.Reset();
        }
    }

    [Fact]
    public async Task BytesThatComeBeforeTheRequestIsSentNeverAnswerIt()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await client.ReadHeadAsync();

        // While the loop stands still both arrive, the request first: it is sent over the kept connection before the loop
        // looks at what that has received.
        using (proxy.HoldLoop())
        {
            await client.SendAsync("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
            await Task.Delay(50);
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            await Task.Delay(50);
        }

        using var second = await origin.AcceptAsync();
        await second.ReadHeadAsync();
        await second.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
        await client.ReadHeadAsync();
        Assert.Equal("good", await client.ReadAsync(4));
    }

    [Fact]
    public async Task PostIsSentOnceThoughItsServerResets()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using (var server = await origin.AcceptAfterAsync(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"))
            server.Reset();
        Assert.StartsWith("HTTP/1.1 502 ", await client.ReadHeadAsync());
        Assert.False(origin.HasCaller);
    }

    [Fact]
    public async Task ServerThatFailedBeforeItsFirstByteIsNotTakenForOneThatHangs()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "balance: least-time\nretry: { attempts: 1 }");
        using var client = await proxy.ConnectAsync();
        using (var server = await origin.AcceptAfterAsync(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
            server.Reset();
        Assert.StartsWith("HTTP/1.1 502 ", await client.ReadHeadAsync());
        Assert.Equal(0, proxy.InnerPool.Servers[0].WaitsSinceMs);
    }
}
