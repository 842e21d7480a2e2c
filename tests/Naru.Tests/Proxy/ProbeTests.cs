namespace Naru.Tests.Proxy;

/// <summary>What a probe sends, and what becomes of the answer.</summary>
public class ProbeTests
{
    private const string Quick = "interval: 200ms, timeout: 200ms, rise: 1, fall: 1";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Theory]
    [InlineData("expectHeaders: { x-role: primary }", "X-Role: replica\r\nContent-Length: 0\r\n\r\n", "header x-role is not primary")]
    [InlineData("expect: 204", "Content-Length: 0\r\n\r\n", "status 200")]
    [InlineData("expectBody: READY", "Content-Length: 6\r\n\r\nNOTYET", "body of 6 bytes lacks \"READY\"")]
    [InlineData("expectBody: READY", "Transfer-Encoding: chunked\r\n\r\n6\r\nNOTYET\r\n0\r\n\r\n", "body of 6 bytes lacks \"READY\"")]
    [InlineData("expectBody: \"3\"", "Transfer-Encoding: chunked\r\n\r\n3\r\nREA\r\n0\r\n\r\n", "body of 3 bytes lacks \"3\"")]
    [InlineData("expectBody: READY", "Transfer-Encoding: chunked\r\n\r\nREADY", "bad body: BadSize")]
    [InlineData("expectBody: READY", "Content-Length: 0\r\n\r\n", "body of 0 bytes lacks \"READY\"")]
    public async Task WrongAnswerTakesTheServerOutAndSaysWhatWasWrong(string check, string answer, string reason)
    {
        using var origin = new Origin();
        _ = origin.ServeAsync(_ => $"HTTP/1.1 200 OK\r\n{answer}");
        await using var proxy = new RunningProxy($"[{origin.Address}]", $$"""
            health: { active: { {{check}}, interval: 2s, timeout: 2s, rise: 1, fall: 1 } }
            """);
        await proxy.UntilAsync(() => proxy.InnerPool.Servers[0].Verdict.Reason == reason, reason);
        Assert.Equal("down", proxy.Pool.Servers[0].State);
    }

    [Theory]
    [InlineData("expectHeaders: { x-role: primary }", "X-Role: primary\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("expectBody: READY", "Content-Length: 8\r\n\r\nI READY!")]
    [InlineData("expectBody: READY", "Transfer-Encoding: chunked\r\n\r\n3\r\nREA\r\n2\r\nDY\r\n0\r\n\r\n")]
    public async Task RightAnswerIsAGoodCheck(string check, string answer)
    {
        using var origin = new Origin();
        _ = origin.ServeAsync(_ => $"HTTP/1.1 200 OK\r\n{answer}");
        await using var proxy = new RunningProxy($"[{origin.Address}]", $$"""
            health: { active: { {{check}}, interval: 2s, timeout: 2s, rise: 1, fall: 1 } }
            """);
        var server = proxy.InnerPool.Servers[0];
        await proxy.UntilAsync(() => server.Checks >= 2, "two checks");
        Assert.Equal(0, server.CheckFailures);
    }

    [Theory]
    [InlineData("v1", "http", "PROXY UNKNOWN\r\n")]
    [InlineData("v2", "http", "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")]
    [InlineData("v1", "tcp", "PROXY UNKNOWN\r\n")]
    public async Task ServerThatIsUsedToAProxyHeaderGetsOneThatNamesNobody(string version, string type, string header)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", $$"""
            sendProxyProtocol: {{version}}
            health: { active: { type: {{type}}, interval: 200ms, timeout: 200ms } }
            """);
        using var server = await origin.AcceptAsync();
        Assert.Equal(header, await server.ReadAsync(header.Length));
        if (type == "tcp")
            return;
        Assert.StartsWith("GET / ", await server.ReadHeadAsync());

        // The header stands once, at the start of the connection.
        await server.SendAsync(Ok);
        Assert.StartsWith("GET / ", await server.ReadHeadAsync());
    }

    [Fact]
    public async Task PortOfItsOwnGetsNoProxyHeader()
    {
        using var origin = new Origin();
        using var health = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", $$"""
            sendProxyProtocol: v1
            health: { active: { port: {{health.Address.Split(':')[1]}}, {{Quick}} } }
            """);
        using var server = await health.AcceptAsync();
        Assert.StartsWith("GET / ", await server.ReadHeadAsync());
    }

    [Fact]
    public async Task ReloadThatTurnsTheProxyHeaderOnTurnsItOnForProbes()
    {
        using var origin = new Origin();
        const string Health = $"\nhealth: {{ active: {{ {Quick} }} }}";
        await using var proxy = new RunningProxy($"[{origin.Address}]", Health);
        using var before = await origin.AcceptAsync();
        Assert.StartsWith("GET / ", await before.ReadHeadAsync());
        proxy.Reload($"[{origin.Address}]", "sendProxyProtocol: v1" + Health);
        string start = "GET /";
        for (int i = 0; i < 3 && start == "GET /"; i++)
        {
            // A check of before may wait to be accepted.
            using var server = await origin.AcceptAsync();
            start = await server.ReadAsync(5);
        }

        Assert.Equal("PROXY", start);
    }

    [Fact]
    public async Task KeptConnectionThatHangsLeavesTheNewOneAllItsTime()
    {
        // It answers once a connection, in a third of the timeout, and then never again.
        using var origin = new Origin();
        _ = AnswerOnceEachAsync(origin, TimeSpan.FromMilliseconds(300));
        await using var proxy = new RunningProxy($"[{origin.Address}]", """
            health: { active: { interval: 900ms, timeout: 900ms, rise: 1, fall: 1 } }
            """);
        var server = proxy.InnerPool.Servers[0];
        await proxy.UntilAsync(() => server.Checks >= 3, "three checks");
        Assert.Equal(0, server.CheckFailures);
    }

    private static async Task AnswerOnceEachAsync(Origin origin, TimeSpan delay)
    {
        var servers = new List<Peer>();
        while (true)
        {
            var server = await origin.AcceptAsync();
            servers.Add(server);
            await server.ReadHeadAsync();
            await Task.Delay(delay);
            await server.SendAsync(Ok);
        }
    }
}
