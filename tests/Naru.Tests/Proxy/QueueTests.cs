namespace Naru.Tests.Proxy;

public class QueueTests
{
    private const string Patient = "queue: { timeout: 60s }";

    [Fact]
    public async Task ServerThatComesBackServesThoseWhoWait()
    {
        using var busy = new Origin();
        using var back = new Origin();
        await using var proxy = new RunningProxy(
            $"[{{ address: {busy.Address}, maxConnections: 1 }}, {{ address: {back.Address}, maxConnections: 5 }}]", Patient);
        proxy.Engine.Drain("web", back.Address);
        var clients = await AskAsync(proxy, 4);
        using var first = await busy.AcceptAsync();
        await proxy.UntilAsync(() => proxy.Pool.Queued == 3, "three wait");

        proxy.Engine.Undrain("web", back.Address);
        for (int i = 0; i < 3; i++)
            (await back.AcceptAsync()).Dispose();
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task RoomThatAReloadGivesIsUsedAtOnce()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{{ address: {origin.Address}, maxConnections: 1 }}]", Patient);
        var clients = await AskAsync(proxy, 6);
        using var first = await origin.AcceptAsync();
        await proxy.UntilAsync(() => proxy.Pool.Queued == 5, "five wait");

        proxy.Reload($"[{{ address: {origin.Address}, maxConnections: 4 }}]", Patient);
        for (int i = 0; i < 3; i++)
            (await origin.AcceptAsync()).Dispose();
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task RemovedLimitLetsAllIn()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{{ address: {origin.Address}, maxConnections: 1 }}]", Patient);
        var clients = await AskAsync(proxy, 4);
        using var first = await origin.AcceptAsync();
        await proxy.UntilAsync(() => proxy.Pool.Queued == 3, "three wait");

        proxy.Reload($"[{origin.Address}]", Patient);
        for (int i = 0; i < 3; i++)
            (await origin.AcceptAsync()).Dispose();
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task WhoComesBackWithAStickyCookieDoesNotOvertakeThoseWhoWait()
    {
        string key = Path.GetTempFileName();
        await File.WriteAllTextAsync(key, "the key of the cookies, at least 32 bytes", TestContext.Current.CancellationToken);
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{{ address: {origin.Address}, maxConnections: 1 }}]", $"sticky: {{ cookie: naru, keyFile: {key} }}\n{Patient}");
        File.Delete(key);
        const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        using var known = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(known, "GET /known HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.SendAsync(Answer);
        string cookie = (await known.ReadHeadAsync()).Split("Set-Cookie: ")[1].Split(';')[0];

        using var first = await proxy.ConnectAsync();
        await first.SendAsync("GET /first HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.StartsWith("GET /first ", await server.ReadHeadAsync(), StringComparison.Ordinal);
        using var waiting = await proxy.ConnectAsync();
        await waiting.SendAsync("GET /waiting HTTP/1.1\r\nHost: a\r\n\r\n");
        await proxy.UntilAsync(() => proxy.Pool.Queued == 1, "one waits");

        // In one turn the place becomes free and the known client asks.
        using (proxy.HoldLoop())
        {
            await server.SendAsync(Answer);
            await known.SendAsync($"GET /known HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n\r\n");
        }

        Assert.StartsWith("GET /waiting ", await server.ReadHeadAsync(), StringComparison.Ordinal);
        await server.SendAsync(Answer);
        Assert.StartsWith("GET /known ", await server.ReadHeadAsync(), StringComparison.Ordinal);
        await server.SendAsync(Answer);
        Assert.DoesNotContain("Set-Cookie", await known.ReadHeadAsync(), StringComparison.Ordinal);
    }

    private static async Task<Peer[]> AskAsync(RunningProxy proxy, int count)
    {
        var clients = new Peer[count];
        for (int i = 0; i < count; i++)
        {
            clients[i] = await proxy.ConnectAsync();
            await clients[i].SendAsync($"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        return clients;
    }
}
