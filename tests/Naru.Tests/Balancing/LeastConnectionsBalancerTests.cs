using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Balancing;

public class LeastConnectionsBalancerTests
{
    private const BalanceAlgorithm Algorithm = BalanceAlgorithm.LeastConnections;

    [Fact]
    public void SmallestLoadPerWeightWins()
    {
        ServerLoad[] servers = Pools.Servers(3);
        EligibleSet set = Pools.Set(Algorithm, servers, 1, 2, 4);
        Acquire(servers[0], 1);
        Acquire(servers[1], 2);
        Acquire(servers[2], 4);

        // (1+1)/1 = 2, (2+1)/2 = 1.5, (4+1)/4 = 1.25
        Assert.Same(servers[2], BalancerRegistry.Create(Algorithm, 1).Pick(set, new PickContext(0)));
    }

    [Fact]
    public void TiesTakeTurns()
    {
        EligibleSet set = Pools.Set(Algorithm, Pools.Servers(4));
        Assert.Equal([25, 25, 25, 25], Pools.Count(BalancerRegistry.Create(Algorithm, 7), set, 100));
    }

    [Fact]
    public void HeldConnectionsFollowTheWeights() => Seeded.Run(20, random =>
    {
        int[] weights = Pools.RandomWeights(random, random.Next(2, 15));
        ServerLoad[] servers = Pools.Servers(weights.Length);
        EligibleSet set = Pools.Set(Algorithm, servers, weights);
        Balancer balancer = BalancerRegistry.Create(Algorithm, (ulong)random.NextInt64());
        for (int i = 0; i < 100 * weights.Sum(); i++)
            balancer.Pick(set, new PickContext(0))!.Acquire();
        for (int i = 0; i < servers.Length; i++)
            Assert.InRange(servers[i].InFlight, 100 * weights[i] - 2, 100 * weights[i] + 2);
    });

    private static void Acquire(ServerLoad server, int times)
    {
        for (int i = 0; i < times; i++)
            server.Acquire();
    }
}
