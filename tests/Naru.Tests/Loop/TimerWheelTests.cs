using Naru.Engine.Loop;

namespace Naru.Tests.Loop;

public class TimerWheelTests
{
    private const int Tick = TimerWheel.TickMs;

    [Fact]
    public void FiresOnceAtItsDeadlineAndNotBefore()
    {
        var fired = new Recorder();
        var wheel = new TimerWheel(1000);
        wheel.Arm(3, 1100);
        wheel.Advance(1099, fired);
        Assert.Empty(fired.Keys);
        wheel.Advance(1100 + Tick, fired);
        Assert.Equal([3], fired.Keys);
        wheel.Advance(100_000, fired);
        Assert.Equal([3], fired.Keys);
        Assert.False(wheel.IsArmed(3));
    }

    [Fact]
    public void DisarmedKeyDoesNotFire()
    {
        var fired = new Recorder();
        var wheel = new TimerWheel(0);
        wheel.Arm(1, 50);
        wheel.Disarm(1);
        wheel.Advance(1000, fired);
        Assert.Empty(fired.Keys);
        Assert.Equal(-1, wheel.NextWaitMs(1000));
    }

    [Fact]
    public void DeadlineMayMoveEarlierAndLater()
    {
        var fired = new Recorder();
        var wheel = new TimerWheel(0);
        wheel.Arm(1, 1000);
        wheel.Arm(1, 100);
        wheel.Arm(2, 100);
        wheel.Arm(2, 1000);
        wheel.Advance(100 + Tick, fired);
        Assert.Equal([1], fired.Keys);
        wheel.Advance(1000 + Tick, fired);
        Assert.Equal([1, 2], fired.Keys);
    }

    [Theory]
    [InlineData(17_000)]
    [InlineData(600_000)]
    [InlineData(86_400_000)]
    public void DeadlineBeyondATurnIsKept(long deadlineMs)
    {
        var fired = new Recorder();
        var wheel = new TimerWheel(0);
        wheel.Arm(0, deadlineMs);
        long now = 0;
        while (fired.Keys.Count == 0)
        {
            int wait = wheel.NextWaitMs(now);
            Assert.InRange(wait, 0, 1024 * Tick);
            now += Math.Max(1, wait);
            Assert.True(now <= deadlineMs + Tick, $"Not fired at {now}.");
            wheel.Advance(now, fired);
        }

        Assert.True(now >= deadlineMs);
    }

    [Fact]
    public void LongStandstillFiresEverythingThatIsDue()
    {
        var fired = new Recorder();
        var wheel = new TimerWheel(0);
        wheel.Reserve(5000);
        for (int key = 0; key < 5000; key++)
            wheel.Arm(key, 1 + (key * 7));
        wheel.Arm(10, 10_000_000);
        wheel.Advance(9_000_000, fired);
        Assert.Equal(4999, fired.Keys.Distinct().Count());
        Assert.Equal(4999, fired.Keys.Count);
        Assert.True(wheel.IsArmed(10));
    }

    [Fact]
    public void RoomGrowsWhileATimerFires()
    {
        var wheel = new TimerWheel(0);
        var sink = new Recorder
        {
            OnFire = key =>
        {
            wheel.Reserve(100_000);
            wheel.Arm(99_999, 500);
        }
        };
        wheel.Arm(0, 10);
        wheel.Arm(1, 10);
        wheel.Advance(100, sink);
        Assert.Equal(2, sink.Keys.Count);
        wheel.Advance(600, sink);
        Assert.Equal(99_999, sink.Keys[^1]);
    }

    [Fact]
    public void AgreesWithANaiveModel()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        for (int run = 0; run < 40; run++)
            AgreeWithModel(seed + run);
    }

    private static void AgreeWithModel(int seed)
    {
        const int Keys = 64;
        var random = new Random(seed);
        long now = random.Next(100_000);
        var wheel = new TimerWheel(now);
        var model = new long?[Keys];
        var armedAt = new long[Keys];
        // Which keys the sink touched during this advance: those may fire now or with the next.
        var touched = new HashSet<int>();
        var sink = new Recorder();
        sink.OnFire = key =>
        {
            Assert.True(model[key] is { } deadline && deadline <= now, $"seed {seed}: {key} fired at {now}, armed for {model[key]}.");
            model[key] = null;
            for (int i = random.Next(4); i > 0; i--)
                Change(random.Next(Keys), touched);
        };

        for (int step = 0; step < 400; step++)
        {
            for (int i = random.Next(8); i > 0; i--)
                Change(random.Next(Keys), null);
            CheckWait(now);
            CheckWait(now + random.Next(40));

            touched.Clear();
            now += random.Next(10) switch
            {
                0 => random.Next(200_000),
                < 4 => random.Next(2000),
                _ => random.Next(2 * Tick),
            };
            wheel.Advance(now, sink);
            for (int key = 0; key < Keys; key++)
            {
                Assert.Equal(model[key] != null, wheel.IsArmed(key));
                Assert.False(
                    !touched.Contains(key) && model[key] is { } deadline && Math.Max(deadline, armedAt[key]) <= now - Tick,
                    $"seed {seed}: {key} did not fire at {now}, armed for {model[key]}.");
            }
        }

        void Change(int key, HashSet<int>? noted)
        {
            noted?.Add(key);
            if (random.Next(3) == 0)
            {
                wheel.Disarm(key);
                model[key] = null;
                return;
            }

            long deadline = now + random.Next(6) switch
            {
                0 => -random.Next(100),
                1 => random.Next(1_000_000),
                _ => random.Next(3000),
            };
            wheel.Arm(key, deadline);
            model[key] = deadline;
            armedAt[key] = now;
        }

        void CheckWait(long at)
        {
            if (model.Min() is not { } earliest)
                return;
            int wait = wheel.NextWaitMs(at);
            long latest = Math.Max(((earliest + Tick - 1) / Tick) * Tick, ((now / Tick) + 1) * Tick);
            Assert.True(wait >= 0 && at + wait <= Math.Max(at, latest), $"seed {seed}: waits {wait} at {at} for {earliest}.");
        }
    }

    private sealed class Recorder : ITimerSink
    {
        public List<int> Keys { get; } = [];

        public Action<int>? OnFire { get; set; }

        public void OnTimer(int key)
        {
            Keys.Add(key);
            OnFire?.Invoke(key);
        }
    }
}
