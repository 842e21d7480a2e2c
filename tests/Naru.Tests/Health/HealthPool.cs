using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Health;
using Naru.Tests.Balancing;

namespace Naru.Tests.Health;

/// <summary>A pool of servers a, b, c... under one health keeper, with a clock moved by hand.</summary>
internal sealed class HealthPool
{
    internal HealthPool(int servers, HealthOptions? options = null, Func<int, ServerOptions>? server = null, ulong seed = 1)
    {
        Loads = Pools.Servers(servers);
        Options = new PoolOptions
        {
            Name = "web",
            Servers = [.. Enumerable.Range(0, servers).Select(i => (server ?? (i => Server(i)))(i))],
            Health = options ?? Checked(),
        };
        Health = new PoolHealth(Options, Pairs(), seed, 0);
    }

    internal ServerLoad[] Loads { get; }

    internal PoolOptions Options { get; }

    internal PoolHealth Health { get; }

    internal long NowMs { get; private set; }

    internal static ServerOptions Server(int index, int weight = 1, int max = 0, bool backup = false)
    {
        string address = Pools.Servers(index + 1)[index].Address;
        return new()
        {
            Address = address,
            Host = address[..address.IndexOf(':', StringComparison.Ordinal)],
            Port = 8080,
            Weight = weight,
            MaxConnections = max,
            Backup = backup,
        };
    }

    internal static HealthOptions Checked(
        int slowStartSeconds = 0, double floor = 0, double maxEjected = 0.5, int ejectForSeconds = 30) => new()
        {
            Active = new ActiveCheckOptions { Rise = 2, Fall = 3 },
            Passive = new PassiveCheckOptions { EjectFor = TimeSpan.FromSeconds(ejectForSeconds), MaxEjected = maxEjected },
            Floor = floor,
            SlowStart = TimeSpan.FromSeconds(slowStartSeconds),
        };

    internal bool Check(int server, bool ok, int times = 1)
    {
        bool changed = false;
        for (int i = 0; i < times; i++)
            changed |= Health.OnCheck(Loads[server], ok, "connection refused", NowMs);
        return changed;
    }

    internal bool Fail(int server) => Health.OnConsecutiveFailures(Loads[server], NowMs);

    internal bool Drain(int server, bool draining = true) => Health.SetDraining(Loads[server], draining, NowMs);

    internal bool Advance(long ms, params TrafficCount[] counts)
    {
        NowMs += ms;
        return Health.Tick(NowMs, counts);
    }

    internal ServerState State(int server) => Health.State(Loads[server]);

    internal bool IsPicked(int server) => Health.Set.Servers.Contains(Loads[server]);

    /// <summary>In thousandths; 0: not in the set.</summary>
    internal int Weight(int server)
    {
        int index = Array.IndexOf(Health.Set.Servers, Loads[server]);
        return index < 0 ? 0 : Health.Set.Weights[index];
    }

    private PoolServer[] Pairs() => [.. Loads.Zip(Options.Servers, (load, options) => new PoolServer(load, options))];
}
