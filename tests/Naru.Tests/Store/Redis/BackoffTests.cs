using Naru.Engine.Store.Redis.Resp;
using Naru.Tests.Balancing;

namespace Naru.Tests.Store.Redis;

public class BackoffTests
{
    [Fact]
    public void WaitDoublesWithinItsMaximumAndKeepsHalfOfItRandom() => Seeded.Run(200, random =>
    {
        var backoff = new Backoff(50, 2_000, random);
        foreach (int ceilingMs in new[] { 50, 100, 200, 400, 800, 1_600, 2_000, 2_000 })
            Assert.InRange(backoff.NextMs(), ceilingMs / 2, ceilingMs);
        for (int i = 0; i < 100; i++)
            Assert.InRange(backoff.NextMs(), 1_000, 2_000);
        backoff.Reset();
        Assert.InRange(backoff.NextMs(), 25, 50);
    });

    [Fact]
    public void NodesThatFailTogetherDoNotComeBackTogether()
    {
        var waits = Enumerable.Range(0, 20).Select(seed => new Backoff(1_000, 2_000, new Random(seed)).NextMs());
        Assert.InRange(waits.Distinct().Count(), 15, 20);
    }
}
