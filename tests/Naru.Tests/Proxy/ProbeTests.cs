namespace Naru.Tests.Proxy;

/// <summary>What a probe sends, and what becomes of the answer.</summary>
public class ProbeTests
{
    private const string Quick = "interval: 200ms, timeout: 200ms, rise: 1, fall: 1";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task ProbeGoesToItsOwnPortAndAsksForItsHost()
    {
        using var origin = new Origin();
        using var health = new Origin();
        string port = health.Address.Split(':')[1];
        await using var proxy = new RunningProxy($"[{origin.Address}]", $$"""
            health: { active: { path: "/healthz?a=1", host: hc.example.com, port: {{port}}, {{Quick}} } }
            """);
        using var server = await health.AcceptAsync();
        string head = await server.ReadHeadAsync();
        Assert.StartsWith("GET /healthz?a=1 HTTP/1.1\r\nHost: hc.example.com\r\n", head);
        Assert.False(origin.HasCaller);
    }

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
    public async Task FourChecksGoOverAConnectionAndTheNextOneConnectsAnew()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", $$"""health: { active: { {{Quick}} } }""");
        using (var server = await origin.AcceptAsync())
        {
            for (int check = 1; check <= 4; check++)
            {
                string head = await server.ReadHeadAsync();
                Assert.Equal(check == 4, head.Contains("Connection: close\r\n", StringComparison.Ordinal));
                Assert.Equal(1, proxy.Descriptors);
                await server.SendAsync(Ok);
            }

            await proxy.UntilAsync(() => proxy.Descriptors == 0, "the connection is closed");
        }

        using var next = await origin.AcceptAsync();
        Assert.DoesNotContain("Connection: close", await next.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereDescriptorsAreScarceChecksKeepNone()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", $$"""health: { active: { {{Quick}} } }""");
        proxy.LimitDescriptors(2);
        for (int check = 0; check < 3; check++)
        {
            using var server = await origin.AcceptAsync();
            await server.ReadHeadAsync();
            await server.SendAsync(Ok);
            await proxy.UntilAsync(() => proxy.Descriptors == 0, "the connection is closed");
        }
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

    [Fact]
    public async Task VerdictOfACheckerThatStoodStillDoesNotCount()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", "health: { active: { interval: 1s, timeout: 1s, rise: 1, fall: 1 } }");
        using var first = await origin.AcceptAsync();
        await first.ReadHeadAsync();
        using (proxy.HoldHealthLoop())
            await Task.Delay(1600, TestContext.Current.CancellationToken);

        // The first check ran into its timeout, far too late. When the next one comes its verdict has been given.
        using var second = await origin.AcceptAsync();
        Assert.Equal(0, proxy.InnerPool.Servers[0].Checks);
        Assert.Equal("up", proxy.Pool.Servers[0].State);
    }

    [Fact]
    public async Task ChangedCheckReplacesTheOneBefore()
    {
        using var origin = new Origin();
        var paths = new List<string>();
        _ = origin.ServeAsync(head =>
        {
            lock (paths)
                paths.Add(head.Split(' ')[1]);
            return Ok;
        });
        int Count(string path)
        {
            lock (paths)
                return paths.Count(p => p == path);
        }

        await using var proxy = new RunningProxy($"[{origin.Address}]", "health: { active: { path: /old, interval: 100ms, timeout: 100ms } }");
        await proxy.UntilAsync(() => Count("/old") >= 2, "checks of before");
        proxy.Reload($"[{origin.Address}]", "health: { active: { path: /new, interval: 100ms, timeout: 100ms } }");
        await proxy.UntilAsync(() => Count("/new") >= 1, "the new check");
        int old = Count("/old");
        await proxy.UntilAsync(() => Count("/new") >= 10, "new checks");
        Assert.InRange(Count("/old"), old, old + 1);
    }

    [Fact]
    public async Task ChecksOfARemovedPoolEnd()
    {
        using var origin = new Origin();
        using var other = new Origin();
        int asked = 0;
        int counted = 0;
        _ = origin.ServeAsync(_ => Answered(ref counted));
        _ = other.ServeAsync(_ => Answered(ref asked));
        string health = "health: { active: { interval: 100ms, timeout: 100ms } }";
        await using var proxy = new RunningProxy($"[{origin.Address}]", health, more: $"gone: {{ servers: [{other.Address}], {health} }}");
        await proxy.UntilAsync(() => asked >= 2, "checks of the other pool");
        proxy.Reload($"[{origin.Address}]", health);
        int before = asked;
        int start = counted;
        await proxy.UntilAsync(() => counted >= start + 10, "checks of the pool that stays");
        Assert.InRange(asked, before, before + 1);
    }

    private static string Answered(ref int count)
    {
        Interlocked.Increment(ref count);
        return Ok;
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
