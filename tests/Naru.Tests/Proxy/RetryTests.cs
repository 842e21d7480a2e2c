namespace Naru.Tests.Proxy;

/// <summary>A request is tried again only before the first byte of an answer, whatever that byte belongs to.</summary>
public class RetryTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string EarlyHints = "HTTP/1.1 103 Early Hints\r\n\r\n";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(4);

    [Theory]
    [InlineData(EarlyHints)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task ServerThatResetsAfterItSpokeIsTheLastOneAsked(string said)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "retry: { attempts: 3 }");
        using var client = await proxy.ConnectAsync();
        using (var server = await origin.AcceptAfterAsync(client, Request))
            await FailAfterAsync(proxy, server, said);
        await ReadRefusalAsync(client, said);
        Assert.False(origin.HasCaller);
    }

    [Theory]
    [InlineData(EarlyHints)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    public async Task SoIsTheServerOfAKeptConnection(string said)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "retry: { attempts: 3 }");
        using var client = await proxy.ConnectAsync();
        using (var server = await origin.AcceptAfterAsync(client, Request))
        {
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await client.ReadHeadAsync();
            await client.SendAsync(Request);
            await server.ReadHeadAsync();
            await FailAfterAsync(proxy, server, said);
        }

        await ReadRefusalAsync(client, said);
        Assert.False(origin.HasCaller);
    }

    /// <summary>The server's last word is heard before the reset, which would drop it.</summary>
    private static async Task FailAfterAsync(RunningProxy proxy, Peer server, string said)
    {
        await server.SendAsync(said);
        await proxy.TurnAsync();
        server.Reset();
    }

    private static async Task ReadRefusalAsync(Peer client, string said)
    {
        if (said == EarlyHints)
            Assert.StartsWith("HTTP/1.1 103 ", await client.ReadHeadAsync().WaitAsync(Soon));
        Assert.StartsWith("HTTP/1.1 502 ", await client.ReadHeadAsync().WaitAsync(Soon));
    }
}
