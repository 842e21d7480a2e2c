using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class RateGateTests
{
    private const long Start = 1_800_000_000_000;

    /// <summary>A hundred thousand visitors at the door in every millisecond.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(9_999)]
    [InlineData(250_000)]
    public void CrowdThatWakesAtOnceStaysWithinTheRateInEveryWindow(double perSecond)
    {
        var gate = new RateGate();
        var share = RateShare.Whole(perSecond);
        gate.Change(share, debt: 0, Start);
        int seconds = perSecond < 10 ? 30 : 3;
        int[] admitted = new int[seconds * 1000];
        for (int ms = 0; ms < admitted.Length; ms++)
            while (gate.TryAdmit(Start + ms))
                admitted[ms]++;
        double level = 0;
        foreach (int count in admitted)
        {
            level += count;
            Assert.True(level <= share.Burst + 1e-6, $"{level} of {share.Burst}");
            level = Math.Max(0, level - perSecond / 1000);
        }
        Assert.InRange(admitted.Sum(), perSecond * seconds * 0.999 - 1, perSecond * seconds + share.Burst);
    }

    [Fact]
    public void ShareThatChangesKeepsWhatIsOwed()
    {
        for (int seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var gate = new RateGate();
            double level = 0, rate = 0, burst = 0;
            for (int ms = 0; ms < 5_000; ms++)
            {
                if (random.Next(400) == 0)
                {
                    var share = RateShare.Whole(random.Next(4) == 0 ? 0 : random.Next(1, 3_000));
                    gate.Change(share, debt: null, Start + ms);
                    rate = share.PerSecond;
                    // A window that began under an earlier share may hold that one's burst.
                    burst = level <= 0 ? share.Burst : Math.Max(share.Burst, burst);
                }
                for (int tries = random.Next(8); tries > 0; tries--)
                    if (gate.TryAdmit(Start + ms))
                        level++;
                Assert.True(level <= burst + 1e-6, $"seed {seed} ms {ms}: {level} of {burst}");
                level = Math.Max(0, level - rate / 1000);
                if (level == 0)
                    burst = RateShare.Whole(rate).Burst;
            }
        }
    }

    [Fact]
    public void NewShareStartsWithoutCredit()
    {
        var gate = new RateGate();
        gate.Change(new RateShare(10, 3), debt: null, Start);
        Assert.False(gate.TryAdmit(Start));
        Assert.False(gate.TryAdmit(Start + 99));
        Assert.True(gate.TryAdmit(Start + 100));
    }

    [Fact]
    public void AdmissionWithoutSlotIsGivenBack()
    {
        var gate = new RateGate();
        gate.Change(new RateShare(10, 1), debt: 0, Start);
        Assert.True(gate.TryAdmit(Start));
        gate.Undo();
        Assert.True(gate.TryAdmit(Start));
        Assert.False(gate.TryAdmit(Start));
    }

    [Fact]
    public void LoopsThatAdmitAtTheSameTimeShareOneBucket()
    {
        var gate = new RateGate();
        gate.Change(new RateShare(1_000_000, 50_000), debt: 0, Start);
        long admitted = 0;
        Parallel.For(0, 4, _ =>
        {
            while (gate.TryAdmit(Start))
                Interlocked.Increment(ref admitted);
        });
        Assert.Equal(50_000, admitted);
    }
}
