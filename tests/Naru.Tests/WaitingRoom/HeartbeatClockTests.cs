using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class HeartbeatClockTests
{
    [Fact]
    public void VisitorCountsUntilTheDeadlineAndNoLongerThanTwoStepsAfterIt()
    {
        for (long start = 1_800_000_000_000; start < 1_800_000_600_000; start += 777)
            foreach (int ahead in new[] { 0, 1, 1_999, 8_000, RoomLimits.SilenceMaxMs })
            {
                byte beat = HeartbeatClock.Deadline(start + ahead);
                for (int step = 0; step <= ahead; step += 500)
                    Assert.True(HeartbeatClock.Alive(beat, HeartbeatClock.Now(start + step)), $"{start} +{ahead} after {step}");
                Assert.False(HeartbeatClock.Alive(beat, HeartbeatClock.Now(start + ahead + 3 * HeartbeatClock.StepMs)), $"{start} +{ahead}");
                Assert.False(HeartbeatClock.Alive(beat, HeartbeatClock.Now(start + ahead + 300_000)), $"{start} +{ahead} after 5 minutes");
            }
    }

    [Fact]
    public void CountOfManyEqualsCountOfEach()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            byte[] beats = new byte[random.Next(1, 1025)];
            random.NextBytes(beats);
            byte now = (byte)random.Next(256);
            int expected = beats.Count(b => HeartbeatClock.Alive(b, now));
            Assert.True(expected == HeartbeatClock.CountAlive(beats, now), $"seed {seed}");
            HeartbeatClock.ClearOverdue(beats, now);
            Assert.True(expected == beats.Count(b => b != 0), $"seed {seed}");
        }
    }
}
