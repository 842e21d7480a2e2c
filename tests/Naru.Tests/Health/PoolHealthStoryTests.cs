using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Health;
using Naru.Tests.Balancing;

namespace Naru.Tests.Health;

/// <summary>Random events in virtual time: whatever happens, the invariants hold, and in the end all is well again.</summary>
public class PoolHealthStoryTests
{
    [Fact]
    public void InvariantsHoldThroughAnyEventsAndAllRecover() => Seeded.Run(150, random =>
    {
        double maxEjected = random.NextDouble();
        HealthOptions health = HealthPool.Checked(random.Next(2) * 30, random.NextDouble(), maxEjected, random.Next(1, 60));
        int count = random.Next(1, 12);
        int limit = random.Next(2) * 20;
        int backupsFrom = random.Next(1, 15);
        var pool = new HealthPool(
            count, health, i => HealthPool.Server(i, random.Next(1, 6), limit, backup: i >= backupsFrom), (ulong)random.NextInt64());

        for (int step = 0; step < 400; step++)
        {
            int server = random.Next(count);
            EligibleSet before = pool.Health.Set;
            bool changed = random.Next(8) switch
            {
                0 => pool.Check(server, ok: false, times: random.Next(1, 4)),
                1 => pool.Check(server, ok: true, times: random.Next(1, 4)),
                2 => pool.Fail(server),
                3 => pool.Drain(server, random.Next(3) == 0),
                4 => pool.Advance(random.Next(20_000), [.. pool.Loads.Select(l => new TrafficCount(l, random.Next(300), random.Next(5) / 4 * random.Next(300)))]),
                5 => Acquire(pool.Loads[server], random.Next(20)),
                6 => Release(pool.Loads[server]),
                _ => pool.Advance(random.Next(2_000)),
            };
            Assert.Equal(changed, !ReferenceEquals(before, pool.Health.Set));
            AssertInvariants(pool, maxEjected);
        }

        foreach (ServerLoad load in pool.Loads)
            Release(load);
        for (int i = 0; i < count; i++)
        {
            pool.Drain(i, draining: false);
            pool.Check(i, ok: true, times: 2);
        }
        int guard = 0;
        while (pool.Health.NextChangeMs != long.MaxValue)
        {
            Assert.True(pool.Health.NextChangeMs > pool.NowMs);
            pool.Advance(pool.Health.NextChangeMs - pool.NowMs);
            AssertInvariants(pool, maxEjected);
            Assert.True(guard++ < 1_000);
        }
        Assert.False(pool.Health.Set.FailOpen);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(ServerState.Up, pool.State(i));
            Assert.Equal(pool.Options.Servers[i].Backup ? 0 : pool.Options.Servers[i].Weight * EligibleSet.WeightUnit, pool.Weight(i));
        }
    });

    private static void AssertInvariants(HealthPool pool, double maxEjected)
    {
        ServerState[] states = [.. Enumerable.Range(0, pool.Loads.Length).Select(pool.State)];
        EligibleSet set = pool.Health.Set;
        Assert.Equal(states.All(s => s == ServerState.Draining), set.Servers.Length == 0);
        Assert.True(states.Count(s => s == ServerState.Ejected) <= maxEjected * states.Length);
        for (int i = 0; i < states.Length; i++)
        {
            int full = pool.Options.Servers[i].Weight * EligibleSet.WeightUnit;
            int weight = pool.Weight(i);
            if (weight == 0)
                continue;
            Assert.InRange(weight, full / 10, full);
            Assert.NotEqual(ServerState.Draining, states[i]);
            if (!set.FailOpen)
                Assert.True(states[i] is ServerState.Up or ServerState.SlowStart);
            if (states[i] == ServerState.Up && pool.Health.Reason(pool.Loads[i]).Length == 0)
                Assert.Equal(full, weight);
        }
    }

    private static bool Acquire(ServerLoad load, int times)
    {
        while (times-- > 0)
            load.TryAcquire();
        return false;
    }

    private static bool Release(ServerLoad load)
    {
        while (load.InFlight > 0)
            load.Release();
        return false;
    }
}
