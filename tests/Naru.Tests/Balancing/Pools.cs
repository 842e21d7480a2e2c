using System.Globalization;
using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Balancing;

/// <summary>Servers and sets for tests.</summary>
internal static class Pools
{
    internal static readonly HashOptions Unbounded = new() { BoundedLoad = 0 };

    internal static ServerLoad[] Servers(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ServerLoad(string.Create(CultureInfo.InvariantCulture, $"10.0.{i / 250}.{i % 250}:8080")))];

    /// <summary>Weights as configured (1 = one share); none: all equal.</summary>
    internal static EligibleSet Set(BalanceAlgorithm algorithm, ServerLoad[] servers, params int[] weights) =>
        EligibleSet.Build(algorithm, Unbounded, Candidates(servers, weights));

    internal static Candidate[] Candidates(ServerLoad[] servers, params int[] weights) =>
    [
        .. servers.Select((server, i) =>
        {
            int weight = (weights.Length == 0 ? 1 : weights[i]) * EligibleSet.WeightUnit;
            return new Candidate(server, weight, weight);
        }),
    ];

    internal static EligibleSet Bounded(BalanceAlgorithm algorithm, ServerLoad[] servers, double factor, params int[] weights)
    {
        var load = new PoolLoad();
        foreach (ServerLoad server in servers)
            server.Attach(load);
        return EligibleSet.Build(algorithm, new HashOptions { BoundedLoad = factor }, Candidates(servers, weights), load: load);
    }

    /// <summary>How often each server of the set is picked; every pick has another hash.</summary>
    internal static int[] Count(Balancer balancer, EligibleSet set, int picks, ulong salt = 0)
    {
        var counts = new Dictionary<ServerLoad, int>();
        for (int i = 0; i < picks; i++)
        {
            ServerLoad server = balancer.Pick(set, new PickContext(0, HashOf(i, salt)))!;
            counts[server] = counts.GetValueOrDefault(server) + 1;
        }
        return [.. set.Servers.Select(s => counts.GetValueOrDefault(s))];
    }

    internal static ulong HashOf(int client, ulong salt = 0) => new KeyedHash(salt, 7).Hash(BitConverter.GetBytes(client));

    /// <summary>
    /// Pearson's chi-square of counts against weights must lie within five standard deviations of its mean, which chance
    /// exceeds less than once in a hundred thousand runs.
    /// </summary>
    internal static void AssertFollowsWeights(int[] counts, int[] weights)
    {
        double picks = counts.Sum();
        double sum = weights.Sum(w => (long)w);
        double chiSquare = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = picks * weights[i] / sum;
            chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        double freedom = counts.Length - 1;
        Assert.True(chiSquare < freedom + 5 * Math.Sqrt(2 * freedom) + 10, $"chi-square {chiSquare:F1} of {freedom} degrees");
    }

    internal static int[] RandomWeights(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(1, 21))];
}
