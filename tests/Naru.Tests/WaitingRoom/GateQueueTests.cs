using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class GateQueueTests
{
    private const long Start = 1_800_000_000_000;

    [Fact]
    public void WhoWasHeldFirstAsksAgainFirst()
    {
        var queue = Queue(2_000);
        var share = RateShare.Whole(100);
        Assert.Equal(RoomLimits.RetryMinMs, queue.RetryMs(10, share));
        Assert.InRange(queue.RetryMs(10 * 150, share), 400, 600);
        Assert.Equal(RoomLimits.RetryMaxMs, queue.RetryMs(10 * 2_000, share));
    }

    [Fact]
    public void SmallBucketIsAskedOftenByEverybody()
    {
        var queue = Queue(2_000);
        Assert.Equal(RoomLimits.RetryMinMs, queue.RetryMs(10 * 2_000, RateShare.Whole(5)));
    }

    [Fact]
    public void NewListTakesThePlaceOfTheOldOneWhole()
    {
        var queue = Queue(100);
        queue.Clear();
        queue.Add(7_000);
        Assert.Equal((100, 100), (queue.Count, queue.RankOf(7_000)));
        queue.Publish();
        Assert.Equal((1, 0, 1), (queue.Count, queue.RankOf(7_000), queue.RankOf(7_001)));
    }

    [Fact]
    public void WhoStandsFarBehindGetsInOnlyWhenTheBucketIsFull()
    {
        var gate = new RateGate();
        gate.Change(RateShare.Whole(100), debt: 0, Start);
        Assert.True(gate.TryAdmit(Start, rank: 900, held: 1_000));
        for (int i = 1; i < 10; i++)
            Assert.True(gate.TryAdmit(Start));
        // Half full: the first of those held may take it, who stands in the back may not.
        Assert.False(gate.TryAdmit(Start + 50, rank: 900, held: 1_000));
        Assert.True(gate.TryAdmit(Start + 50, rank: 5, held: 1_000));
        Assert.True(gate.TryAdmit(Start + 500, rank: 900, held: 1_000));
    }

    /// <summary>At the positions 10, 20, 30 and so on.</summary>
    private static GateQueue Queue(int held)
    {
        var queue = new GateQueue();
        for (int i = 1; i <= held; i++)
            queue.Add(10 * i);
        queue.Publish();
        return queue;
    }
}
