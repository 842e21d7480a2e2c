using Naru.Core.Health;
using Naru.Tests.Balancing;

namespace Naru.Tests.Health;

public class RetryBudgetTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(4, 25)]
    [InlineData(100, 1)]
    [InlineData(256, 1)]
    public void EveryLoopOfAQuietPoolHasARetry(int loops, int expected)
    {
        var budget = new RetryBudget(0, RetryBudget.MinOfLoop(10, loops));
        int allowed = 0;
        while (budget.TryRetry(0))
            allowed++;
        Assert.Equal(expected, allowed);
    }

    [Fact]
    public void QuietPoolMayStillRetry()
    {
        var budget = new RetryBudget(0.2, 10);
        Assert.Equal(100, Retries(budget, 0));
        Assert.Equal(0, Retries(budget, 9_999));
        Assert.Equal(100, Retries(budget, 10_000));
    }

    [Fact]
    public void RetriesAreAShareOfRequests()
    {
        var budget = new RetryBudget(0.2, 0);
        for (int i = 0; i < 1_000; i++)
            budget.OnRequest(i);
        Assert.Equal(200, Retries(budget, 1_000));
    }

    [Fact]
    public void OldRequestsLeaveTheWindowOneSecondAtATime()
    {
        var budget = new RetryBudget(0.5, 0);
        for (int second = 0; second < 10; second++)
            for (int i = 0; i < 10; i++)
                budget.OnRequest(second * 1_000);
        Assert.Equal(50, Retries(budget, 9_500));

        // The second 0 is gone, and with it 10 requests; all the retries are still there.
        Assert.Equal(0, Retries(budget, 10_000));
        Assert.Equal(0, Retries(budget, 18_999));
        Assert.Equal(0, Retries(budget, 19_000));
        budget.OnRequest(19_000);
        budget.OnRequest(19_000);
        Assert.Equal(1, Retries(budget, 19_000));
    }

    /// <summary>Over any ten seconds that the buckets can see, the rule holds, at any rate and through any silence.</summary>
    [Fact]
    public void RuleHoldsInEveryWindow() => Seeded.Run(20, random =>
    {
        double share = random.NextDouble();
        double perSecond = random.Next(0, 5);
        var budget = new RetryBudget(share, perSecond);
        var requests = new List<long>();
        var retries = new List<long>();
        long now = random.Next(100_000);
        for (int i = 0; i < 3_000; i++)
        {
            now += random.Next(200) == 0 ? random.Next(40_000) : random.Next(30);
            budget.OnRequest(now);
            requests.Add(now);
            long from = now / 1_000 - RetryBudget.WindowSeconds + 1;
            double allowed = share * requests.Count(t => t / 1_000 >= from) + perSecond * RetryBudget.WindowSeconds;
            bool expected = retries.Count(t => t / 1_000 >= from) + 1 <= allowed;
            Assert.Equal(expected, budget.TryRetry(now));
            if (expected)
                retries.Add(now);
        }
    });

    [Fact]
    public void NothingIsAllocated()
    {
        var budget = new RetryBudget(0.2, 10);
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                budget.OnRequest(i);
                budget.TryRetry(i);
            }
        }));
    }

    private static int Retries(RetryBudget budget, long nowMs)
    {
        int count = 0;
        while (budget.TryRetry(nowMs))
            count++;
        return count;
    }
}
