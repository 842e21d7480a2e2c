namespace Naru.Core.Balancing;

/// <summary>
/// round-robin: servers in turn, by weight (<see cref="SmoothSequence"/>). Each loop starts at a random place so that
/// loops and nodes do not march together.
/// </summary>
internal sealed class RoundRobinBalancer(ulong seed) : Balancer
{
    private readonly double _start = new FastRandom(seed).NextDouble();
    private int[]? _order;
    private int _length;
    private int _position;

    /// <summary>The place in the period is kept as a share of it: a server more or less does not restart the round.</summary>
    private protected override void Adopt(EligibleSet set)
    {
        double phase = _length == 0 ? _start : (double)_position / _length;
        _order = (set.Table as SmoothSequence)?.Order;
        _length = _order?.Length ?? set.Servers.Length;
        _position = (int)(phase * _length);
    }

    private protected override ServerLoad? Choose(EligibleSet set, in PickContext context)
    {
        // Two rounds of an average server meet every server that is not much lighter than the average.
        ServerLoad[] servers = set.Servers;
        int steps = Math.Min(_length, 2 * servers.Length);
        for (int step = 0; step < steps; step++)
        {
            ServerLoad server = servers[NextIndex()];
            if (context.Allows(server))
                return server;
        }
        return _order is null ? null : FirstAllowed(servers, in context);
    }

    private int NextIndex()
    {
        int position = _position;
        _position = position + 1 == _length ? 0 : position + 1;
        return _order is null ? position : _order[position];
    }

    /// <summary>The heavy servers are full: whoever is next by index.</summary>
    private ServerLoad? FirstAllowed(ServerLoad[] servers, in PickContext context)
    {
        int start = NextIndex();
        for (int i = 0; i < servers.Length; i++)
        {
            ServerLoad server = servers[(start + i) % servers.Length];
            if (context.Allows(server))
                return server;
        }
        return null;
    }
}
