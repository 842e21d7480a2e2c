using Naru.Core.Health;

namespace Naru.Tests.Health;

public class ActiveVerdictTests
{
    [Fact]
    public void ServersAreUpAtFullWeightAtStart()
    {
        var pool = new HealthPool(3, HealthPool.Checked(slowStartSeconds: 30));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(ServerState.Up, pool.State(i));
            Assert.Equal(1000, pool.Weight(i));
        }
        Assert.False(pool.Check(0, ok: true));
        Assert.Equal(ServerState.Up, pool.State(0));
        Assert.Equal(long.MaxValue, pool.Health.NextChangeMs);
    }

    [Fact]
    public void FallBadChecksInARowTakeAServerDown()
    {
        var pool = new HealthPool(3);
        Assert.False(pool.Check(0, ok: false, times: 2));
        Assert.False(pool.Check(0, ok: true));
        Assert.False(pool.Check(0, ok: false, times: 2));
        var before = pool.Health.Set;
        Assert.True(pool.Check(0, ok: false));
        Assert.NotSame(before, pool.Health.Set);
        Assert.Equal(ServerState.Down, pool.State(0));
        Assert.Equal("connection refused", pool.Health.Reason(pool.Loads[0]));
        Assert.False(pool.IsPicked(0));
    }

    [Fact]
    public void ARecoveredServerIsNotHeldToTheTimesOfItsIllness()
    {
        var pool = new HealthPool(3);
        pool.Loads[0].ObserveFailure(0);
        pool.Check(0, ok: false, times: 3);
        Assert.True(pool.Loads[0].Cost(0) > 0);
        pool.Check(0, ok: true, times: 2);
        Assert.NotEqual(ServerState.Down, pool.State(0));
        Assert.Equal(0, pool.Loads[0].Cost(0));
    }

    [Fact]
    public void RiseGoodChecksInARowBringItUpSlowly()
    {
        var pool = new HealthPool(3, HealthPool.Checked(slowStartSeconds: 30));
        pool.Check(0, ok: false, times: 3);
        Assert.False(pool.Check(0, ok: true));
        Assert.False(pool.Check(0, ok: false));
        Assert.False(pool.Check(0, ok: true));
        Assert.True(pool.Check(0, ok: true));
        Assert.Equal(ServerState.SlowStart, pool.State(0));
        Assert.Equal(100, pool.Weight(0));
    }

    [Fact]
    public void NothingIsPublishedWhenNothingChanges()
    {
        var pool = new HealthPool(3);
        var before = pool.Health.Set;
        pool.Check(1, ok: true, times: 5);
        pool.Advance(60_000);
        Assert.Same(before, pool.Health.Set);
    }

    [Fact]
    public void UnknownServerChangesNothing()
    {
        var pool = new HealthPool(2);
        var stranger = new Naru.Core.Balancing.ServerLoad("x:1");
        for (int i = 0; i < 5; i++)
            Assert.False(pool.Health.OnCheck(stranger, false, "", 0));
        Assert.False(pool.Health.OnConsecutiveFailures(stranger, 0));
        Assert.False(pool.Health.SetDraining(stranger, true, 0));
        Assert.Equal(ServerState.Down, pool.Health.State(stranger));
    }
}
