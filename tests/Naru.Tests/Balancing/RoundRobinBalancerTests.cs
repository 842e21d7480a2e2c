using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Balancing;

public class RoundRobinBalancerTests
{
    private const BalanceAlgorithm Algorithm = BalanceAlgorithm.RoundRobin;

    [Fact]
    public void EqualWeightsTakeTurnsWithoutATable()
    {
        EligibleSet set = Pools.Set(Algorithm, Pools.Servers(3), 7, 7, 7);
        Assert.Null(set.Table);
        ServerLoad[] picks = Picks(BalancerRegistry.Create(Algorithm, 5), set, 9);
        Assert.Equal(3, picks[..3].Distinct().Count());
        Assert.Equal(picks[..3], picks[3..6]);
        Assert.Equal(picks[..3], picks[6..]);
    }

    [Fact]
    public void LoopsStartAtDifferentServers()
    {
        EligibleSet set = Pools.Set(Algorithm, Pools.Servers(8));
        var first = Enumerable.Range(0, 100).Select(seed => BalancerRegistry.Create(Algorithm, (ulong)seed).Pick(set, new PickContext(0)));
        Assert.Equal(8, first.Distinct().Count());
    }

    /// <summary>The example of nginx's author: 5, 1, 1 gives a a b a c a a.</summary>
    [Fact]
    public void WeightsInterleaveSmoothly() => Assert.Equal([0, 0, 1, 0, 2, 0, 0], SmoothSequence.Compute([5, 1, 1]));

    [Fact]
    public void SequenceIsTheOneOfTheTextbook() => Seeded.Run(100, random =>
    {
        int[] weights = [.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => random.Next(1, 8))];
        Assert.Equal(Textbook(weights), SmoothSequence.Compute(weights));
    });

    [Fact]
    public void EveryPeriodFollowsTheWeightsExactly() => Seeded.Run(30, random =>
    {
        int[] weights = Pools.RandomWeights(random, random.Next(2, 20));
        EligibleSet set = Pools.Set(Algorithm, Pools.Servers(weights.Length), weights);
        Balancer balancer = BalancerRegistry.Create(Algorithm, (ulong)random.NextInt64());
        Assert.Equal(weights.Select(w => 2 * w), Pools.Count(balancer, set, 2 * weights.Sum()));
    });

    /// <summary>Slow start makes odd weights; the period stays bounded and the shares close.</summary>
    [Fact]
    public void QuantisedWeightsKeepTheirShares() => Seeded.Run(30, random =>
    {
        int[] weights = [.. Enumerable.Range(0, random.Next(2, 300)).Select(_ => random.Next(1_000, 20_000))];
        int[] quantised = SmoothSequence.Quantise(weights);
        double sum = weights.Sum();
        double length = quantised.Sum();
        Assert.True(length <= Math.Max(SmoothSequence.MaxLengthOfSmallPool, SmoothSequence.MaxLengthPerServer * weights.Length));
        for (int i = 0; i < weights.Length; i++)
        {
            double error = quantised[i] / length - weights[i] / sum;
            Assert.True(Math.Abs(error) < 1.5 / length, $"server {i}: {error}");
        }
    });

    [Fact]
    public void SmallestWeightBesideTheLargestIsNotStarved()
    {
        int[] weights = [1000 * 1000, 1000];
        Assert.Equal([1000, 1], SmoothSequence.Quantise(weights));
        Assert.All(SmoothSequence.Quantise([1_000_000, 100, 999_999]), w => Assert.True(w >= 1));
    }

    /// <summary>The picks after a full server go on evenly instead of doubling its neighbour.</summary>
    [Fact]
    public void FullServerDoesNotDoubleItsNeighbour()
    {
        ServerLoad[] servers = Pools.Servers(4);
        servers[2].MaxConnections = 1;
        servers[2].Acquire();
        EligibleSet set = Pools.Set(Algorithm, servers);
        Assert.Equal([100, 100, 0, 100], Pools.Count(BalancerRegistry.Create(Algorithm, 3), set, 300));
    }

    [Fact]
    public void NewSetsDoNotRestartTheRound()
    {
        ServerLoad[] servers = Pools.Servers(10);
        Balancer balancer = BalancerRegistry.Create(Algorithm, 11);
        var counts = new Dictionary<ServerLoad, int>();
        for (int i = 0; i < 1000; i++)
        {
            // A new set at every single pick, as in the worst of reloads.
            ServerLoad server = balancer.Pick(Pools.Set(Algorithm, servers), new PickContext(0))!;
            counts[server] = counts.GetValueOrDefault(server) + 1;
        }
        Assert.All(servers, s => Assert.Equal(100, counts[s]));
    }

    private static ServerLoad[] Picks(Balancer balancer, EligibleSet set, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => balancer.Pick(set, new PickContext(0))!)];

    private static int[] Textbook(int[] weights)
    {
        var current = new int[weights.Length];
        var order = new int[weights.Sum()];
        for (int step = 0; step < order.Length; step++)
        {
            int best = 0;
            for (int i = 0; i < weights.Length; i++)
            {
                current[i] += weights[i];
                if (current[i] > current[best])
                    best = i;
            }
            current[best] -= order.Length;
            order[step] = best;
        }
        return order;
    }
}
