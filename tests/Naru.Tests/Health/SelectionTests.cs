using Naru.Core.Balancing;
using Naru.Core.Health;

namespace Naru.Tests.Health;

/// <summary>Floor, backups, draining.</summary>
public class SelectionTests
{
    [Fact]
    public void UnderTheFloorAllServersAreUsed()
    {
        var pool = new HealthPool(4, HealthPool.Checked(floor: 0.5));
        pool.Check(0, ok: false, times: 3);
        pool.Check(1, ok: false, times: 3);
        Assert.False(pool.Health.Set.FailOpen);
        Assert.Equal(2, pool.Health.Set.Servers.Length);
        pool.Check(2, ok: false, times: 3);
        Assert.True(pool.Health.Set.FailOpen);
        Assert.Equal(4, pool.Health.Set.Servers.Length);
        Assert.Equal(ServerState.Down, pool.State(2));
        pool.Check(0, ok: true, times: 2);
        Assert.False(pool.Health.Set.FailOpen);
        Assert.Equal(2, pool.Health.Set.Servers.Length);
    }

    [Fact]
    public void AllDownFailsOpenEvenWithoutAFloor()
    {
        var pool = new HealthPool(2, HealthPool.Checked(floor: 0));
        pool.Check(0, ok: false, times: 3);
        pool.Check(1, ok: false, times: 3);
        Assert.True(pool.Health.Set.FailOpen);
        Assert.Equal(2, pool.Health.Set.Servers.Length);
    }

    [Fact]
    public void BackupsServeOnlyWhenNoOtherIsEligible()
    {
        var pool = new HealthPool(3, HealthPool.Checked(floor: 0), i => HealthPool.Server(i, backup: i == 2));
        Assert.False(pool.IsPicked(2));
        pool.Check(0, ok: false, times: 3);
        Assert.False(pool.IsPicked(2));
        pool.Check(1, ok: false, times: 3);
        Assert.Equal([pool.Loads[2]], pool.Health.Set.Servers);
        Assert.False(pool.Health.Set.FailOpen);
        pool.Check(2, ok: false, times: 3);
        Assert.Equal([pool.Loads[0], pool.Loads[1]], pool.Health.Set.Servers);
        Assert.True(pool.Health.Set.FailOpen);
        pool.Check(1, ok: true, times: 2);
        Assert.Equal([pool.Loads[1]], pool.Health.Set.Servers);
    }

    [Fact]
    public void DrainingServersAreLeftToTheirStickyClients()
    {
        var pool = new HealthPool(2, HealthPool.Checked(slowStartSeconds: 30));
        Assert.True(pool.Drain(0));
        Assert.False(pool.Drain(0));
        Assert.Equal(ServerState.Draining, pool.State(0));
        Assert.Equal([pool.Loads[1]], pool.Health.Set.Servers);
        Assert.True(pool.Health.Set.AllowsSticky(pool.Loads[0]));
        Assert.True(pool.Health.Set.AllowsSticky(pool.Loads[1]));
        Assert.True(pool.Drain(0, draining: false));
        Assert.Equal(ServerState.SlowStart, pool.State(0));
    }

    [Fact]
    public void DownServersLoseTheirStickyClients()
    {
        var pool = new HealthPool(2);
        pool.Check(0, ok: false, times: 3);
        Assert.False(pool.Health.Set.AllowsSticky(pool.Loads[0]));
    }

    [Fact]
    public void APoolThatIsDrainedWhollyDoesNotFailOpen()
    {
        var pool = new HealthPool(2);
        pool.Health.SetDraining(pool.Loads[0], true, 0);
        pool.Health.SetDraining(pool.Loads[1], true, 0);
        Assert.Empty(pool.Health.Set.Servers);
        Assert.False(pool.Health.Set.FailOpen);
    }

    [Fact]
    public void FailOpenLeavesDrainingServersOut()
    {
        var pool = new HealthPool(3, HealthPool.Checked(floor: 0.5));
        pool.Drain(0);
        pool.Check(1, ok: false, times: 3);
        pool.Check(2, ok: false, times: 3);
        Assert.Equal([pool.Loads[1], pool.Loads[2]], pool.Health.Set.Servers);
    }

    [Fact]
    public void SetIsEmptyWhenAllDrain()
    {
        var pool = new HealthPool(2);
        pool.Drain(0);
        pool.Drain(1);
        Assert.Empty(pool.Health.Set.Servers);
        pool.Drain(1, draining: false);
        Assert.Equal([pool.Loads[1]], pool.Health.Set.Servers);
    }

    [Fact]
    public void DrainingServersDoNotCountForTheFloor()
    {
        var pool = new HealthPool(4, HealthPool.Checked(floor: 0.5));
        pool.Drain(0);
        pool.Drain(1);
        pool.Check(2, ok: false, times: 3);
        Assert.False(pool.Health.Set.FailOpen);
        Assert.Equal([pool.Loads[3]], pool.Health.Set.Servers);
        Assert.Equal(EligibleSet.WeightUnit, pool.Weight(3));
    }
}
