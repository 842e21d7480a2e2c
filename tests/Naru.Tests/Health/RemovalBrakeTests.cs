using Naru.Core.Health;

namespace Naru.Tests.Health;

public class RemovalBrakeTests
{
    [Theory]
    [InlineData(90, 0, 0.0)] // one of the others has no limit
    [InlineData(90, 100, 0.0)] // they can carry all
    [InlineData(100, 100, 0.0)]
    [InlineData(120, 100, 0.4)] // 20 of 120 must stay: w / (w + 2) = 1/6
    [InlineData(101, 100, 0.1)]
    [InlineData(1000, 100, 0.5)]
    public void KeepsTheWeightThatTheOthersCannotCarry(long inFlight, long restCapacity, double expected) =>
        Assert.Equal(expected, RemovalBrake.Factor(inFlight, restCapacity, weight: 1000, restWeight: 2000), 3);

    [Fact]
    public void WeightIsLoweredWhereTheOthersWouldPassTheirLimits()
    {
        HealthPool pool = Loaded(inFlightEach: 40);
        Assert.True(pool.Fail(0));
        Assert.Equal(ServerState.Up, pool.State(0));
        Assert.Contains("weight lowered", pool.Health.Reason(pool.Loads[0]), StringComparison.Ordinal);
        Assert.Equal(400, pool.Weight(0));
        Assert.False(pool.Fail(0));
    }

    [Fact]
    public void ServerIsEjectedWhereTheOthersCanCarryIt()
    {
        HealthPool pool = Loaded(inFlightEach: 30);
        Assert.True(pool.Fail(0));
        Assert.Equal(ServerState.Ejected, pool.State(0));
    }

    [Fact]
    public void BrakeEndsAndTheWeightGrowsFromWhereItWas()
    {
        HealthPool pool = Loaded(inFlightEach: 40);
        pool.Fail(0);
        pool.Advance(pool.Health.NextChangeMs - pool.NowMs);
        Assert.Equal(ServerState.SlowStart, pool.State(0));
        Assert.Equal(400, pool.Weight(0));
        pool.Advance(30_000);
        Assert.Equal(ServerState.Up, pool.State(0));
        Assert.Equal(1000, pool.Weight(0));
    }

    [Fact]
    public void BrakedServerIsEjectedOnceTheLoadIsGone()
    {
        HealthPool pool = Loaded(inFlightEach: 40);
        pool.Fail(0);
        for (int i = 0; i < 35; i++)
            pool.Loads[1].Release();
        Assert.True(pool.Fail(0));
        Assert.Equal(ServerState.Ejected, pool.State(0));
    }

    private static HealthPool Loaded(int inFlightEach)
    {
        var pool = new HealthPool(3, HealthPool.Checked(slowStartSeconds: 30), i => HealthPool.Server(i, max: 50));
        foreach (var load in pool.Loads)
            for (int i = 0; i < inFlightEach; i++)
                Assert.True(load.TryAcquire());
        return pool;
    }
}
