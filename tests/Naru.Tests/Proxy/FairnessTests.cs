using Naru.Engine;
using Naru.Tests.Loop;

namespace Naru.Tests.Proxy;

public class FairnessTests
{
    private const string Ping = "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task ClientWhoseRequestsWereAllSentAheadHasSoManyAnsweredInATurn()
    {
        const int Count = 800;
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var greedy = await proxy.ConnectAsync();
        Task<long> most;
        using (proxy.HoldLoop())
        {
            most = TurnWatch.MostInATurnAsync(proxy.Loop, () => proxy.Listener.Requests, Count);
            await greedy.SendAsync(string.Concat(Enumerable.Repeat(Ping, Count)));
        }

        // All of them are there in the first turn. The one that finds a turn begun is not counted.
        Assert.InRange(await most, EngineLimits.RequestsPerTurn, EngineLimits.RequestsPerTurn + 1);
    }

    [Fact]
    public async Task ClientThatSendsWithoutPauseLetsOthersHaveTheirTurn()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var greedy = await proxy.ConnectAsync();
        using var modest = await proxy.ConnectAsync();
        string many = string.Concat(Enumerable.Repeat(Ping, 4000));
        bool isOver = false;
        var sending = Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
                await greedy.SendAsync(many);
            greedy.EndSending();
        });
        var reading = Task.Run(greedy.ReadToEndAsync);

        var longest = TimeSpan.Zero;
        for (int i = 0; i < 10; i++)
        {
            var before = DateTime.UtcNow;
            await modest.SendAsync(Ping);
            await modest.ReadHeadAsync();
            await modest.ReadAsync(4);
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, (DateTime.UtcNow - before).Ticks));
        }

        Volatile.Write(ref isOver, true);
        await sending;
        await reading;
        Assert.True(longest < TimeSpan.FromSeconds(2), $"The modest client waited {longest}.");
    }
}
