using System.Globalization;
using Naru.Engine;

namespace Naru.Tests.Proxy;

/// <summary>The PROXY header names the client of a whole connection, so no other client's request may follow it.</summary>
public class ProxyHeaderTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task ConnectionThatBeganWithOneClientsHeaderCarriesNobodyElse(string version)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", $"sendProxyProtocol: {version}");
        using var first = await proxy.ConnectAsync("127.0.0.2");
        using var second = await proxy.ConnectAsync("127.0.0.3");
        using var firstServer = await ServeFirstAsync(first, origin, HeaderOf(first, "127.0.0.2", version, proxy));
        using var secondServer = await ServeFirstAsync(second, origin, HeaderOf(second, "127.0.0.3", version, proxy));

        // Each goes on where it began.
        foreach (var (client, server) in new[] { (first, firstServer), (second, secondServer), (first, firstServer) })
        {
            await client.SendAsync(Request);
            Assert.StartsWith("GET / ", await server.ReadHeadAsync());
            await AnswerAsync(client, server);
        }

        Assert.False(origin.HasCaller);
    }

    [Fact]
    public async Task ConnectionWithAHeaderEndsWithItsClient()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "sendProxyProtocol: v1");
        using var client = await proxy.ConnectAsync();
        using var server = await ServeFirstAsync(client, origin, HeaderOf(client, "127.0.0.1", "v1", proxy));
        await proxy.UntilAsync(() => proxy.InnerPool.Servers[0].ForLoop(0).IdleCount == 1, "the connection is kept");
        client.Dispose();
        Assert.Equal("", await server.ReadToEndAsync());
        Assert.Equal(0, proxy.InnerPool.Servers[0].ForLoop(0).IdleCount);
    }

    [Theory]
    [InlineData("none", "v1")]
    [InlineData("v1", "none")]
    [InlineData("v1", "v2")]
    public async Task ReloadThatChangesTheHeaderDropsWhatBeganOtherwise(string before, string after)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", $"sendProxyProtocol: {before}");
        using var client = await proxy.ConnectAsync();
        using var first = await ServeFirstAsync(client, origin, HeaderOf(client, "127.0.0.1", before, proxy));
        proxy.Reload($"[{origin.Address}]", $"sendProxyProtocol: {after}");
        Assert.Equal("", await first.ReadToEndAsync());
        using var second = await ServeFirstAsync(client, origin, HeaderOf(client, "127.0.0.1", after, proxy));
    }

    [Theory]
    [InlineData("none", "v1")]
    [InlineData("v1", "none")]
    [InlineData("v1", "v2")]
    public async Task RequestThatOutlivesSuchAReloadLeavesNoConnectionBehind(string before, string after)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", $"sendProxyProtocol: {before}");
        using var client = await proxy.ConnectAsync();
        using var server = await AskFirstAsync(client, origin, HeaderOf(client, "127.0.0.1", before, proxy));
        proxy.Reload($"[{origin.Address}]", $"sendProxyProtocol: {after}");
        await AnswerAsync(client, server);
        Assert.Equal("", await server.ReadToEndAsync());
    }

    [Fact]
    public async Task ClientKeepsAFewConnectionsAndTheOldestMakesRoom()
    {
        var origins = Enumerable.Range(0, EngineLimits.UpstreamsPerClient + 1).Select(_ => new Origin()).ToArray();
        await using var proxy = new RunningProxy($"[{string.Join(", ", origins.Select(o => o.Address))}]", "sendProxyProtocol: v1");
        using var client = await proxy.ConnectAsync();
        var servers = new List<Peer>();
        foreach (var _ in origins)
        {
            await client.SendAsync(Request);
            Origin? called = null;
            await proxy.UntilAsync(() => (called = origins.FirstOrDefault(o => o.HasCaller)) != null, "a server is called");
            var server = await called!.AcceptAsync();
            servers.Add(server);
            await server.ReadHeadAsync();
            await AnswerAsync(client, server);
        }

        Assert.Equal("", await servers[0].ReadToEndAsync());
        await proxy.UntilAsync(() => proxy.InnerPool.Servers.Sum(s => s.ForLoop(0).IdleCount) == EngineLimits.UpstreamsPerClient, "as many as a client may have are kept");
        client.Dispose();
        foreach (var server in servers.Skip(1))
            Assert.Equal("", await server.ReadToEndAsync());
        servers.ForEach(s => s.Dispose());
        foreach (var origin in origins)
            origin.Dispose();
    }

    private static async Task<Peer> ServeFirstAsync(Peer client, Origin origin, string header)
    {
        var server = await AskFirstAsync(client, origin, header);
        await AnswerAsync(client, server);
        return server;
    }

    private static async Task<Peer> AskFirstAsync(Peer client, Origin origin, string header)
    {
        await client.SendAsync(Request);
        var server = await origin.AcceptAsync();
        Assert.Equal(header, await server.ReadAsync(header.Length));
        Assert.StartsWith("GET / ", await server.ReadHeadAsync());
        return server;
    }

    private static async Task AnswerAsync(Peer client, Peer server)
    {
        await server.SendAsync("HTTP/1.1 204 No Content\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 ", await client.ReadHeadAsync());
    }

    private static string HeaderOf(Peer client, string address, string version, RunningProxy proxy) => version switch
    {
        "v1" => string.Create(CultureInfo.InvariantCulture, $"PROXY TCP4 {address} 127.0.0.1 {client.Port} {proxy.EndPoint.Port}\r\n"),
        "v2" => "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\x7F\0\0" + (char)(address[^1] - '0') + "\x7F\0\0\x01" + Port(client.Port) + Port(proxy.EndPoint.Port),
        _ => "",
    };

    private static string Port(int port) => $"{(char)(port >> 8)}{(char)(port & 0xFF)}";
}
