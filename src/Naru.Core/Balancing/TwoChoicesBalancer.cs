namespace Naru.Core.Balancing;

/// <summary>
/// two-choices: of two servers drawn by weight, the one with the smaller (in flight + 1) / weight (Mitzenmacher, "The power
/// of two choices in randomized load balancing"). Nearly as even as least-connections at the cost of two look-ups.
/// </summary>
internal sealed class TwoChoicesBalancer(ulong seed) : Balancer
{
    /// <summary>Pools so small are looked through whole: it costs no more, and is exact.</summary>
    private const int FullScanServers = 4;

    /// <summary>Draws in all; afterwards one choice is enough, and without any the whole set is looked through.</summary>
    private const int MaxDraws = 8;

    private FastRandom _random = new(seed);
    private AliasTable? _table;

    private protected override void Adopt(EligibleSet set) => _table = set.Table as AliasTable;

    private protected override ServerLoad? Choose(EligibleSet set, in PickContext context)
    {
        ServerLoad[] servers = set.Servers;
        if (servers.Length <= FullScanServers)
            return Scan(set, in context);
        int first = -1;
        for (int draw = 0; draw < MaxDraws; draw++)
        {
            int drawn = _table is null ? _random.Next(servers.Length) : _table.Draw(ref _random);
            if (drawn == first || !context.Allows(servers[drawn]))
                continue;
            if (first >= 0)
                return servers[Lighter(set, first, drawn)];
            first = drawn;
        }
        return first >= 0 ? servers[first] : Scan(set, in context);
    }

    private static int Lighter(EligibleSet set, int a, int b) =>
        (set.Servers[a].InFlight + 1L) * set.Weights[b] <= (set.Servers[b].InFlight + 1L) * set.Weights[a] ? a : b;

    private ServerLoad? Scan(EligibleSet set, in PickContext context)
    {
        int start = _random.Next(set.Servers.Length);
        int index = LeastConnectionsBalancer.LeastLoaded(set, start, in context);
        return index < 0 ? null : set.Servers[index];
    }
}
