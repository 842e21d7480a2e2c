namespace Naru.Core.Balancing;

/// <summary>
/// Where hashes land. Maglev fills it with the eligible servers. The sticky kind fills it with every configured server and
/// leaves the places of those that are out: a hash that lands there is hashed again, so a server that is lost, or that
/// ramps up, moves its own clients and nobody else's.
/// </summary>
internal sealed class HashTable : BalanceTable
{
    private const double Always = 4_294_967_296;

    private readonly ulong[] _identities;
    private readonly int[] _fullWeights;
    private readonly int[] _slots;
    private readonly ulong[] _accepts;
    private readonly double[] _bounds;

    private HashTable(Candidate[] candidates, long totalWeight, TableInput input)
    {
        // By identity: nodes that list the same servers in another order must agree.
        Array.Sort(candidates, static (a, b) => a.Server.Identity.CompareTo(b.Server.Identity));
        Servers = [.. candidates.Select(c => c.Server)];
        Weights = [.. candidates.Select(c => c.Weight)];
        Load = input.BoundedLoad > 0 ? input.Load : null;
        _identities = [.. Servers.Select(s => s.Identity)];
        _fullWeights = [.. candidates.Select(c => c.FullWeight)];
        _accepts = [.. candidates.Select(c => (ulong)(Always * c.Weight / c.FullWeight))];
        _bounds = [.. candidates.Select(c => input.BoundedLoad * c.Weight / totalWeight)];
        _slots = input.Previous is HashTable previous && previous.HasPlacesOf(this)
            ? previous._slots
            : MaglevSlots.Fill(_identities, _fullWeights);
    }

    internal ServerLoad[] Servers { get; }

    /// <summary>In thousandths; 0: not eligible.</summary>
    internal int[] Weights { get; }

    /// <summary>Null: unbounded.</summary>
    internal PoolLoad? Load { get; }

    internal static HashTable BuildSticky(EligibleSet set, TableInput input) =>
        BuildStickyBounded(set, input with { BoundedLoad = 0 });

    internal static HashTable BuildStickyBounded(EligibleSet set, TableInput input) =>
        new([.. input.Candidates], set.TotalWeight, input);

    internal static HashTable BuildMaglev(EligibleSet set, TableInput input)
    {
        var eligible = input.Candidates.Where(c => c.Weight > 0).Select(c => c with { FullWeight = c.Weight });
        return new([.. eligible], set.TotalWeight, input);
    }

    /// <summary>The server of a hash; the high bits of the hash choose.</summary>
    internal int IndexOf(ulong hash) => _slots[(int)Math.BigMul(hash, (ulong)_slots.Length, out _)];

    /// <summary>Whether the server takes this hash now: all when at full weight, none when out; the low bits choose.</summary>
    internal bool Accepts(int index, ulong hash) => (uint)hash < _accepts[index];

    /// <summary>In flight &lt; ceil((in flight of the pool + 1) · factor · share); of a whole number the ceiling changes nothing.</summary>
    internal bool IsWithinBound(int index, int inFlightOfPool) =>
        Servers[index].InFlight < (inFlightOfPool + 1.0) * _bounds[index];

    private bool HasPlacesOf(HashTable other) =>
        _identities.AsSpan().SequenceEqual(other._identities) && _fullWeights.AsSpan().SequenceEqual(other._fullWeights);
}
