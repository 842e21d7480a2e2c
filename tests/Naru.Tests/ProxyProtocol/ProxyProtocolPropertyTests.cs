using Naru.Core.Config;
using Naru.Core.Net;
using Naru.Core.ProxyProtocol;

namespace Naru.Tests.ProxyProtocol;

public class ProxyProtocolPropertyTests(ITestOutputHelper output)
{
    [Fact]
    public void WhatIsWrittenIsReadAgain()
    {
        var random = Seeded(out var seed);
        Span<byte> target = stackalloc byte[ProxyProtocolWriter.BytesMax];
        for (var i = 0; i < 20_000; i++)
        {
            var version = random.Next(2) == 0 ? ProxyProtocolVersion.V1 : ProxyProtocolVersion.V2;
            Endpoint source = RandomEndpoint(random), destination = RandomEndpoint(random);
            var message = $"seed {seed}: {version} {source} {destination}";
            var length = ProxyProtocolWriter.Write(version, source, destination, target);
            Assert.True(length > 0, message);
            Assert.Equal(0, ProxyProtocolWriter.Write(version, source, destination, target[..(length - 1)]));
            Assert.True(ProxyProtocolParser.Parse(target[..length], out var header) == ProxyParse.Done, message);
            Assert.True(header.LengthBytes == length && header.Source == source && header.Destination == destination && header.HasAddresses, message);
        }
    }

    [Theory]
    [InlineData(ProxyProtocolVersion.V1)]
    [InlineData(ProxyProtocolVersion.V2)]
    public void WithoutAnAddressNaruSpeaksForItself(ProxyProtocolVersion version)
    {
        var target = new byte[ProxyProtocolWriter.BytesMax];
        var length = ProxyProtocolWriter.Write(version, default, new Endpoint([10, 0, 0, 1], 80), target);
        Assert.Equal(ProxyParse.Done, ProxyProtocolParser.Parse(target.AsSpan(0, length), out var header));
        Assert.False(header.HasAddresses);
        Assert.Equal(length, header.LengthBytes);
    }

    [Fact]
    public void VersionNoneWritesNothing() =>
        Assert.Equal(0, ProxyProtocolWriter.Write(ProxyProtocolVersion.None, default, default, new byte[ProxyProtocolWriter.BytesMax]));

    /// <summary>Headers with flipped, cut, doubled and inserted bytes: an answer always, the same at every split.</summary>
    [Fact]
    public void MangledHeadersGetTheSameAnswerAtAnySplit()
    {
        var random = Seeded(out var seed);
        var results = new int[3];
        var buffer = new byte[ProxyProtocolWriter.BytesMax];
        for (var i = 0; i < 20_000; i++)
        {
            var version = random.Next(2) == 0 ? ProxyProtocolVersion.V1 : ProxyProtocolVersion.V2;
            var length = ProxyProtocolWriter.Write(version, RandomEndpoint(random), RandomEndpoint(random), buffer);
            List<byte> data = [.. buffer.AsSpan(0, length)];
            for (var changes = random.Next(1, 4); changes > 0 && data.Count > 0; changes--)
                Mangle(data, random);
            byte[] bytes = [.. data];
            var whole = ProxyProtocolParser.Parse(bytes, out var header);
            results[(int)whole]++;
            var decidedAt = 0;
            while (decidedAt < bytes.Length && ProxyProtocolParser.Parse(bytes.AsSpan(0, decidedAt), out _) == ProxyParse.NeedMore)
                decidedAt++;
            var first = ProxyProtocolParser.Parse(bytes.AsSpan(0, decidedAt), out var firstHeader);
            Assert.True(first == whole && firstHeader.LengthBytes == header.LengthBytes, $"seed {seed}: {Convert.ToHexString(bytes)}");
            Assert.True(whole != ProxyParse.Done || header.LengthBytes == decidedAt, $"seed {seed}: {Convert.ToHexString(bytes)}");
        }
        output.WriteLine($"need more {results[0]}, done {results[1]}, invalid {results[2]}");
    }

    [Fact]
    public void RandomBytesAreNeverAHeader()
    {
        var random = Seeded(out var seed);
        var bytes = new byte[256];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            if (random.Next(2) == 0)
                "PROXY TCP4 "u8.CopyTo(bytes);
            Assert.True(ProxyProtocolParser.Parse(bytes, out _) == ProxyParse.Invalid, $"seed {seed}: {Convert.ToHexString(bytes)}");
        }
    }

    [Fact]
    public void ReadingAndWritingAllocateNothing()
    {
        var target = new byte[ProxyProtocolWriter.BytesMax];
        var (source, destination) = (new Endpoint([192, 0, 2, 1], 1), new Endpoint([0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 2));
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var length = ProxyProtocolWriter.Write(i % 2 == 0 ? ProxyProtocolVersion.V1 : ProxyProtocolVersion.V2, source, destination, target);
                ProxyProtocolParser.Parse(target.AsSpan(0, length), out _);
            }
        }));
    }

    private static void Mangle(List<byte> data, Random random)
    {
        var at = random.Next(data.Count);
        switch (random.Next(4))
        {
            case 0:
                data[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                data.RemoveAt(at);
                break;
            case 2:
                data.Insert(at, "\r\n :.0f\0"u8[random.Next(8)]);
                break;
            default:
                data.RemoveRange(at, data.Count - at);
                break;
        }
    }

    private static Endpoint RandomEndpoint(Random random)
    {
        var address = new byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(address);
        if (random.Next(2) == 0)
            address.AsSpan(address.Length / 4, address.Length / 2).Clear();
        return new Endpoint(address, random.Next(ushort.MaxValue + 1));
    }

    private Random Seeded(out int seed)
    {
        seed = int.TryParse(Environment.GetEnvironmentVariable("NARU_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (replay with NARU_SEED={seed})");
        return new Random(seed);
    }
}
