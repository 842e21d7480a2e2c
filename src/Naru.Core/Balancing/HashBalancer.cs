namespace Naru.Core.Balancing;

/// <summary>
/// source-hash, consistent-hash and maglev: the request's hash decides (<see cref="HashTable"/>), within the bounded load of
/// the pool (Mirrokni, Thorup, Zadimoghaddam, "Consistent hashing with bounded loads"). A server that may not take the
/// request passes it to where its hash, hashed again, lands: the load of one lost server spreads over all others.
/// </summary>
internal sealed class HashBalancer : Balancer
{
    /// <summary>With half of the servers out, one pick in four thousand millions comes to the slow way.</summary>
    private const int MaxProbes = 32;

    private HashTable? _table;

    private protected override void Adopt(EligibleSet set) => _table = set.Table as HashTable;

    private protected override ServerLoad? Choose(EligibleSet set, in PickContext context)
    {
        HashTable table = _table!;
        int inFlight = table.Load?.InFlight ?? 0;
        for (int probe = 0; probe < MaxProbes; probe++)
        {
            ulong hash = KeyedHash.Mix(context.Hash + (ulong)probe * KeyedHash.Golden);
            int index = table.IndexOf(hash);
            ServerLoad server = table.Servers[index];
            if (table.Accepts(index, hash)
                && context.Allows(server)
                && (table.Load is null || table.IsWithinBound(index, inFlight)))
                return server;
        }
        return ChooseByRendezvous(table, in context);
    }

    /// <summary>
    /// Weighted rendezvous over what is allowed (Schindelhauer, Schomaker 2005): also here a lost server moves only its own.
    /// Servers within their bound come first; past it only when there is no other (tried, full).
    /// </summary>
    private static ServerLoad? ChooseByRendezvous(HashTable table, in PickContext context)
    {
        ServerLoad? best = null;
        bool bestWithin = false;
        double bestScore = 0;
        int inFlight = table.Load?.InFlight ?? 0;
        for (int i = 0; i < table.Servers.Length; i++)
        {
            ServerLoad server = table.Servers[i];
            if (table.Weights[i] == 0 || !context.Allows(server))
                continue;
            bool within = table.Load is null || table.IsWithinBound(i, inFlight);
            double score = table.Weights[i] / -Math.Log(UnitOf(context.Hash, server));
            if (best is null || (within && !bestWithin) || (within == bestWithin && score > bestScore))
                (best, bestWithin, bestScore) = (server, within, score);
        }
        return best;
    }

    /// <summary>In (0, 1), fixed for a request's hash and a server.</summary>
    private static double UnitOf(ulong hash, ServerLoad server) =>
        ((KeyedHash.Mix(hash ^ server.Identity) >> 12) + 0.5) * (1.0 / (1UL << 52));
}
