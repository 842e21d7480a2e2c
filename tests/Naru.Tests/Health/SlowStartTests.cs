using Naru.Core.Health;

namespace Naru.Tests.Health;

public class SlowStartTests
{
    [Theory]
    [InlineData(-1_000, 0.1)]
    [InlineData(0, 0.1)]
    [InlineData(1_000, 0.1)]
    [InlineData(15_000, 0.5)]
    [InlineData(30_000, 1.0)]
    [InlineData(99_000, 1.0)]
    public void FactorFollowsTheFormula(long elapsedMs, double expected) =>
        Assert.Equal(expected, SlowStart.Factor(elapsedMs, 30_000), 6);

    [Fact]
    public void WeightGrowsInStepsToFull()
    {
        var pool = new HealthPool(3, HealthPool.Checked(slowStartSeconds: 30), i => HealthPool.Server(i, weight: 4));
        pool.Check(0, ok: false, times: 3);
        pool.Check(0, ok: true, times: 2);
        int last = pool.Weight(0);
        Assert.Equal(400, last);
        int steps = 0;
        while (pool.Health.NextChangeMs != long.MaxValue)
        {
            pool.Advance(pool.Health.NextChangeMs - pool.NowMs);
            Assert.True(pool.Weight(0) >= last);
            last = pool.Weight(0);
            steps++;
        }
        Assert.Equal(4000, last);
        Assert.Equal(SlowStart.Steps, steps);
        Assert.Equal(30_000, pool.NowMs);
        Assert.Equal(ServerState.Up, pool.State(0));
        Assert.Equal("", pool.Health.Reason(pool.Loads[0]));
    }

    [Fact]
    public void ZeroWindowMeansAtOnce()
    {
        var pool = new HealthPool(3, HealthPool.Checked(slowStartSeconds: 0));
        pool.Check(0, ok: false, times: 3);
        pool.Check(0, ok: true, times: 2);
        Assert.Equal(ServerState.Up, pool.State(0));
        Assert.Equal(1000, pool.Weight(0));
    }

    [Fact]
    public void LateTickSkipsSteps()
    {
        var pool = new HealthPool(3, HealthPool.Checked(slowStartSeconds: 30));
        pool.Check(0, ok: false, times: 3);
        pool.Check(0, ok: true, times: 2);
        Assert.True(pool.Advance(20_000));
        Assert.Equal(650, pool.Weight(0)); // 13 of 20 steps
    }
}
