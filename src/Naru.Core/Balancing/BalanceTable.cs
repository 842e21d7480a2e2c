namespace Naru.Core.Balancing;

/// <summary>What an algorithm computes once for a set so that its picks are cheap. Immutable, shared by all loops.</summary>
internal abstract class BalanceTable;

/// <summary>What a table may depend on beside the set itself.</summary>
/// <param name="BoundedLoad">0: unbounded.</param>
internal readonly record struct TableInput(
    IReadOnlyList<Candidate> Candidates, double BoundedLoad, PoolLoad? Load, BalanceTable? Previous);
