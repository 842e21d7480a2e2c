using Naru.Core.Health;

namespace Naru.Tests.Health;

/// <summary>CheckSchedule and CheckerLag.</summary>
public class CheckTimingTests
{
    [Fact]
    public void FirstChecksSpreadOverTheInterval()
    {
        var schedule = new CheckSchedule(TimeSpan.FromSeconds(2), 1);
        for (int i = 0; i < 100; i++)
            Assert.InRange(schedule.FirstDueMs(i, 100, 5_000), 5_000 + 20 * i, 5_000 + 20 * (i + 1));
    }

    [Fact]
    public void ChecksKeepTheirRateWithJitter()
    {
        var schedule = new CheckSchedule(TimeSpan.FromSeconds(2), 2);
        long due = 0;
        var steps = new HashSet<long>();
        for (int i = 0; i < 1_000; i++)
        {
            long next = schedule.NextDueMs(due, due + 3);
            Assert.InRange(next - due, 1_800, 2_200);
            steps.Add(next - due);
            due = next;
        }
        Assert.InRange(due / 1_000.0, 1_980, 2_020);
        Assert.True(steps.Count > 100);
    }

    [Fact]
    public void CheckerThatWasHeldUpSendsNoBurst()
    {
        var schedule = new CheckSchedule(TimeSpan.FromSeconds(2), 3);
        Assert.InRange(schedule.NextDueMs(0, 60_000), 61_800, 62_200);
    }

    [Fact]
    public void LateTimerFreezesVerdictsForOneTimeout()
    {
        var lag = new CheckerLag(TimeSpan.FromSeconds(1));
        lag.Observe(1_000, 1_250);
        Assert.True(lag.Counts(1_250));
        lag.Observe(2_000, 2_251);
        Assert.False(lag.Counts(2_251));
        Assert.False(lag.Counts(3_250));
        Assert.True(lag.Counts(3_251));
    }

    [Fact]
    public void ShortTimeoutsTolerateAnOrdinaryDelay()
    {
        var lag = new CheckerLag(TimeSpan.FromMilliseconds(10));
        lag.Observe(0, CheckerLag.MinLimitMs);
        Assert.True(lag.Counts(CheckerLag.MinLimitMs));
        lag.Observe(0, CheckerLag.MinLimitMs + 1);
        Assert.False(lag.Counts(CheckerLag.MinLimitMs + 1));
    }

    [Fact]
    public void VerdictsCountBeforeTheFirstTimer() => Assert.True(new CheckerLag(TimeSpan.FromSeconds(1)).Counts(0));
}
