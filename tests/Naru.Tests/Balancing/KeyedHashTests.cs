using System.Net;
using System.Numerics;
using System.Text;
using Naru.Core.Balancing;

namespace Naru.Tests.Balancing;

public class KeyedHashTests
{
    /// <summary>SipHash-1-3 with the key zero, as CPython 3.11 hashes bytes (PYTHONHASHSEED=0) and the reference code the empty text.</summary>
    [Theory]
    [InlineData("", 0xd1fba762150c532cUL)]
    [InlineData("a", 0x407448d2b89b1813UL)]
    [InlineData("10.0.0.1", 0x7cc7e3cf75fe53c3UL)]
    [InlineData("10.0.0.1:8080", 0xd68503bc90cd52dfUL)]
    public void IsSipHash13(string text, ulong expected) => Assert.Equal(expected, new KeyedHash(0, 0).Hash(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void AllTailLengthsAreHashed()
    {
        byte[] data = [.. Enumerable.Range(0, 63).Select(i => (byte)i)];
        Assert.Equal(0x385d3e39e5f37359UL, new KeyedHash(0, 0).Hash(data));
        Assert.Equal(64, Enumerable.Range(0, 64).Select(n => new KeyedHash(1, 2).Hash(new byte[n])).Distinct().Count());
    }

    [Fact]
    public void AnotherKeyGivesAnotherHash()
    {
        Assert.NotEqual(KeyedHash.FromText("a").Hash("x"u8), KeyedHash.FromText("b").Hash("x"u8));
        Assert.Equal(KeyedHash.FromText("a").Hash("x"u8), KeyedHash.FromText("a").Hash("x"u8));
    }

    [Fact]
    public void OneBitOfInputChangesHalfOfTheOutput()
    {
        var hash = new KeyedHash(3, 4);
        double flipped = 0;
        for (int bit = 0; bit < 64; bit++)
            for (int i = 0; i < 100; i++)
            {
                byte[] data = BitConverter.GetBytes((long)i);
                ulong before = hash.Hash(data);
                data[bit / 8] ^= (byte)(1 << (bit % 8));
                flipped += BitOperations.PopCount(before ^ hash.Hash(data));
            }
        Assert.InRange(flipped / 6400, 31, 33);
    }
}
