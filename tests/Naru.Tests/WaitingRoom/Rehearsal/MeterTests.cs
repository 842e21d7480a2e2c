using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Tests.WaitingRoom.Rehearsal;

/// <summary>The meters judge the line, so they are judged first: each against the plain definition of what it measures.</summary>
public class MeterTests
{
    [Fact]
    public void ExcessOfEvenAdmissionsIsOneVisitor()
    {
        var meter = new AdmissionMeter(100, startMs: 0);
        for (var now = 0; now < 10_000; now += 10)
            meter.Admit(now);
        Assert.Equal(1, meter.LargestExcess, 6);
        Assert.True(meter.LargestShare < 1);
    }

    [Fact]
    public void ExcessIsThatOfTheWorstWindow()
    {
        var random = new CrowdRandom(7);
        for (var round = 0; round < 50; round++)
        {
            var meter = new AdmissionMeter(20, startMs: 0);
            List<long> times = [];
            for (long now = 0; now < 5_000; now += random.ExponentialMs(60))
            {
                times.Add(now);
                meter.Admit(now);
            }
            Assert.Equal(WorstWindow(times, 20), meter.LargestExcess, 6);
        }
    }

    [Fact]
    public void WindowsThatSpanAChangeOfRateAreMeasuredByBothRates()
    {
        var meter = new AdmissionMeter(10, startMs: 0);
        meter.Admit(1_000);
        meter.SetRate(100, 1_100);
        meter.Admit(1_120);
        // 0.1 s at 10/s and 0.02 s at 100/s are 3 visitors, so both windows hold one beyond their rate.
        Assert.Equal(1, meter.LargestExcess, 6);
        meter.Admit(1_120);
        Assert.Equal(2, meter.LargestExcess, 6);
    }

    [Fact]
    public void AdmissionsAtDoubleTheRateBreakTheBound()
    {
        var meter = new AdmissionMeter(100, startMs: 0);
        for (var now = 0; now < 1_000; now += 5)
            meter.Admit(now);
        Assert.True(meter.LargestShare > 1);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(100, 10)]
    [InlineData(1_000, 100)]
    public void BoundIsATenthOfASecondOfTheRateAndAtLeastAVisitor(double rate, double bound)
        => Assert.Equal(bound, AdmissionMeter.BoundOf(rate), 6);

    [Fact]
    public void NoInversionInTheOrderOfComing()
        => Assert.Equal(new InversionFigures(0, 0, 0), InversionMeter.Measure([10, 10, 20, long.MaxValue, 30], p => p));

    [Fact]
    public void InversionIsMeasuredAgainstTheEarliestOfThoseOvertaken()
        => Assert.Equal(new InversionFigures(3, 50, 30, Worst: 1, Overtaken: 4), InversionMeter.Measure([10, 60, 40, 20, 10, 70], p => p));

    [Fact]
    public void InversionsOfRandomLinesAreThoseOfThePlainDefinition()
    {
        var random = new CrowdRandom(11);
        for (var round = 0; round < 100; round++)
        {
            var joined = new long[40];
            foreach (ref var at in joined.AsSpan())
                at = random.Chance(0.1) ? long.MaxValue : random.Next(500);
            var gaps = Enumerable.Range(0, joined.Length)
                .Where(i => joined[i] != long.MaxValue)
                .Select(i => joined[i] - joined.Skip(i + 1).Append(long.MaxValue).Min())
                .Where(gap => gap > 0).ToList();
            var measured = InversionMeter.Measure(joined, p => p);
            Assert.Equal(gaps.Count, measured.Count);
            Assert.Equal(gaps.DefaultIfEmpty(0).Max(), measured.LargestMs);
        }
    }

    [Fact]
    public void ADrawHasNoOrderInside()
    {
        Func<int, int> drawn = p => p < 3 ? 0 : p;
        Assert.Equal(0, InversionMeter.Measure([30, 20, 10, 40], drawn).Count);
        Assert.Equal(2, InversionMeter.Measure([30, 20, 10, 15], drawn).Count);
    }

    [Fact]
    public void ToldTimesAreJudgedByTheHorizonThatWasTold()
    {
        var meter = new EtaMeter();
        meter.Tell(1, nowMs: 0, lowS: 60, highS: 100);
        meter.Tell(1, nowMs: 30_000, lowS: 50, highS: 58);
        meter.Tell(2, nowMs: 0, lowS: 1, highS: 2);
        meter.Call(1, 65_000);
        meter.Forget(2);
        var figures = meter.Measure();
        Assert.Equal(1, figures.Single(f => f.FromS == 60).Inside);
        Assert.Equal(1, figures.Single(f => f.FromS == 0).Sooner);
        Assert.Equal(2, figures.Sum(f => f.Count));
        Assert.Equal(0.5, figures.Single(f => f.FromS == 60).MedianWidth);
        Assert.Equal(15, figures.Single(f => f.FromS == 60).MedianErrorS);
    }

    [Fact]
    public void ToldTimesThatGoOnBeyondTheRehearsalAreNotJudgedAndThoseThatPassedAreMissed()
    {
        var meter = new EtaMeter(endMs: 100_000);
        meter.Tell(1, nowMs: 0, lowS: 10, highS: 99);
        meter.Tell(2, nowMs: 0, lowS: 10, highS: 101);
        meter.Call(2, 20_000);
        var figures = meter.Measure();
        Assert.Equal(1, figures.Sum(f => f.Later));
        Assert.Equal(1, figures.Sum(f => f.Count));
    }

    private static double WorstWindow(List<long> times, double rate)
    {
        var worst = 0.0;
        for (var from = 0; from < times.Count; from++)
            for (var to = from; to < times.Count; to++)
                worst = Math.Max(worst, to - from + 1 - rate * (times[to] - times[from]) / 1000);
        return worst;
    }
}
