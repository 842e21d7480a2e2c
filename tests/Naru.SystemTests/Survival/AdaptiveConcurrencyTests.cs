namespace Naru.SystemTests.Survival;

/// <summary>A server gets as much at one time as it is judged to carry; the others wait, and in a queue that stands the last one is first.</summary>
[Collection<Alone>]
public class AdaptiveConcurrencyTests
{
    [Fact]
    public async Task ServerGetsTwentyAtFirstAndMoreWhenItAnswersQuickly()
    {
        const int Clients = 60;
        using var answers = new SemaphoreSlim(0);
        await using var server = new Origin(async connection =>
        {
            while (await connection.NextRequestAsync() is { } request)
            {
                if (request.Target.StartsWith("/held", StringComparison.Ordinal))
                    await answers.WaitAsync();
                await connection.AnswerAsync(request.Target);
            }
        });
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes: [{ pool: web }]
            pools:
              web: { servers: [{{server.Address}}], adaptiveConcurrency: gradient, queue: { timeout: 1m } }
            """);
        var clients = await Wires.ConnectAsync(web, Clients);

        await clients.AskAsync("/held-");
        await Eventually.IsTrue(async () => (await naru.StatusAsync()).Pools[0].Queued == Clients - 20, "the others wait");
        Assert.Equal(20, server.Requests.Count);
        Assert.Equal(20, (await naru.StatusAsync()).Pools[0].Servers[0].Limit);

        answers.Release(Clients);
        await clients.AssertAnsweredAsync("/held-");
        await using var load = new Load(web, clients: 40);
        await Eventually.IsTrue(async () => (await naru.StatusAsync()).Pools[0].Servers[0].Limit > 22, "the limit grows");
        await load.StopAsync();
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task LastOneIsFirstInAQueueThatStandsAndNobodyWaitsLongInIt()
    {
        using var answers = new SemaphoreSlim(0);
        await using var server = new Origin(async connection =>
        {
            while (await connection.NextRequestAsync() is { } request)
            {
                await answers.WaitAsync();
                await connection.AnswerAsync(request.Target);
            }
        });
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config("30s"));
        using var first = await AskAsync("/first");
        await Eventually.IsTrue(() => server.Requests.Count == 1, "the server is full");
        using var early = await AskAsync("/early");
        await WaitingAsync(1);
        // Longer than a burst may last.
        await Task.Delay(200);
        using var late = await AskAsync("/late");
        await WaitingAsync(2);

        answers.Release();
        Assert.Equal("/first", (await first.ReadResponseAsync()).Text);
        await Eventually.IsTrue(() => server.Requests.Count == 2, "the next one is at the server");
        Assert.Equal("/late", server.Requests.Last().Target);
        answers.Release(2);
        Assert.Equal("/late", (await late.ReadResponseAsync()).Text);
        Assert.Equal("/early", (await early.ReadResponseAsync()).Text);

        // With a short target whoever comes into the standing queue is told soon, and those from before keep their time.
        naru.WriteConfig(Config("20ms"));
        Assert.True(await naru.ReloadAsync());
        using var full = await AskAsync("/full");
        await Eventually.IsTrue(() => server.Requests.Count == 4, "the server is full again");
        using var patient = await AskAsync("/patient");
        await WaitingAsync(1);
        await Task.Delay(200);
        using var refused = await AskAsync("/refused");
        var refusal = await refused.ReadResponseAsync();
        Assert.Equal(503, refusal.Status);
        Assert.Contains("queue-timeout", refusal.Text, StringComparison.Ordinal);
        answers.Release(2);
        Assert.Equal("/full", (await full.ReadResponseAsync()).Text);
        Assert.Equal("/patient", (await patient.ReadResponseAsync()).Text);

        async Task<Wire> AskAsync(string target)
        {
            var client = await Wire.ConnectAsync(web);
            await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: test\r\n\r\n");
            return client;
        }

        Task WaitingAsync(int count) =>
            Eventually.IsTrue(async () => (await naru.StatusAsync()).Pools[0].Queued == count, $"{count} wait");

        string Config(string target) => $$"""
            process: { loops: 1 }
            listeners:
              - bind: {{web}}
                routes: [{ pool: web }]
            pools:
              web:
                servers: [{ address: {{server.Address}}, maxConnections: 1 }]
                queue: { timeout: 1m, order: codel, target: {{target}} }
            """;
    }
}
