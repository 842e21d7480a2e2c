using Naru.Engine.Store.Redis;
using Naru.Tests.Balancing;

namespace Naru.Tests.Store.Redis;

public class ClusterClockTests
{
    private const long Hour = 3_600_000;

    private readonly ManualTime _time = new();
    private readonly ClusterClock _clock;

    public ClusterClockTests() => _clock = new ClusterClock(_time);

    [Fact]
    public void NewLineHasTheStoresTime()
    {
        Assert.False(_clock.IsSet);
        _clock.Begin(0, 0, 1_000_000);
        _time.Advance(250);
        Assert.Equal(1_000_250, _clock.NowMs);
    }

    [Fact]
    public void LineThatNobodyLedForAnHourIsAnHourOlder()
    {
        _clock.Begin(writtenMs: 500_000, writtenAtMs: 1_000_000, storeMs: 1_000_000 + Hour);
        Assert.Equal(500_000 + Hour, _clock.NowMs);
    }

    [Fact]
    public void StoreWhoseClockWasSetBackMakesTheLineNoYounger()
    {
        _clock.Begin(writtenMs: 500_000, writtenAtMs: 1_000_000, storeMs: 1_000_000 - Hour);
        Assert.Equal(500_000, _clock.NowMs);
    }

    [Theory]
    [InlineData(Hour, 1.01)]
    [InlineData(-Hour, 0.99)]
    public void ClockOfAnotherMachineIsFollowedByAHundredthAtMost(long jumpMs, double pace)
    {
        _clock.Begin(0, 0, 10_000_000);
        for (int second = 1; second <= 100; second++)
        {
            _time.Advance(1_000);
            _clock.Follow(10_000_000 + (second * 1_000) + jumpMs);
        }

        Assert.InRange(_clock.NowMs - 10_000_000, (100_000 * pace) - 2, (100_000 * pace) + 2);
    }

    [Fact]
    public void SmallDriftIsFollowedWhole()
    {
        _clock.Begin(0, 0, 10_000_000);
        for (int second = 1; second <= 100; second++)
        {
            _time.Advance(1_000);
            _clock.Follow(10_000_000 + (second * 1_001));
        }

        Assert.InRange(_clock.NowMs, 10_000_000 + 100_099, 10_000_000 + 100_101);
    }

    [Fact]
    public void NodeThatTakesOverGoesOnFromWhatItHeard()
    {
        _clock.Hear(10_000_000);
        _time.Advance(400);
        _clock.Hear(10_000_350);
        Assert.Equal(10_000_400, _clock.NowMs);
        _clock.Hear(10_000_900);
        Assert.Equal(10_000_900, _clock.NowMs);
    }

    [Fact]
    public void ItNeverGoesBack() => Seeded.Run(50, random =>
    {
        var time = new ManualTime();
        var clock = new ClusterClock(time);
        clock.Begin(0, 0, 10_000_000);
        long last = 0;
        for (int i = 0; i < 200; i++)
        {
            time.Advance(random.Next(200));
            if (random.Next(3) == 0)
                clock.Follow(10_000_000 + random.NextInt64(-Hour, Hour));
            if (random.Next(3) == 0)
                clock.Hear(10_000_000 + random.NextInt64(-Hour, 100_000));
            Assert.True(clock.NowMs >= last);
            last = clock.NowMs;
        }
    });
}
