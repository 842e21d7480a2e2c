namespace Naru.Core.Balancing;

/// <summary>random: a draw in proportion to weight.</summary>
internal sealed class RandomBalancer(ulong seed) : Balancer
{
    /// <summary>Draws before the allowed servers are looked through; with half of the weight allowed, 1 in 256 gets so far.</summary>
    private const int MaxDraws = 8;

    private FastRandom _random = new(seed);
    private AliasTable? _table;

    private protected override void Adopt(EligibleSet set) => _table = set.Table as AliasTable;

    private protected override ServerLoad? Choose(EligibleSet set, in PickContext context)
    {
        ServerLoad[] servers = set.Servers;
        for (int draw = 0; draw < MaxDraws; draw++)
        {
            ServerLoad server = servers[_table is null ? _random.Next(servers.Length) : _table.Draw(ref _random)];
            if (context.Allows(server))
                return server;
        }
        return DrawAllowed(set, in context);
    }

    /// <summary>
    /// Weighted choice over a stream (reservoir of one): each allowed server replaces the choice with the chance of its
    /// weight among those seen, so one pass is enough and nobody may fill up between two.
    /// </summary>
    private ServerLoad? DrawAllowed(EligibleSet set, in PickContext context)
    {
        ServerLoad? chosen = null;
        long seen = 0;
        for (int i = 0; i < set.Servers.Length; i++)
        {
            if (!context.Allows(set.Servers[i]))
                continue;
            seen += set.Weights[i];
            if (_random.NextDouble() * seen < set.Weights[i])
                chosen = set.Servers[i];
        }
        return chosen;
    }
}
