using Naru.Core.WaitingRoom;
using Naru.Engine.WaitingRoom;

namespace Naru.Tests.WaitingRoom.Engine;

public class PollLimiterTests
{
    private const long Start = 1_800_000_000_000;

    private readonly PollLimiter _limiter = new();

    [Fact]
    public void WhoPollsAsToldIsNeverSlowed()
    {
        for (long now = Start; now < Start + 600_000; now += RoomLimits.RetryMinMs)
            Assert.Equal(PollVerdict.Pass, _limiter.Check(0, 7, now, out _));
    }

    [Fact]
    public void SeveralTabsThatWakeAtOncePass()
    {
        for (int i = 0; i < PollLimiter.Burst; i++)
            Assert.Equal(PollVerdict.Pass, _limiter.Check(0, 7, Start, out _));
    }

    [Fact]
    public void FloodIsSlowedMoreAndMoreAndThenRefused()
    {
        for (int i = 0; i < PollLimiter.Burst; i++)
            _limiter.Check(0, 7, Start, out _);
        int before = 0;
        for (int i = 0; i < PollLimiter.Slowed; i++)
        {
            Assert.Equal(PollVerdict.Slow, _limiter.Check(0, 7, Start, out int delayMs));
            Assert.InRange(delayMs, Math.Min(before + 1, PollLimiter.DelayMaxMs), PollLimiter.DelayMaxMs);
            before = delayMs;
        }

        for (int i = 0; i < 1000; i++)
            Assert.Equal(PollVerdict.Refuse, _limiter.Check(0, 7, Start + i / 10, out _));
        // Refusals are not counted against the visitor: after the debt is over, all is well.
        Assert.Equal(PollVerdict.Pass, _limiter.Check(0, 7, Start + 10_000, out _));
    }

    [Fact]
    public void AFloodOfOneTicketSlowsNoOther()
    {
        for (int i = 0; i < 1000; i++)
            _limiter.Check(0, 7, Start, out _);
        Assert.Equal(PollVerdict.Refuse, _limiter.Check(0, 7, Start, out _));
        Assert.Equal(PollVerdict.Pass, _limiter.Check(0, 8, Start, out _));
        Assert.Equal(PollVerdict.Pass, _limiter.Check(1, 7, Start, out _));
    }

    /// <summary>Whichever tickets share an entry: a table of 16,384 has some among so many pairs.</summary>
    [Fact]
    public void TwoTicketsThatTakeTurnsPollNoMoreThanTwo()
    {
        long now = Start;
        for (int other = 8; other < 60_000; other++, now += 60_000)
        {
            int passed = 0;
            for (int i = 0; i < 50; i++)
            {
                passed += _limiter.Check(0, 7, now, out _) == PollVerdict.Refuse ? 0 : 1;
                passed += _limiter.Check(0, other, now, out _) == PollVerdict.Refuse ? 0 : 1;
            }

            Assert.Equal(2 * (PollLimiter.Burst + PollLimiter.Slowed), passed);
        }
    }

    [Fact]
    public void AMillionWhoPollAsToldPushEachOtherOutAndPass()
    {
        for (int round = 0; round < 2; round++)
            for (int number = 1; number <= 1_000_000; number += 7)
                Assert.Equal(PollVerdict.Pass, _limiter.Check(0, number, Start + (round * 2000) + (number / 500), out _));
    }

    [Fact]
    public void ChecksAllocateNothing() => Assert.Equal(0, Allocations.LeastOf(() =>
    {
        for (int i = 0; i < 10_000; i++)
            _limiter.Check(0, i & 63, Start + i, out _);
    }));
}
