using System.Diagnostics;
using System.Net;

namespace Naru.SystemTests.Survival;

/// <summary>
/// An outage is not multiplied by retries: ten a second, summed over ten seconds, and the configured share of the requests. What is beyond
/// fails as it would without retries, and is counted.
/// </summary>
[Collection<Alone>]
public class RetryBudgetTests
{
    private const int FreeRetries = 100;
    private const int RequestsMax = 500;
    private const int RequestsAfter = 20;

    [Theory]
    [InlineData("http", 0)]
    [InlineData("http", 50)]
    [InlineData("tcp", 0)]
    [InlineData("tcp", 50)]
    public async Task RetriesBeyondTheBudgetAreRefused(string protocol, int percent)
    {
        await using var origin = new Origin(async connection =>
        {
            if (protocol == "tcp")
                await connection.SendAsync("1");
            while (await connection.NextRequestAsync() != null)
                await connection.AnswerAsync("1");
        });
        var gone = Ports.TakeAddress();
        var bind = Ports.TakeAddress();
        string listener = protocol == "tcp" ? "protocol: tcp, pool: web" : "routes: [{ pool: web }]";
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners: [{ bind: {{bind}}, {{listener}} }]
            pools:
              web: { servers: [{{gone}}, {{origin.Address}}], retry: { budget: {{percent}}% }, health: { passive: off } }
            """);

        var clock = Stopwatch.StartNew();
        int requests = 0;
        do
        {
            Assert.True(requests < RequestsMax, $"{requests} requests, and every retry was allowed");
            requests++;
        }
        while (await IsServedAsync(bind, protocol));
        // The budget forgets what is older than ten seconds.
        double windows = Math.Max(1, Math.Ceiling(clock.Elapsed.TotalSeconds / 9));
        var pool = (await naru.StatusAsync()).Pools.Single();
        double budget = FreeRetries + (requests * percent / 100.0);
        Assert.InRange(pool.Retries, budget - 1, budget * windows);
        Assert.Equal(1, pool.RetriesRefused);

        int failed = 1;
        for (int i = 0; i < RequestsAfter; i++)
            failed += await IsServedAsync(bind, protocol) ? 0 : 1;
        pool = (await naru.StatusAsync()).Pools.Single();
        Assert.Equal(failed, pool.RetriesRefused);
        Assert.Equal(failed, await naru.EndsAsync("connect-failed"));
        Assert.Equal(pool.Retries + pool.RetriesRefused, (await naru.ServerAsync("web", gone)).ConnectFailures);
    }

    /// <summary>False: the client was told of a failure, or cut off.</summary>
    private static async Task<bool> IsServedAsync(IPEndPoint bind, string protocol)
    {
        using var client = await Wire.ConnectAsync(bind);
        if (protocol == "tcp")
            return await client.SipAsync(1);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        int status = (await client.ReadResponseAsync()).Status;
        Assert.Contains(status, new[] { 200, 502 });
        return status == 200;
    }
}
