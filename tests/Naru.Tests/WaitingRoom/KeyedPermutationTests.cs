using System.Buffers.Binary;
using System.Security.Cryptography;
using Naru.Core.Balancing;
using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

public class KeyedPermutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1_000)]
    [InlineData(65_536)]
    [InlineData(100_003)]
    public void EveryPlaceIsTakenOnceAndLeadsBack(int count)
    {
        var permutation = new KeyedPermutation(Seed(count), count);
        bool[] taken = new bool[count];
        for (int i = 0; i < count; i++)
        {
            long place = permutation.Map(i);
            Assert.InRange(place, 0, count - 1);
            Assert.False(taken[place]);
            taken[place] = true;
            Assert.Equal(i, permutation.Invert(place));
        }
    }

    /// <summary>The recipe of the documentation, written a second time, with its own loop.</summary>
    [Fact]
    public void AnybodyRecomputesTheDrawFromThePublishedSeed()
    {
        byte[] seed = Seed(42);
        byte[] key = SHA256.HashData([.. "naru draw 1"u8, .. seed]);
        var sip = new KeyedHash(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key.AsSpan(8)));
        const int Count = 5_000;
        const int Bits = 13;
        var permutation = new KeyedPermutation(seed, Count);
        for (ulong index = 0; index < Count; index++)
        {
            ulong value = index;
            do
            {
                ulong left = value >> 7, right = value & 127;
                for (ulong round = 0; round < 8; round++)
                    if (round % 2 == 0)
                        left ^= sip.Hash([.. BitConverter.GetBytes(right), .. BitConverter.GetBytes(round)]) % (1 << (Bits / 2));
                    else
                        right ^= sip.Hash([.. BitConverter.GetBytes(left), .. BitConverter.GetBytes(round)]) % (1 << (Bits - Bits / 2));
                value = (left << 7) | right;
            }
            while (value >= Count);
            Assert.Equal((long)value, permutation.Map((long)index));
        }
    }

    /// <summary>Published draws must stay recomputable: a change of these places is a change of the recipe.</summary>
    [Fact]
    public void PlacesOfAFixedSeedNeverChange()
    {
        var permutation = new KeyedPermutation(new byte[32], 1_000_000);
        Assert.Equal([67_418L, 339_371, 882_600, 504_335], new long[] { 0, 1, 2, 999_999 }.Select(permutation.Map));
    }

    /// <summary>Chi-square over all orders of a few, at 99.9 %: no order is likelier than another.</summary>
    [Theory]
    [InlineData(2, 1, 10.8)]
    [InlineData(3, 5, 20.5)]
    [InlineData(4, 23, 49.7)]
    [InlineData(5, 119, 173.6)]
    public void EveryOrderOfAFewIsEquallyLikely(int count, int freedom, double critical)
    {
        const int Draws = 6_000;
        var seen = new Dictionary<string, int>();
        for (int draw = 0; draw < Draws; draw++)
        {
            var permutation = new KeyedPermutation(Seed(draw), count);
            string order = string.Join(',', Enumerable.Range(0, count).Select(i => permutation.Map(i)));
            seen[order] = seen.GetValueOrDefault(order) + 1;
        }
        double expected = Draws / (freedom + 1.0);
        double chi = seen.Values.Sum(n => (n - expected) * (n - expected) / expected) + (freedom + 1 - seen.Count) * expected;
        Assert.True(chi < critical, $"{chi:0.0} of {critical} for {count}");
    }

    /// <summary>Who came first is as likely as anybody to stand in each tenth of the line (99.9 %, 9 degrees of freedom: 27.9).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(499)]
    [InlineData(999)]
    public void PlaceDoesNotDependOnWhenSomebodyCame(int index)
    {
        const int Draws = 20_000;
        int[] tenths = new int[10];
        for (int draw = 0; draw < Draws; draw++)
            tenths[new KeyedPermutation(Seed(draw), 1_000).Map(index) / 100]++;
        double chi = tenths.Sum(n => (n - Draws / 10.0) * (n - Draws / 10.0) / (Draws / 10.0));
        Assert.True(chi < 27.9, $"{chi:0.0}");
    }

    private static byte[] Seed(int n) => SHA256.HashData(BitConverter.GetBytes(n));
}
