using System.Net;
using System.Text;
using Naru.Core.Net;

namespace Naru.Tests.Net;

public class EndpointTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("10.0.0.1:80")]
    [InlineData("255.255.255.255:65535")]
    [InlineData("[2001:db8::1]:443")]
    [InlineData("[::]:0")]
    [InlineData("[1:2:3:4:5:6:7:8]:9")]
    [InlineData("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    public void TextAndIPEndPointGoBothWays(string text)
    {
        var endpoint = Endpoint.From(IPEndPoint.Parse(text));
        Assert.Equal(text, endpoint.ToString());
        Assert.Equal(IPEndPoint.Parse(text), endpoint.ToIPEndPoint());
        Span<byte> buffer = stackalloc byte[Endpoint.TextBytesMax];
        for (var size = 0; size < text.Length; size++)
            Assert.Equal(0, endpoint.Format(buffer[..size]));
        Assert.Equal(text.Length, endpoint.Format(buffer[..text.Length]));
    }

    /// <summary>The examples of RFC 5952 §4.</summary>
    [Theory]
    [InlineData("2001:0db8::0001", "2001:db8::1")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("1:0:0:0:0:0:0:0", "1::")]
    [InlineData("0:0:0:0:0:0:0:1", "::1")]
    [InlineData("0:0:1:0:0:1:0:0", "::1:0:0:1:0:0")]
    [InlineData("ABCD:EF::", "abcd:ef::")]
    public void Ipv6IsWrittenByRfc5952(string text, string canonical)
    {
        Span<byte> buffer = stackalloc byte[Endpoint.AddressTextBytesMax];
        var endpoint = Endpoint.From(new IPEndPoint(IPAddress.Parse(text), 1));
        Assert.Equal(canonical, Encoding.ASCII.GetString(buffer[..endpoint.FormatAddress(buffer)]));
    }

    [Fact]
    public void AMappedAddressIsItsIpv4Address()
    {
        var mapped = Endpoint.From(IPEndPoint.Parse("[::ffff:10.0.0.1]:80"));
        Assert.Equal(IpFamily.V4, mapped.Family);
        Assert.Equal(Endpoint.From(IPEndPoint.Parse("10.0.0.1:80")), mapped);
        Assert.Equal(Endpoint.From(IPEndPoint.Parse("10.0.0.1:80")).GetHashCode(), mapped.GetHashCode());
    }

    [Fact]
    public void AClientIsItsIpv4AddressOrItsIpv6Network()
    {
        static byte[] Hash(string text)
        {
            var endpoint = Endpoint.From(IPEndPoint.Parse(text));
            return endpoint.HashBytes.ToArray();
        }
        Assert.Equal([10, 0, 0, 1], Hash("10.0.0.1:80"));
        Assert.Equal(Hash("[2001:db8:1:2::3]:4"), Hash("[2001:db8:1:2:9::9]:5"));
        Assert.NotEqual(Hash("[2001:db8:1:2::3]:4"), Hash("[2001:db8:1:3::3]:4"));
    }

    [Fact]
    public void WithoutAFamilyThereIsNothing()
    {
        Assert.Equal(0, default(Endpoint).Format(new byte[Endpoint.TextBytesMax]));
        Assert.True(default(Endpoint).Address.IsEmpty);
        Assert.Equal(default, new Endpoint([1, 2, 3], 80));
    }

    [Fact]
    public void RandomAddressesSurviveTextAndAgreeWithThePlatform()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("NARU_SEED"), out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed} (replay with NARU_SEED={seed})");
        var random = new Random(seed);
        Span<byte> text = stackalloc byte[Endpoint.AddressTextBytesMax];
        Span<byte> parsed = stackalloc byte[16];
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(2) == 0 ? 4 : 16];
            random.NextBytes(bytes);
            for (var group = 0; group < bytes.Length; group += 2)
                if (random.Next(2) == 0)
                    bytes.AsSpan(group, random.Next(1, 3)).Clear();
            var endpoint = new Endpoint(bytes, 1);
            var written = text[..endpoint.FormatAddress(text)];
            var message = $"seed {seed}: {Convert.ToHexString(bytes)} as {Encoding.ASCII.GetString(written)}";
            Assert.True(bytes.Length == 4 ? IpText.TryParseV4(written, parsed) : IpText.TryParseV6(written, parsed), message);
            Assert.True(parsed[..bytes.Length].SequenceEqual(bytes), message);
            Assert.True(IPAddress.Parse(Encoding.ASCII.GetString(written)).GetAddressBytes().AsSpan().SequenceEqual(bytes), message);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4.")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.-4")]
    [InlineData("0x1.2.3.4")]
    [InlineData("1..3.4")]
    [InlineData("1.2.3.4 ")]
    public void LooseIpv4IsRefused(string text) => Assert.False(IpText.TryParseV4(Encoding.ASCII.GetBytes(text), new byte[4]));

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1")]
    [InlineData("1::2::3")]
    [InlineData(":1::2")]
    [InlineData("1::2:")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("::12345")]
    [InlineData("::g")]
    [InlineData("::+1")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("::1.2.3")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    public void LooseIpv6IsRefused(string text) => Assert.False(IpText.TryParseV6(Encoding.ASCII.GetBytes(text), new byte[16]));

    [Theory]
    [InlineData("::")]
    [InlineData("1::")]
    [InlineData("::8")]
    [InlineData("1:2:3:4:5:6:7::")]
    [InlineData("::2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:1.2.3.4")]
    [InlineData("::ffff:1.2.3.4")]
    [InlineData("64:FF9B::1.2.3.4")]
    public void EveryFormOfIpv6IsRead(string text)
    {
        var address = new byte[16];
        Assert.True(IpText.TryParseV6(Encoding.ASCII.GetBytes(text), address));
        Assert.Equal(IPAddress.Parse(text).GetAddressBytes(), address);
    }
}
