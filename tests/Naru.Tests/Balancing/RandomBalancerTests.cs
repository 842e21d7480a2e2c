using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Balancing;

public class RandomBalancerTests
{
    private const BalanceAlgorithm Algorithm = BalanceAlgorithm.Random;

    [Fact]
    public void DrawsFollowTheWeights() => Seeded.Run(20, random =>
    {
        int[] weights = Pools.RandomWeights(random, random.Next(2, 50));
        EligibleSet set = Pools.Set(Algorithm, Pools.Servers(weights.Length), weights);
        Balancer balancer = BalancerRegistry.Create(Algorithm, (ulong)random.NextInt64());
        Pools.AssertFollowsWeights(Pools.Count(balancer, set, 50_000), weights);
    });

    /// <summary>Most of the pool is full, so the draws fail and the few left are looked for: still by weight.</summary>
    [Fact]
    public void FewServersLeftAreStillDrawnByWeight()
    {
        ServerLoad[] servers = Pools.Servers(200);
        int[] weights = Pools.RandomWeights(new Random(2), 200);
        for (int i = 5; i < 200; i++)
        {
            servers[i].MaxConnections = 1;
            servers[i].Acquire();
        }
        int[] counts = Pools.Count(BalancerRegistry.Create(Algorithm, 9), Pools.Set(Algorithm, servers, weights), 50_000);
        Pools.AssertFollowsWeights(counts[..5], weights[..5]);
    }

    [Fact]
    public void RandomSourceIsUniform()
    {
        var random = new FastRandom(42);
        var counts = new int[97];
        for (int i = 0; i < 100_000; i++)
            counts[random.Next(97)]++;
        Pools.AssertFollowsWeights(counts, [.. counts.Select(_ => 1)]);
        double sum = 0;
        for (int i = 0; i < 100_000; i++)
            sum += random.NextDouble();
        Assert.InRange(sum / 100_000, 0.49, 0.51);
    }
}
