using Naru.Core.Balancing;

namespace Naru.Tests.Balancing;

public class MaglevSlotsTests
{
    [Theory]
    [InlineData(1, 65_537)]
    [InlineData(655, 65_537)]
    [InlineData(656, 131_101)]
    [InlineData(5_000, 524_309)]
    [InlineData(1_000_000, 2_097_169)]
    public void SizeIsAPrimeAboveHundredTimesTheServers(int servers, int size)
    {
        Assert.Equal(size, MaglevSlots.SizeFor(servers));
        for (int divisor = 2; divisor * divisor <= size; divisor++)
            Assert.NotEqual(0, size % divisor);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1_000)]
    public void EqualWeightsDifferByOnePercentAtMost(int servers)
    {
        int[] counts = Counts([.. Enumerable.Repeat(1000, servers)]);
        Assert.True(counts.Max() <= 1.01 * counts.Min() + 1, $"{counts.Min()} to {counts.Max()}");
    }

    [Fact]
    public void WeightsAreFollowed() => Seeded.Run(5, random =>
    {
        int[] weights = [.. Enumerable.Range(0, random.Next(2, 60)).Select(_ => random.Next(100, 20_000))];
        int[] counts = Counts(weights);
        double sum = weights.Sum();
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = counts.Sum() * weights[i] / sum;
            Assert.InRange(counts[i], expected * 0.99 - 2, expected * 1.01 + 2);
        }
    });

    [Fact]
    public void LightestOfManyHeavyServersHasASlot()
    {
        int[] weights = [1, .. Enumerable.Repeat(1_000_000, 300)];
        Assert.True(Counts(weights)[0] >= 1);
    }

    private static int[] Counts(int[] weights)
    {
        var counts = new int[weights.Length];
        foreach (int server in MaglevSlots.Fill([.. Pools.Servers(weights.Length).Select(s => s.Identity)], weights))
            counts[server]++;
        return counts;
    }
}
