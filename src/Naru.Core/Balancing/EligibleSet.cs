using System.Collections.Frozen;
using Naru.Core.Config;

namespace Naru.Core.Balancing;

/// <summary>One server offered to a set.</summary>
/// <param name="Weight">In thousandths, now: lowered by slow start and the removal brake; 0: not eligible.</param>
/// <param name="FullWeight">In thousandths, as configured.</param>
public readonly record struct Candidate(ServerLoad Server, int Weight, int FullWeight);

/// <summary>
/// The servers that may be picked now, their weights, and the table that the pool's algorithm needs.
/// Owner: the health keeper builds and publishes it, off the data path; loops compare the reference at each pick.
/// Immutable: nobody writes to the arrays after <see cref="Build"/>.
/// </summary>
public sealed class EligibleSet
{
    /// <summary>A configured weight of 1.</summary>
    public const int WeightUnit = 1000;

    private readonly FrozenSet<ServerLoad> _sticky;

    private EligibleSet(
        BalanceAlgorithm algorithm, ServerLoad[] servers, int[] weights, bool failOpen, FrozenSet<ServerLoad> sticky)
    {
        Algorithm = algorithm;
        Servers = servers;
        Weights = weights;
        FailOpen = failOpen;
        _sticky = sticky;
        HasEqualWeights = Array.TrueForAll(weights, w => w == weights[0]);
        foreach (int weight in weights)
            TotalWeight += weight;
    }

    public ServerLoad[] Servers { get; }

    /// <summary>In thousandths, beside <see cref="Servers"/>; at least 1.</summary>
    public int[] Weights { get; }

    public long TotalWeight { get; }

    public bool HasEqualWeights { get; }

    /// <summary>Too few servers are healthy: the set holds all that are not draining.</summary>
    public bool FailOpen { get; }

    /// <summary>A loop whose balancer was made for another one makes a new balancer (a reload changed the pool).</summary>
    public BalanceAlgorithm Algorithm { get; }

    internal BalanceTable? Table { get; private set; }

    /// <summary>Whether a server may go on serving the clients that stick to it: an eligible or a draining one.</summary>
    public bool AllowsSticky(ServerLoad server) => _sticky.Contains(server);

    /// <param name="algorithm">The pool's; decides which table is built.</param>
    /// <param name="hash">The pool's; only the bounded load is read here.</param>
    /// <param name="candidates">
    /// Every server of the pool's tier, the ineligible with weight 0: the tables of source-hash and consistent-hash
    /// keep the places of those, so that only their own clients move.
    /// </param>
    /// <param name="failOpen">Told to the operator.</param>
    /// <param name="draining">Servers that only their sticky clients may still reach.</param>
    /// <param name="load">The pool's requests in flight, for bounded load; null: unbounded.</param>
    /// <param name="previous">The set before; its table is used again where nothing changed that it depends on.</param>
    public static EligibleSet Build(
        BalanceAlgorithm algorithm,
        HashOptions hash,
        IReadOnlyList<Candidate> candidates,
        bool failOpen = false,
        IReadOnlyList<ServerLoad>? draining = null,
        PoolLoad? load = null,
        EligibleSet? previous = null)
    {
        Candidate[] eligible = [.. candidates.Where(c => c.Weight > 0)];
        var set = new EligibleSet(
            algorithm,
            [.. eligible.Select(c => c.Server)],
            [.. eligible.Select(c => c.Weight)],
            failOpen,
            eligible.Select(c => c.Server).Concat(draining ?? []).ToFrozenSet());
        if (eligible.Length > 0)
        {
            var input = new TableInput(candidates, load is null ? 0 : hash.BoundedLoad, load, previous?.Table);
            set.Table = BalancerRegistry.BuildTable(algorithm, set, input);
        }
        return set;
    }
}
