using Naru.Core.Net;

namespace Naru.Tests.Net;

public class ProgressRateTests
{
    [Theory]
    [InlineData(0, 5000, false)]
    [InlineData(0, 5001, true)]
    [InlineData(1200, 5001, true)]
    [InlineData(1201, 5001, false)]
    [InlineData(24_000, 100_000, false)]
    [InlineData(23_999, 100_000, true)]
    public void IsMissedWhenTheAverageIsUnderTheMinimumAfterTheGrace(long bytes, long waitedMs, bool isMissed) =>
        Assert.Equal(isMissed, ProgressRate.IsMissed(bytes, waitedMs, 240));

    [Fact]
    public void NoMinimumIsNeverMissed() => Assert.False(ProgressRate.IsMissed(0, 1_000_000, 0));

    [Theory]
    [InlineData(0, 240)]
    [InlineData(1199, 240)]
    [InlineData(100_000, 240)]
    [InlineData(1, 1_000_000_000)]
    [InlineData(1_000_000_000_000, 1)]
    public void TellsTheVeryMillisecondAtWhichItWillBeMissed(long bytes, long minimum)
    {
        long atMs = ProgressRate.MissedAtMs(bytes, minimum);
        Assert.True(ProgressRate.IsMissed(bytes, atMs, minimum));
        Assert.False(ProgressRate.IsMissed(bytes, atMs - 1, minimum));
    }
}
