using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Health;
using Naru.Tests.Balancing;

namespace Naru.Tests.Health;

public class ReloadTests
{
    [Fact]
    public void KnownServersKeepTheirStateAndNewOnesStartSlowly()
    {
        var pool = new HealthPool(4, HealthPool.Checked(slowStartSeconds: 30));
        pool.Check(0, ok: false, times: 3);
        pool.Fail(1);
        pool.Drain(2);
        ServerLoad[] loads = [.. pool.Loads, Pools.Servers(5)[4]];
        Apply(pool, loads);
        Assert.Equal(ServerState.Down, pool.State(0));
        Assert.Equal(ServerState.Ejected, pool.State(1));
        Assert.Equal(ServerState.Draining, pool.State(2));
        Assert.Equal(ServerState.Up, pool.State(3));
        Assert.Equal(ServerState.SlowStart, pool.Health.State(loads[4]));
        Assert.Equal("added", pool.Health.Reason(loads[4]));
    }

    [Fact]
    public void RemovedServersAreGone()
    {
        var pool = new HealthPool(3);
        Apply(pool, pool.Loads[1..]);
        Assert.Equal([pool.Loads[1], pool.Loads[2]], pool.Health.Set.Servers);
        Assert.Equal(ServerState.Down, pool.State(0));
    }

    [Fact]
    public void ChangedWeightAndLimitApplyAtOnce()
    {
        var pool = new HealthPool(2, HealthPool.Checked(slowStartSeconds: 30));
        Apply(pool, pool.Loads, server: i => HealthPool.Server(i, weight: 5, max: 9));
        Assert.Equal(5000, pool.Weight(0));
        Assert.Equal(ServerState.Up, pool.State(0));
        Assert.Equal(9, pool.Loads[0].MaxConnections);
    }

    [Fact]
    public void TurningChecksOffFreesTheirVerdicts()
    {
        var pool = new HealthPool(4, HealthPool.Checked(slowStartSeconds: 30));
        pool.Check(0, ok: false, times: 3);
        pool.Fail(1);
        Apply(pool, pool.Loads, new HealthOptions { Active = null, Passive = null });
        Assert.Equal(ServerState.SlowStart, pool.State(0));
        Assert.Equal(ServerState.SlowStart, pool.State(1));
    }

    [Fact]
    public void ShrunkenPoolKeepsItsShareOfEjections()
    {
        var pool = new HealthPool(4, HealthPool.Checked(maxEjected: 0.5));
        pool.Fail(0);
        pool.Fail(1);
        Apply(pool, pool.Loads[..2]);
        Assert.Single(pool.Health.Set.Servers);
        Assert.Single(pool.Loads[..2], l => pool.Health.State(l) == ServerState.Ejected);
    }

    [Fact]
    public void AnotherAlgorithmGetsItsTableAndCountsWhatIsInFlight()
    {
        var pool = new HealthPool(3);
        pool.Loads[0].Acquire();
        pool.Loads[0].Acquire();
        Apply(pool, pool.Loads, balance: BalanceAlgorithm.ConsistentHash);
        Assert.Equal(BalanceAlgorithm.ConsistentHash, pool.Health.Set.Algorithm);
        Balancer balancer = BalancerRegistry.Create(BalanceAlgorithm.ConsistentHash, 1);

        // bound: ceil((2 + 1) · 1.25 / 3) = 2, which the first server has reached
        for (int i = 0; i < 100; i++)
            Assert.NotSame(pool.Loads[0], balancer.Pick(pool.Health.Set, new PickContext(0, Pools.HashOf(i))));
    }

    private static void Apply(
        HealthPool pool,
        ServerLoad[] loads,
        HealthOptions? health = null,
        Func<int, ServerOptions>? server = null,
        BalanceAlgorithm balance = BalanceAlgorithm.RoundRobin)
    {
        PoolServer[] servers = [.. loads.Select((l, i) => new PoolServer(l, (server ?? (i => HealthPool.Server(i)))(i)))];
        var options = new PoolOptions
        {
            Name = "web",
            Balance = balance,
            Servers = [.. servers.Select(s => s.Options)],
            Health = health ?? pool.Options.Health,
        };
        pool.Health.Apply(options, servers, pool.NowMs);
    }
}
