namespace Naru.Core.Balancing;

/// <summary>
/// least-time: the smallest max(cost, how long requests have waited in vain) · (in flight + 1) / weight, where cost is the
/// peak-sensitive response time (<see cref="PeakEwma"/>). The wait catches a server that hangs before anything ends.
/// </summary>
internal sealed class LeastTimeBalancer(ulong seed) : Balancer
{
    /// <summary>Counted for a server that has requests but never answered one: others first, yet not never.</summary>
    internal const double UnknownMs = 60_000;

    private FastRandom _random = new(seed);

    private protected override ServerLoad? Choose(EligibleSet set, in PickContext context)
    {
        ServerLoad[] servers = set.Servers;
        ServerLoad? best = null;
        double bestScore = double.PositiveInfinity;
        for (int step = 0, i = _random.Next(servers.Length); step < servers.Length; step++)
        {
            if (MayBeat(bestScore, servers[i], set.Weights[i], context.NowMs))
            {
                double score = Score(servers[i], set.Weights[i], context.NowMs);
                if (score < bestScore && context.Allows(servers[i]))
                    (best, bestScore) = (servers[i], score);
            }
            if (++i == servers.Length)
                i = 0;
        }
        return best;
    }

    /// <summary>Most servers of a pool fail this cheap test, which saves their exponential.</summary>
    private static bool MayBeat(double bestScore, ServerLoad server, int weight, long nowMs) =>
        server.LeastCost(nowMs) * (server.InFlight + 1) < bestScore * weight;

    private static double Score(ServerLoad server, int weight, long nowMs)
    {
        int inFlight = server.InFlight;
        double cost = server.Cost(nowMs);
        if (cost == 0)
        {
            // Unknown and idle: one request finds out. Unknown and busy: wait for the answer.
            if (inFlight == 0)
                return 0;
            cost = UnknownMs;
        }
        long sinceMs = server.WaitsSinceMs;
        if (sinceMs != 0)
            cost = Math.Max(cost, nowMs - sinceMs);
        return cost * (inFlight + 1) / weight;
    }
}
