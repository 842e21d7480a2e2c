namespace Naru.Tests.Proxy;

/// <summary>That what happens to requests reaches the decisions of passive health and of least-time.</summary>
public class PassiveHealthTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task GatewayErrorsInARowEject(int status)
    {
        using var bad = Serving(_ => status);
        using var good = Serving(_ => 200);
        await using var proxy = new RunningProxy($"[{bad.Address}, {good.Address}]", "health: { passive: { consecutiveFailures: 3, ejectFor: 1h } }");
        await AskAsync(proxy, 6);
        await proxy.UntilAsync(() => proxy.Pool.Servers[0].State == "ejected", "the bad server is ejected");
    }

    [Fact]
    public async Task SuccessInBetweenForgivesTheFailuresBefore()
    {
        int asked = 0;
        using var bad = Serving(_ => ++asked % 3 == 0 ? 200 : 503);
        using var good = Serving(_ => 200);
        const string Health = "health: { passive: { consecutiveFailures: 3, ejectFor: 1h } }";
        await using var proxy = new RunningProxy($"[{bad.Address}, {good.Address}]", Health);
        await AskAsync(proxy, 24);
        // Whatever was told to the health thread has been heard when a reload is through.
        proxy.Reload($"[{bad.Address}, {good.Address}]", Health);
        Assert.Equal("up", proxy.Pool.Servers[0].State);
        Assert.Equal(12, asked);
    }

    [Fact]
    public async Task OtherErrorsOfAServerAreNoFailures()
    {
        using var bad = Serving(_ => 500);
        using var good = Serving(_ => 200);
        const string Health = "health: { passive: { consecutiveFailures: 3, ejectFor: 1h } }";
        await using var proxy = new RunningProxy($"[{bad.Address}, {good.Address}]", Health);
        await AskAsync(proxy, 12);
        proxy.Reload($"[{bad.Address}, {good.Address}]", Health);
        Assert.Equal("up", proxy.Pool.Servers[0].State);
    }

    [Fact]
    public async Task RefusedConnectionsEject()
    {
        using var good = Serving(_ => 200);
        await using var proxy = new RunningProxy($"[{Refusing()}, {good.Address}]", "health: { passive: { consecutiveFailures: 3, ejectFor: 1h } }");
        await AskAsync(proxy, 6);
        await proxy.UntilAsync(() => proxy.Pool.Servers[0].State == "ejected", "the server that is gone is ejected");
    }

    [Fact]
    public async Task ServerThatFailsMoreThanItsPoolIsEjectedByItsShareOfSuccess()
    {
        int asked = 0;
        using var bad = Serving(_ => ++asked % 3 == 0 ? 503 : 200);
        var good = Enumerable.Range(0, 4).Select(i => Serving(head => 200)).ToArray();
        string servers = $"[{bad.Address}, {string.Join(", ", good.Select(o => o.Address))}]";
        await using var proxy = new RunningProxy(servers, "health: { passive: { consecutiveFailures: 5, ejectFor: 1h } }");

        // Rates are compared every 10 s, where a server has had 100 requests.
        bool isEjected = false;
        for (int i = 0; i < 60 && !isEjected; i++)
        {
            await AskAsync(proxy, 250);
            for (int wait = 0; wait < 100 && !isEjected; wait++)
            {
                isEjected = proxy.Pool.Servers[0].State == "ejected";
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }

        Assert.True(isEjected);
        Assert.All(proxy.Pool.Servers.Skip(1), s => Assert.Equal("up", s.State));
        foreach (var origin in good)
            origin.Dispose();
    }

    [Fact]
    public async Task LeastTimeLearnsFromResponses()
    {
        int slowly = 0;
        using var slow = Serving(_ =>
        {
            slowly++;
            Thread.Sleep(1000);
            return 200;
        });
        using var fast = Serving(_ => 200);
        await using var proxy = new RunningProxy($"[{slow.Address}, {fast.Address}]", "balance: least-time");
        await AskAsync(proxy, 10);
        Assert.Equal(1, slowly);
    }

    [Fact]
    public async Task LeastTimeTakesARefusalForASlowAnswer()
    {
        using var good = Serving(_ => 200);
        await using var proxy = new RunningProxy($"[{Refusing()}, {good.Address}]", "balance: least-time\nhealth: { passive: off }");
        await AskAsync(proxy, 10);
        Assert.Equal(1, proxy.Pool.Servers[0].ConnectFailures);
    }

    private static string Refusing()
    {
        using var gone = new Origin();
        return gone.Address;
    }

    private static Origin Serving(Func<string, int> status)
    {
        var origin = new Origin();
        _ = origin.ServeAsync(head => $"HTTP/1.1 {status(head)} S\r\nContent-Length: 0\r\n\r\n");
        return origin;
    }

    private static async Task AskAsync(RunningProxy proxy, int count)
    {
        using var client = await proxy.ConnectAsync();
        for (int i = 0; i < count; i++)
        {
            await client.SendAsync(Request);
            await client.ReadHeadAsync();
        }
    }
}
