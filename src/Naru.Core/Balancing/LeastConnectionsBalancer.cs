namespace Naru.Core.Balancing;

/// <summary>least-connections: the smallest (in flight + 1) / weight over all loops; ties by round robin.</summary>
internal sealed class LeastConnectionsBalancer(ulong seed) : Balancer
{
    private readonly double _start = new FastRandom(seed).NextDouble();
    private int _next = -1;

    private protected override void Adopt(EligibleSet set)
    {
        int count = set.Servers.Length;
        if (count > 0)
            _next = _next < 0 ? (int)(_start * count) : _next % count;
    }

    private protected override ServerLoad? Choose(EligibleSet set, in PickContext context)
    {
        int index = LeastLoaded(set, _next, in context);
        if (index < 0)
            return null;
        _next = index + 1 == set.Servers.Length ? 0 : index + 1;
        return set.Servers[index];
    }

    /// <summary>The index of the least loaded allowed server, the first of equals from <paramref name="start"/> on; -1: none.</summary>
    internal static int LeastLoaded(EligibleSet set, int start, in PickContext context)
    {
        ServerLoad[] servers = set.Servers;
        int best = -1;
        long bestLoad = 0;
        long bestWeight = 1;
        for (int step = 0, i = start; step < servers.Length; step++)
        {
            long load = servers[i].InFlight + 1;
            long weight = set.Weights[i];

            // load / weight < bestLoad / bestWeight without a division
            if ((best < 0 || load * bestWeight < bestLoad * weight) && context.Allows(servers[i]))
                (best, bestLoad, bestWeight) = (i, load, weight);
            if (++i == servers.Length)
                i = 0;
        }
        return best;
    }
}
