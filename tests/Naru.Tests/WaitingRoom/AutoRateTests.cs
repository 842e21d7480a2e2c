using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>The rate that follows the pool, in virtual time.</summary>
public class AutoRateTests
{
    private const int TickMs = 50;
    private long _nowMs = 1_796_122_800_000;

    [Fact]
    public void RateThatIsUsedDoublesInAMinuteOrGrowsByOneASecond()
    {
        var rate = new AutoRate(10);
        Play(rate, seconds: 10, requestsPerSecond: 100, usedShare: 1);
        Assert.InRange(rate.PerSecond, 18, 21);
        rate = new AutoRate(1_000);
        Play(rate, seconds: 60, requestsPerSecond: 10_000, usedShare: 1);
        Assert.InRange(rate.PerSecond, 1_950, 2_150);
    }

    [Fact]
    public void RateThatIsNotUsedStays()
    {
        var rate = new AutoRate(10);
        Play(rate, seconds: 60, requestsPerSecond: 100, usedShare: 0.7);
        Assert.Equal(10, rate.PerSecond);
    }

    [Theory]
    [InlineData(3, 0, true)] // percent of errors, latency beside the best
    [InlineData(1, 0, false)]
    [InlineData(0, 32, true)] // beyond twice the best (20 ms), and 10 ms on top
    [InlineData(0, 28, false)]
    public void FullPoolLowersTheRateByAQuarterAtMostEveryThreeSeconds(int errorsPercent, int moreMs, bool falls)
    {
        var rate = new AutoRate(100);
        Play(rate, seconds: 5, requestsPerSecond: 1_000, usedShare: 0, latencyMs: 20);
        long fromMs = _nowMs;
        var fell = new List<long>();
        double before = 100;
        for (int i = 0; i < 9_000 / TickMs; i++)
        {
            Tick(rate, requests: 50, errors: i % 2 * errorsPercent, latencyMs: 20 + moreMs, usedPerSecond: 0);
            if (rate.PerSecond == before)
                continue;
            Assert.Equal(before * 0.75, rate.PerSecond, 6);
            before = rate.PerSecond;
            fell.Add(_nowMs - fromMs);
        }

        Assert.Equal(falls ? 3 : 0, fell.Count);
        Assert.All(fell.Zip(fell.Skip(1)), f => Assert.True(f.Second - f.First >= 3_000));
    }

    [Fact]
    public void RateStaysBetweenItsBounds()
    {
        var rate = new AutoRate(2);
        Play(rate, seconds: 60, requestsPerSecond: 100, usedShare: 1, errorShare: 1);
        Assert.Equal(AutoRate.MinPerSecond, rate.PerSecond);
        rate = new AutoRate(90_000);
        Play(rate, seconds: 60, requestsPerSecond: 100_000, usedShare: 1);
        Assert.Equal(AutoRate.MaxPerSecond, rate.PerSecond);
    }

    /// <summary>A handful of visitors a second makes a handful of requests: after an outage the rate is at its least, and must not stay there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void RateRecoversThoughFewRequestsComeASecond(int requestsPerSecond)
    {
        var rate = new AutoRate(1);
        Play(rate, seconds: 120, requestsPerSecond, usedShare: 1);
        Assert.True(rate.PerSecond >= 10, $"{rate.PerSecond}");
    }

    [Fact]
    public void FewFailuresLongAgoTellNothing()
    {
        var rate = new AutoRate(10);
        for (int i = 0; i < 5; i++)
            Tick(rate, requests: 1, errors: 1, latencyMs: 20, usedPerSecond: 0);
        Play(rate, seconds: 600, requestsPerSecond: 0, usedShare: 0);
        Play(rate, seconds: 1, requestsPerSecond: 20, usedShare: 0);
        Assert.Equal(10, rate.PerSecond);
    }

    private void Play(AutoRate rate, int seconds, int requestsPerSecond, double usedShare, double latencyMs = 20, double errorShare = 0)
    {
        double owed = 0;
        for (int i = 0; i < seconds * 1000 / TickMs; i++)
        {
            owed += requestsPerSecond * TickMs / 1000.0;
            long requests = (long)owed;
            owed -= requests;
            Tick(rate, requests, (long)(requests * errorShare), latencyMs, usedShare * rate.PerSecond);
        }
    }

    private void Tick(AutoRate rate, long requests, long errors, double latencyMs, double usedPerSecond)
    {
        _nowMs += TickMs;
        rate.Observe(new PoolPulse(requests, errors, latencyMs), usedPerSecond, _nowMs);
    }
}
