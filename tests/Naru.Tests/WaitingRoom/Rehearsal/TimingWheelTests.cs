using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Tests.WaitingRoom.Rehearsal;

public class TimingWheelTests
{
    [Fact]
    public void EventsComeInTheOrderOfTimeAndThenOfSetting()
    {
        var wheel = new TimingWheel(4, startMs: 1_000);
        wheel.Set(0, 1_005);
        wheel.Set(1, 1_002);
        wheel.Set(2, 1_005);
        wheel.Set(3, 500);
        Assert.Equal(["1000:3", "1002:1", "1005:0", "1005:2"], Run(wheel, 1_000, 1_010));
    }

    [Fact]
    public void AnEventBeyondATurnOfTheWheelComesAtItsTime()
    {
        var wheel = new TimingWheel(2, startMs: 0);
        wheel.Set(0, 400_001);
        wheel.Set(1, 131_072);
        Assert.Equal(["131072:1", "400001:0"], Run(wheel, 0, 400_100));
    }

    [Fact]
    public void AnEventSetForNowComesInTheSameMillisecond()
    {
        var wheel = new TimingWheel(2, startMs: 0);
        wheel.Set(0, 3);
        wheel.MoveTo(3);
        Assert.True(wheel.TryTake(out _));
        wheel.Set(1, 3);
        Assert.True(wheel.TryTake(out var next));
        Assert.Equal(1, next);
        Assert.False(wheel.TryTake(out _));
    }

    [Fact]
    public void AVisitorHasOnePendingEventAtMost()
    {
        var wheel = new TimingWheel(1, startMs: 0);
        wheel.Set(0, 3);
        Assert.Throws<InvalidOperationException>(() => wheel.Set(0, 4));
    }

    private static List<string> Run(TimingWheel wheel, long fromMs, long toMs)
    {
        List<string> taken = [];
        for (var now = fromMs; now < toMs; now++)
        {
            wheel.MoveTo(now);
            while (wheel.TryTake(out var index))
                taken.Add($"{now}:{index}");
        }
        return taken;
    }
}
