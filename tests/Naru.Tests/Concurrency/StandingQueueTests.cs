using Naru.Core.Concurrency;

namespace Naru.Tests.Concurrency;

public class StandingQueueTests
{
    [Theory]
    [InlineData(99, false, 5000)]
    [InlineData(100, false, 50)]
    [InlineData(100, true, 5000)]
    public void WhoComesIntoAQueueThatHasStoodForAWhileWaitsForTheTargetAtMost(int afterMs, bool isEmpty, int expectedMs)
    {
        var queue = default(StandingQueue);
        queue.Begin(1_000_000);
        Assert.Equal(expectedMs, queue.WaitMs(1_000_000 + afterMs, isEmpty, timeoutMs: 5000, targetMs: 50));
    }

    [Fact]
    public void TargetBeyondTheTimeoutIsTheTimeout()
    {
        var queue = default(StandingQueue);
        queue.Begin(1);
        Assert.Equal(40, queue.WaitMs(1000, isEmpty: false, timeoutMs: 40, targetMs: 50));
    }

    [Fact]
    public void WithoutATargetTheQueueIsPlain()
    {
        var queue = default(StandingQueue);
        queue.Begin(1);
        Assert.Equal(5000, queue.WaitMs(1000, isEmpty: false, timeoutMs: 5000, targetMs: 0));
    }
}
