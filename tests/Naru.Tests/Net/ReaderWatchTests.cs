using Naru.Core.Net;

namespace Naru.Tests.Net;

/// <summary>A peer that takes what is sent to it, quickly, slowly or not at all, by a clock that is moved by hand.</summary>
public class ReaderWatchTests
{
    private const int TimeoutMs = 8000;

    [Fact]
    public void WhoTakesNothingForTheTimeoutIsSilent()
    {
        var watch = Waiting(rateMin: 0, sent: 100_000, unacknowledged: 90_000);

        Assert.Equal(ReaderVerdict.Waits, watch.Judge(90_000, TimeoutMs - 1));
        Assert.Equal(ReaderVerdict.Silent, watch.Judge(90_000, TimeoutMs));
    }

    [Fact]
    public void EachByteTakenBeginsTheTimeoutAnew()
    {
        var watch = Waiting(rateMin: 0, sent: 100_000, unacknowledged: 90_000);

        Assert.Equal(ReaderVerdict.Waits, watch.Judge(89_999, TimeoutMs - 1));
        Assert.Equal(ReaderVerdict.Waits, watch.Judge(89_999, (2 * TimeoutMs) - 2));
        Assert.Equal(ReaderVerdict.Silent, watch.Judge(89_999, (2 * TimeoutMs) - 1));
    }

    [Fact]
    public void ASocketThatDoesNotSayWhatIsUnacknowledgedIsGivenUp()
    {
        var watch = Waiting(rateMin: 0, sent: 100_000, unacknowledged: 90_000);

        Assert.Equal(ReaderVerdict.Silent, watch.Judge(-1, 1));
    }

    [Fact]
    public void WhoTakesLessThanTheMinimumRateIsTooSlowAfterTheGrace()
    {
        var watch = Waiting(rateMin: 1000, sent: 100_000, unacknowledged: 100_000);

        // 999 bytes a second, each second some.
        for (int second = 1; second <= ProgressRate.GraceMs / 1000; second++)
            Assert.Equal(ReaderVerdict.Waits, watch.Judge(100_000 - (999 * second), second * 1000));
        Assert.Equal(ReaderVerdict.TooSlow, watch.Judge(100_000 - (999 * 6), 6000));
    }

    [Fact]
    public void WhoKeepsTheMinimumRateMayTakeHours()
    {
        var watch = Waiting(rateMin: 1000, sent: 10_000_000, unacknowledged: 10_000_000);

        for (int second = 1; second <= 7200; second++)
            Assert.Equal(ReaderVerdict.Waits, watch.Judge(10_000_000 - (1000 * second), second * 1000));
    }

    [Fact]
    public void TimeInWhichNobodyWaitedForThePeerDoesNotCount()
    {
        var watch = Waiting(rateMin: 1000, sent: 10_000, unacknowledged: 10_000);
        watch.EndWait(4000);
        watch.Sent(10_000);

        // An hour in which the server had nothing to send, then 1,500 ms more of waiting.
        watch.BeginWait(TimeoutMs, 14_400, 3_600_000);

        Assert.Equal(ReaderVerdict.Waits, watch.Judge(14_400, 3_601_500));
        Assert.Equal(ReaderVerdict.TooSlow, watch.Judge(14_400, 3_601_700));
    }

    [Fact]
    public void WhatAnEarlierMessageLeftInTheSocketCountsAsTakenWhileThisOneWaits()
    {
        var watch = default(ReaderWatch);
        watch.BeginMessage(1000);
        watch.Sent(50_000);
        watch.BeginMessage(1000);
        watch.Sent(10_000);
        watch.BeginWait(TimeoutMs, 60_000, 0);

        // 6,000 bytes, all of them of the first message.
        Assert.Equal(ReaderVerdict.Waits, watch.Judge(54_000, 6000));
        Assert.Equal(ReaderVerdict.TooSlow, watch.Judge(54_000, 6001));
    }

    [Fact]
    public void AMessageWithoutAMinimumIsNotMeasuredByThatOfTheOneBefore()
    {
        var watch = Waiting(rateMin: 1_000_000, sent: 10_000, unacknowledged: 10_000);
        watch.EndWait(4000);
        watch.BeginMessage(0);
        watch.BeginWait(TimeoutMs, 10_000, 4000);

        Assert.Equal(ReaderVerdict.Waits, watch.Judge(9_999, 11_000));
    }

    [Fact]
    public void LooksAtAQuarterOfTheTimeoutAndWhenTheRateIsMissed()
    {
        Assert.Equal(TimeoutMs / 4, Waiting(rateMin: 0, sent: 10_000, unacknowledged: 10_000).NextLookMs(0));

        var watch = Waiting(rateMin: 1000, sent: 10_000, unacknowledged: 10_000);
        Assert.Equal(ReaderVerdict.Waits, watch.Judge(9_000, 4000));
        Assert.Equal(ProgressRate.GraceMs + 1, watch.NextLookMs(4000));
        Assert.Equal(ReaderVerdict.TooSlow, watch.Judge(9_000, ProgressRate.GraceMs + 1));
    }

    [Fact]
    public void LooksAtTheVeryEndOfTheTimeout()
    {
        var watch = Waiting(rateMin: 0, sent: 10_000, unacknowledged: 10_000);

        Assert.Equal(TimeoutMs, watch.NextLookMs(TimeoutMs - 10));
        Assert.Equal(TimeoutMs + 6, watch.NextLookMs(TimeoutMs + 5));
    }

    /// <summary>A message of which so much was sent, and whose reader is waited for from time 0 on.</summary>
    private static ReaderWatch Waiting(long rateMin, int sent, int unacknowledged)
    {
        var watch = default(ReaderWatch);
        watch.BeginMessage(rateMin);
        watch.Sent(sent);
        watch.BeginWait(TimeoutMs, unacknowledged, 0);
        return watch;
    }
}
