using Naru.Core.Config;
using Naru.Core.Health;

namespace Naru.Tests.Health;

public class EjectionTests
{
    [Fact]
    public void FailuresInARowEjectForTheBaseTime()
    {
        var pool = new HealthPool(4);
        Assert.True(pool.Fail(0));
        Assert.Equal(ServerState.Ejected, pool.State(0));
        Assert.Equal("5 failures in a row", pool.Health.Reason(pool.Loads[0]));
        Assert.False(pool.IsPicked(0));
        Assert.InRange(pool.Health.NextChangeMs, 30_000, 33_000);
        Assert.False(pool.Advance(29_999));
        Assert.True(pool.Advance(3_001));
        Assert.Equal(ServerState.Up, pool.State(0));
    }

    [Fact]
    public void LastServerIsNeverEjected()
    {
        var pool = new HealthPool(2, HealthPool.Checked(maxEjected: 1));
        Assert.True(pool.Fail(0));
        Assert.False(pool.Fail(1));
        Assert.True(pool.IsPicked(1));

        var single = new HealthPool(1, HealthPool.Checked(maxEjected: 1));
        Assert.False(single.Fail(0));

        var drained = new HealthPool(2, HealthPool.Checked(maxEjected: 1));
        drained.Drain(0);
        Assert.False(drained.Fail(1));
    }

    [Fact]
    public void EjectionsStopAtTheirShareOfThePool()
    {
        var pool = new HealthPool(5, HealthPool.Checked(maxEjected: 0.5));
        Assert.True(pool.Fail(0));
        Assert.True(pool.Fail(1));
        Assert.False(pool.Fail(2));
        Assert.Equal(3, pool.Health.Set.Servers.Length);
    }

    [Fact]
    public void EachEjectionIsLongerUpToACap()
    {
        var pool = new HealthPool(4);
        for (int times = 1; times <= 14; times++)
        {
            Assert.True(pool.Fail(0));
            long lengthMs = pool.Health.NextChangeMs - pool.NowMs;
            long expectedMs = 30_000L * Math.Min(times, PoolHealth.MaxEjectionFactor);
            Assert.InRange(lengthMs, expectedMs, expectedMs * 11 / 10);
            pool.Advance(lengthMs);
        }
    }

    [Fact]
    public void EjectionsAreForgivenOneByOneWhileHealthy()
    {
        var pool = new HealthPool(4);
        for (int i = 0; i < 3; i++)
        {
            pool.Fail(0);
            pool.Advance(pool.Health.NextChangeMs - pool.NowMs);
        }
        pool.Advance(60_000);
        pool.Fail(0);
        Assert.InRange(pool.Health.NextChangeMs - pool.NowMs, 60_000, 66_000);
    }

    [Fact]
    public void ServersEjectedTogetherComeBackOneByOne()
    {
        var pool = new HealthPool(20);
        for (int i = 0; i < 10; i++)
            Assert.True(pool.Fail(i));
        var ends = new HashSet<long>();
        while (pool.Health.NextChangeMs != long.MaxValue)
        {
            ends.Add(pool.Health.NextChangeMs);
            pool.Advance(pool.Health.NextChangeMs - pool.NowMs);
        }
        Assert.InRange(ends.Count, 8, 10);
    }

    [Fact]
    public void EjectedServerComesBackSlowly()
    {
        var pool = new HealthPool(4, HealthPool.Checked(slowStartSeconds: 30));
        pool.Fail(0);
        pool.Advance(33_000);
        Assert.Equal(ServerState.SlowStart, pool.State(0));
        Assert.Equal(100, pool.Weight(0));
    }

    [Fact]
    public void DownServerIsNotEjectedAndAnEjectedOneMayGoDown()
    {
        var pool = new HealthPool(4);
        pool.Check(0, ok: false, times: 3);
        Assert.False(pool.Fail(0));
        pool.Fail(1);
        Assert.True(pool.Check(1, ok: false, times: 3));
        Assert.Equal(ServerState.Down, pool.State(1));
        pool.Advance(40_000);
        Assert.Equal(ServerState.Down, pool.State(1));
        pool.Check(1, ok: true, times: 2);
        Assert.Equal(ServerState.Up, pool.State(1));
    }

    [Fact]
    public void PassiveOffEjectsNobody()
    {
        var off = new HealthPool(4, new HealthOptions { Passive = null });
        Assert.False(off.Fail(0));
        var zero = new HealthPool(4, new HealthOptions { Passive = new PassiveCheckOptions { ConsecutiveFailures = 0 } });
        Assert.False(zero.Fail(0));
    }

    [Fact]
    public void BackupMayTakeOverFromTheLastServer()
    {
        var pool = new HealthPool(2, HealthPool.Checked(), i => HealthPool.Server(i, backup: i == 1));
        Assert.True(pool.Fail(0));
        Assert.Equal([pool.Loads[1]], pool.Health.Set.Servers);
    }
}
