using Naru.Core.Telemetry;

namespace Naru.Tests.Telemetry;

public class LatencyHistogramTests(ITestOutputHelper output)
{
    [Fact]
    public void BucketsFollowEachOtherWithoutGapOrOverlap()
    {
        var buckets = new LatencyHistogram().Counts.Length;
        var first = 0L;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var last = LatencyHistogram.LastUsOf(bucket);
            Assert.Equal(bucket, LatencyHistogram.BucketOf(first));
            Assert.Equal(bucket, LatencyHistogram.BucketOf(last));
            // A bucket is never wider than an eighth of where it begins.
            Assert.True(last - first <= first / 8, $"{first} to {last}");
            first = last + 1;
        }
        Assert.Equal(1L << 36, first);
    }

    [Fact]
    public void WhatIsOutOfRangeCountsAtTheEnds()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        histogram.Record(long.MaxValue);
        Assert.Equal(1, histogram.Counts[0]);
        Assert.Equal(1, histogram.Counts[^1]);
        Assert.Equal(2, histogram.Total);
    }

    [Fact]
    public void AnEmptyHistogramHasQuantilesOfZero() => Assert.Equal(0, new LatencyHistogram().Quantile(0.99));

    [Fact]
    public void QuantilesAreWithinAnEighthOfTheTruth()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("NARU_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (replay with NARU_SEED={seed})");
        var random = new Random(seed);
        double[] shares = [0, 0.001, 0.5, 0.9, 0.99, 0.999, 1];
        var told = new long[shares.Length];
        for (var round = 0; round < 50; round++)
        {
            var histogram = new LatencyHistogram();
            var scale = random.Next(1, 30);
            long[] values = [.. Enumerable.Range(0, random.Next(1, 3000)).Select(_ => (long)Math.Pow(2, random.NextDouble() * scale)).Order()];
            foreach (var value in values)
                histogram.Record(value);
            histogram.Quantiles(shares, told);
            for (var i = 0; i < shares.Length; i++)
            {
                var truth = values[Math.Max(1, (int)Math.Ceiling(shares[i] * values.Length)) - 1];
                var isNear = told[i] >= truth && told[i] <= truth + truth / 8;
                Assert.True(isNear, $"seed {seed}, round {round}: {told[i]} for {truth} at {shares[i]}");
                Assert.Equal(told[i], histogram.Quantile(shares[i]));
            }
        }
    }

    [Fact]
    public void AddSumsAndClearForgets()
    {
        LatencyHistogram a = new(), b = new();
        a.Record(10);
        b.Record(10);
        b.Record(1_000_000);
        a.Add(b);
        Assert.Equal(3, a.Total);
        Assert.Equal(2, a.Counts[LatencyHistogram.BucketOf(10)]);
        Assert.Equal(10, a.Quantile(0.5));
        a.Clear();
        Assert.Equal(0, a.Total);
    }
}
