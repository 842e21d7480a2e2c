using Naru.Core.Config;

namespace Naru.Core.Balancing;

/// <summary>The list of algorithms: how a loop's balancer is made, and the table that a set carries for it.</summary>
public static class BalancerRegistry
{
    /// <summary>One balancer for one pool on one loop. A seed per loop keeps loops and nodes from marching together.</summary>
    public static Balancer Create(BalanceAlgorithm algorithm, ulong seed) => Find(algorithm).Create(seed);

    internal static BalanceTable? BuildTable(BalanceAlgorithm algorithm, EligibleSet set, in TableInput input) =>
        Find(algorithm).BuildTable?.Invoke(set, input);

    private static Entry Find(BalanceAlgorithm algorithm) => algorithm switch
    {
        BalanceAlgorithm.RoundRobin => new(static seed => new RoundRobinBalancer(seed), SmoothSequence.Build),
        BalanceAlgorithm.Random => new(static seed => new RandomBalancer(seed), AliasTable.Build),
        BalanceAlgorithm.LeastConnections => new(static seed => new LeastConnectionsBalancer(seed), null),
        BalanceAlgorithm.TwoChoices => new(static seed => new TwoChoicesBalancer(seed), AliasTable.Build),
        BalanceAlgorithm.LeastTime => new(static seed => new LeastTimeBalancer(seed), null),
        BalanceAlgorithm.SourceHash => new(static _ => new HashBalancer(), HashTable.BuildSticky),
        BalanceAlgorithm.ConsistentHash => new(static _ => new HashBalancer(), HashTable.BuildStickyBounded),
        BalanceAlgorithm.Maglev => new(static _ => new HashBalancer(), HashTable.BuildMaglev),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "not a balancing algorithm"),
    };

    private readonly record struct Entry(Func<ulong, Balancer> Create, Func<EligibleSet, TableInput, BalanceTable?>? BuildTable);
}
