using Naru.Core.Config;
using Naru.Core.Health;

namespace Naru.Tests.Health;

public class SuccessRateTests
{
    [Fact]
    public void ThresholdIsMeanLessSigmas()
    {
        // mean 0.9, sigma 0.2 over six
        double[] rates = [1, 1, 1, 1, 1, 0.4];
        double mean = rates.Average();
        double sigma = Math.Sqrt(rates.Sum(r => (r - mean) * (r - mean)) / 6);
        Assert.Equal(mean - 1.9 * sigma, SuccessRate.Threshold(rates), 9);
        Assert.True(0.4 < SuccessRate.Threshold(rates));
        Assert.Equal(-1, SuccessRate.Threshold([1, 1, 1, 0]));
    }

    [Fact]
    public void ServerMuchWorseThanItsPoolIsEjectedAfterTheWindow()
    {
        var pool = new HealthPool(6);
        Assert.False(pool.Advance(0, Counts(pool, failuresOfFirst: 60)));
        Assert.False(pool.Advance(9_999));
        Assert.True(pool.Advance(1));
        Assert.Equal(ServerState.Ejected, pool.State(0));
        Assert.Contains("success rate 40.0", pool.Health.Reason(pool.Loads[0]), StringComparison.Ordinal);
        Assert.Equal(5, pool.Health.Set.Servers.Length);
    }

    [Fact]
    public void NextWindowStartsFromNothing()
    {
        var pool = new HealthPool(6);
        pool.Advance(0, Counts(pool, failuresOfFirst: 60));
        pool.Advance(10_000);
        pool.Advance(40_000);
        Assert.Equal(ServerState.Up, pool.State(0));
    }

    [Fact]
    public void FewServersOrLittleTrafficGiveNoVerdict()
    {
        var few = new HealthPool(4);
        few.Advance(0, Counts(few, failuresOfFirst: 60));
        Assert.False(few.Advance(10_000));

        var quiet = new HealthPool(6);
        quiet.Advance(0, Counts(quiet, failuresOfFirst: 60, volume: 99));
        Assert.False(quiet.Advance(10_000));
    }

    [Fact]
    public void NearlyEqualRatesEjectNobody()
    {
        var pool = new HealthPool(6);
        pool.Advance(0, Counts(pool, failuresOfFirst: 5, volume: 1000));
        Assert.False(pool.Advance(10_000));
    }

    [Fact]
    public void WholePoolFailingEjectsNobody()
    {
        var pool = new HealthPool(6);
        pool.Advance(0, [.. pool.Loads.Select(l => new TrafficCount(l, 0, 500))]);
        Assert.False(pool.Advance(10_000));
    }

    [Fact]
    public void PassiveOffEjectsNobody()
    {
        var pool = new HealthPool(6, new HealthOptions { Passive = null });
        pool.Advance(0, Counts(pool, failuresOfFirst: 60));
        Assert.False(pool.Advance(10_000));
    }

    private static TrafficCount[] Counts(HealthPool pool, int failuresOfFirst, int volume = 100) =>
        [.. pool.Loads.Select((l, i) => i == 0 ? new TrafficCount(l, volume - failuresOfFirst, failuresOfFirst) : new(l, volume, 0))];
}
