namespace Naru.SystemTests.Survival;

/// <summary>Servers that take only so much at a time, and more clients than that.</summary>
[Collection<Alone>]
public class QueueTests
{
    private const int PlacesPerServer = 2;

    [Fact]
    public async Task EverybodyIsServedInTurnAndNoServerGetsMoreThanItsMaximum()
    {
        int most = 0;
        await using var one = Limited();
        await using var two = Limited();
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes: [{ pool: web }]
            pools:
              web:
                servers:
                  - { address: {{one.Address}}, maxConnections: {{PlacesPerServer}} }
                  - { address: {{two.Address}}, maxConnections: {{PlacesPerServer}} }
                queue: { size: 100, timeout: 10s }
            """, loops: 2);
        await using var load = new Load(web, clients: 40);

        await load.MoreAsync(2000);

        await load.StopAsync();
        Assert.Equal(PlacesPerServer, most);
        var pool = (await naru.StatusAsync()).Pools.Single();
        Assert.Equal((0, 0L), (pool.Queued, pool.QueueTimeouts));
        Assert.All(pool.Servers, server => Assert.Equal(0, server.InFlight));

        Origin Limited()
        {
            int inFlight = 0;
            return new Origin(async connection =>
            {
                while (await connection.NextRequestAsync() is { } request)
                {
                    int now = Interlocked.Increment(ref inFlight);
                    for (int seen = most; now > seen; seen = most)
                        Interlocked.CompareExchange(ref most, now, seen);
                    await Task.Delay(1);
                    Interlocked.Decrement(ref inFlight);
                    await connection.AnswerAsync(request.Target);
                }
            });
        }
    }
}
