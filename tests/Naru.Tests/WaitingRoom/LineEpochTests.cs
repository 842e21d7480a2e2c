using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class LineEpochTests
{
    private const long NowMs = 1_800_000_000_123;

    [Fact]
    public void LaterLivesHaveHigherEpochsThatFitIntoATicket()
    {
        long epoch = LineEpoch.First;
        for (int life = 0; life < 1_000; life++)
        {
            long next = life % 3 == 0 ? LineEpoch.NextRevoked(epoch, NowMs) : LineEpoch.Next(epoch, NowMs);
            Assert.True(next > epoch && LineEpoch.Time(next) > LineEpoch.Time(epoch) && next < 1L << 48);
            epoch = next;
        }
    }

    [Fact]
    public void WhatWasRevokedFollowsFromAnyLaterEpoch()
    {
        long before = LineEpoch.Next(LineEpoch.First, NowMs);
        long revoked = LineEpoch.NextRevoked(before, NowMs);
        long later = LineEpoch.Next(LineEpoch.Next(revoked, NowMs + 60_000), NowMs);
        Assert.True(LineEpoch.RevokedBelow(later) > before);
        Assert.True(LineEpoch.RevokedBelow(later) <= revoked);
        Assert.Equal(LineEpoch.First, LineEpoch.RevokedBelow(before));
    }

    [Fact]
    public void LineThatIsNeverLostCountsFromOne() => Assert.Equal(2, LineEpoch.Next(LineEpoch.First, nowMs: 0));
}
