using System.Buffers.Binary;
using System.Text;
using Naru.Core.ProxyProtocol;

namespace Naru.Tests.ProxyProtocol;

public class ProxyProtocolParserTests
{
    private const string Signature = "0D0A0D0A000D0A515549540A";
    private const string Tcp4 = Signature + "2111" + "000C" + "C0000201" + "C6336402" + "DC04" + "01BB";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", "192.0.2.1:56324", "198.51.100.2:443")]
    [InlineData("PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\n", "0.0.0.0:0", "255.255.255.255:65535")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 56324 443\r\n", "[2001:db8::1]:56324", "[::1]:443")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:c633:6402 1 2\r\n", "192.0.2.1:1", "198.51.100.2:2")]
    [InlineData("PROXY TCP6 ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    public void Version1TellsBothEnds(string line, string source, string destination)
    {
        // The longest line of the specification, spelled short above.
        line = line.Replace("ffff:f...f:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        var header = ParsesAtAnySplit(Encoding.ASCII.GetBytes(line));
        Assert.True(header.HasAddresses);
        Assert.Equal(1, header.Version);
        Assert.Equal(source, header.Source.ToString());
        Assert.Equal(destination, header.Destination.ToString());
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("PROXY UNKNOWN whatever comes here is to be ignored\r\n")]
    [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n")]
    public void Version1UnknownHasNoAddresses(string line) => Assert.False(ParsesAtAnySplit(Encoding.ASCII.GetBytes(line)).HasAddresses);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("P\r\n")]
    [InlineData("PROXY\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4\r\n")]
    [InlineData("PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1\t2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 192.0.2.2 1 99999999999999999999\r\n")]
    [InlineData("PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY TCP6 ::1%lo ::1 1 2\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n")]
    [InlineData("PROXY UNKNOWNX\r\n")]
    [InlineData("PROXY UNKNOWN\n")]
    public void Version1HasOneSpelling(string line) => IsInvalid(Encoding.ASCII.GetBytes(line));

    [Fact]
    public void Version1EndsWithin107Bytes()
    {
        var longest = "PROXY UNKNOWN " + new string('x', ProxyProtocolParser.V1BytesMax - 16) + "\r\n";
        Assert.Equal(ProxyProtocolParser.V1BytesMax, ParsesAtAnySplit(Encoding.ASCII.GetBytes(longest)).LengthBytes);
        IsInvalid(Encoding.ASCII.GetBytes(longest.Insert(20, "x")));
        IsInvalid(Encoding.ASCII.GetBytes(longest.Replace("\r\n", "xx")));
    }

    [Fact]
    public void Version2TellsBothEnds()
    {
        var header = ParsesAtAnySplit(Convert.FromHexString(Tcp4));
        Assert.True(header.HasAddresses);
        Assert.Equal(2, header.Version);
        Assert.Equal("192.0.2.1:56324", header.Source.ToString());
        Assert.Equal("198.51.100.2:443", header.Destination.ToString());

        header = ParsesAtAnySplit(Convert.FromHexString(
            Signature + "2121" + "0024" + "20010DB8000000000000000000000001" + "20010DB8000000000000000000000002" + "0001" + "FFFF"));
        Assert.Equal("[2001:db8::1]:1", header.Source.ToString());
        Assert.Equal("[2001:db8::2]:65535", header.Destination.ToString());
    }

    [Theory]
    [InlineData("2000" + "0000")] // LOCAL
    [InlineData("2011" + "000C" + "C0000201C6336402DC0401BB")] // LOCAL with addresses: to be discarded
    [InlineData("20FF" + "0003" + "FFFFFF")] // LOCAL: the family does not count either
    [InlineData("2100" + "0000")] // PROXY, UNSPEC
    [InlineData("2100" + "0005" + "0102030405")]
    public void LocalAndUnspecHaveNoAddresses(string rest)
    {
        var header = ParsesAtAnySplit(Convert.FromHexString(Signature + rest));
        Assert.False(header.HasAddresses);
        Assert.Equal(2, header.Version);
    }

    [Theory]
    [InlineData("0D0A0D0A000D0A515549540D" + "2000" + "0000")] // signature
    [InlineData(Signature + "1111" + "000C" + "C0000201C6336402DC0401BB")] // version 1
    [InlineData(Signature + "2211" + "000C" + "C0000201C6336402DC0401BB")] // command 2
    [InlineData(Signature + "2112" + "000C" + "C0000201C6336402DC0401BB")] // UDP
    [InlineData(Signature + "2131" + "00D8")] // UNIX
    [InlineData(Signature + "2110" + "000C" + "C0000201C6336402DC0401BB")] // IPv4 without transport
    [InlineData(Signature + "2111" + "000B" + "C0000201C6336402DC0401")] // shorter than its addresses
    [InlineData(Signature + "2121" + "0023")]
    [InlineData(Signature + "2000" + "FFFF")] // over our bound
    [InlineData(Signature + "2111" + "0FF1")]
    public void Version2IsStrict(string hex) => IsInvalid(Convert.FromHexString(hex));

    [Fact]
    public void Version2MayBeAsLongAsItsNamedMaximum()
    {
        var tlvBytes = ProxyProtocolParser.V2BytesMax - 28;
        Assert.Equal(ProxyProtocolParser.V2BytesMax, Parses(WithTlvs($"30{tlvBytes - 3:X4}" + new string('0', 2 * (tlvBytes - 3)))).LengthBytes);
        IsInvalid(WithTlvs($"30{tlvBytes - 2:X4}" + new string('0', 2 * (tlvBytes - 2))));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("040000", true)]
    [InlineData("040000" + "0100026832", true)] // NOOP, ALPN h2
    [InlineData("04", false)]
    [InlineData("0400", false)]
    [InlineData("040001", false)]
    [InlineData("0400020000" + "01000368", false)]
    [InlineData("030003000000", false)] // checksum of three bytes
    [InlineData("03000400000000", false)] // wrong checksum
    public void TlvsFillTheHeaderExactly(string tlvs, bool sound)
    {
        if (sound)
            Parses(WithTlvs(tlvs));
        else
            IsInvalid(WithTlvs(tlvs));
    }

    [Fact]
    public void TheChecksumIsVerified()
    {
        var header = WithTlvs("01000268320300040000000004000100");
        const int CrcTypeAt = 28 + 5;
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(CrcTypeAt + 3), Crc32C(header));
        ParsesAtAnySplit(header);
        for (var i = 16; i < header.Length; i++)
        {
            if (i == CrcTypeAt)
                continue; // without its type it is no checksum
            var broken = header.ToArray();
            broken[i] ^= 0x10;
            Assert.Equal(ProxyParse.Invalid, ProxyProtocolParser.Parse(broken, out _));
        }
        var twice = WithTlvs("0300040000000003000400000000");
        IsInvalid(twice);
    }

    [Fact]
    public void ChecksumAgreesWithTheKnownValue() =>
        // RFC 3720 B.4: 32 bytes of ones.
        Assert.Equal(0x62A8AB43u, ProxyProtocolParser.Checksum([.. Enumerable.Repeat((byte)0xFF, 32)], 32));

    private static byte[] WithTlvs(string hex)
    {
        var header = Convert.FromHexString(Tcp4 + hex);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)(header.Length - 16));
        return header;
    }

    /// <summary>Bit by bit, with the reversed polynomial of Castagnoli: nothing in common with the code under test.</summary>
    private static uint Crc32C(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0x82F63B78 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }

    private static ProxyHeader Parses(ReadOnlySpan<byte> data)
    {
        Assert.Equal(ProxyParse.Done, ProxyProtocolParser.Parse(data, out var header));
        return header;
    }

    private static ProxyHeader ParsesAtAnySplit(byte[] data)
    {
        for (var length = 0; length < data.Length; length++)
            Assert.Equal(ProxyParse.NeedMore, ProxyProtocolParser.Parse(data.AsSpan(0, length), out _));
        var header = Parses(data);
        Assert.Equal(data.Length, header.LengthBytes);
        // What follows is the connection's own.
        foreach (var after in new[] { "\n", "\r\n", " ", "PROXY UNKNOWN\r\n", new string('x', 5000) })
        {
            var longer = Parses([.. data, .. Encoding.ASCII.GetBytes(after)]);
            Assert.Equal((data.Length, header.Source, header.Destination), (longer.LengthBytes, longer.Source, longer.Destination));
        }
        return header;
    }

    /// <summary>No prefix is taken as a header, and once invalid it stays so.</summary>
    private static void IsInvalid(byte[] data)
    {
        var refused = false;
        for (var length = 0; length <= data.Length; length++)
        {
            var result = ProxyProtocolParser.Parse(data.AsSpan(0, length), out _);
            Assert.NotEqual(ProxyParse.Done, result);
            Assert.False(refused && result != ProxyParse.Invalid);
            refused = result == ProxyParse.Invalid;
        }
        Assert.True(refused);
    }
}
