using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Balancing;

public class TwoChoicesBalancerTests
{
    private const BalanceAlgorithm Algorithm = BalanceAlgorithm.TwoChoices;

    /// <summary>
    /// n requests held by n servers: one choice gives a fullest of about ln n / ln ln n (8 or 9 for 10,000), two choices
    /// log2 ln n + O(1) (about 4).
    /// </summary>
    [Fact]
    public void FullestServerIsFarBelowThatOfOneChoice()
    {
        Assert.InRange(Fullest(Algorithm), 2, 5);
        Assert.InRange(Fullest(BalanceAlgorithm.Random), 6, 14);

        static int Fullest(BalanceAlgorithm algorithm)
        {
            ServerLoad[] servers = Pools.Servers(10_000);
            EligibleSet set = Pools.Set(algorithm, servers);
            Balancer balancer = BalancerRegistry.Create(algorithm, 23);
            for (int i = 0; i < servers.Length; i++)
                balancer.Pick(set, new PickContext(0))!.Acquire();
            return servers.Max(s => s.InFlight);
        }
    }

    [Fact]
    public void SmallPoolIsLookedThroughWhole()
    {
        ServerLoad[] servers = Pools.Servers(4);
        EligibleSet set = Pools.Set(Algorithm, servers);
        Balancer balancer = BalancerRegistry.Create(Algorithm, 1);
        for (int i = 0; i < 400; i++)
            balancer.Pick(set, new PickContext(0))!.Acquire();
        Assert.All(servers, s => Assert.Equal(100, s.InFlight));
    }

    [Fact]
    public void HeldRequestsFollowTheWeights() => Seeded.Run(10, random =>
    {
        int[] weights = Pools.RandomWeights(random, 20);
        ServerLoad[] servers = Pools.Servers(20);
        EligibleSet set = Pools.Set(Algorithm, servers, weights);
        Balancer balancer = BalancerRegistry.Create(Algorithm, (ulong)random.NextInt64());
        for (int i = 0; i < 100 * weights.Sum(); i++)
            balancer.Pick(set, new PickContext(0))!.Acquire();
        for (int i = 0; i < 20; i++)
            Assert.InRange(servers[i].InFlight, 90.0 * weights[i] - 5, 110.0 * weights[i] + 5);
    });

    [Fact]
    public void ServerThatOutweighsAllOthersIsStillPicked()
    {
        int[] weights = [1000, 1, 1, 1, 1, 1];
        int[] counts = Pools.Count(BalancerRegistry.Create(Algorithm, 4), Pools.Set(Algorithm, Pools.Servers(6), weights), 10_000);
        Assert.InRange(counts[0], 9_500, 10_000);
    }
}
