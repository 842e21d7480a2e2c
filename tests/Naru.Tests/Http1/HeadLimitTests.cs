using Naru.Core.Http;
using Naru.Core.Http1;
using static Naru.Tests.Http1.Requests;

namespace Naru.Tests.Http1;

/// <summary>Each limit is reached and passed by one.</summary>
public class HeadLimitTests
{
    private const string Start = "GET / HTTP/1.1\r\nHost: a\r\n";

    [Fact]
    public void LimitsFitTogether()
    {
        Assert.True(HttpLimits.HeadBytesMax - 2 <= ushort.MaxValue);
        Assert.True(HttpLimits.TargetBytesDefault < HttpLimits.HeadBytesMax && HttpLimits.FieldsDefault <= HttpLimits.FieldsMax);
        Assert.True(HttpLimits.SetCookieBytesMax + HttpLimits.AddedLinesBytesMax + 128 < HttpLimits.HeadGrowthMax);
        Assert.True((3 * HttpLimits.HostBytesMax) + HttpLimits.PeerAddressBytesMax + HttpLimits.RequestIdBytes < HttpLimits.HeadGrowthMax);
        Assert.True(4 * HttpLimits.ChunkSizeDigitsMax < 63);
        var cut = new HeadLimits(1 << 30, 1 << 30, 1 << 30);
        Assert.Equal((HttpLimits.HeadBytesMax, HttpLimits.FieldsMax, HttpLimits.HeadBytesMax), (cut.HeadBytes, cut.Fields, cut.TargetBytes));
        Assert.Equal(HttpLimits.HeadBytesMin, new HeadLimits(0, 0, 0).HeadBytes);
    }

    [Theory]
    [InlineData(HttpLimits.HeadBytesMin)]
    [InlineData(8192)]
    [InlineData(HttpLimits.HeadBytesMax)]
    public void HeadBytesAreLimited(int bytes)
    {
        var limits = new HeadLimits(bytes, 100, bytes);
        string most = Start + "A: " + new string('x', bytes - Start.Length - 7) + "\r\n\r\n";
        Assert.Equal(bytes, most.Length);
        var (result, head) = Parse(most, limits);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal(bytes - 2, head.Fields[1].LineEnd);

        Assert.Equal(ParseResult.HeadTooLarge, Parse(most.Replace("A: ", "A: x", StringComparison.Ordinal), limits).Result);
        Assert.Equal(ParseResult.HeadTooLarge, Parse(most[..^4].PadRight(bytes, 'y'), limits).Result);
        Assert.Equal(ParseResult.HeadTooLarge, Responses.Parse("HTTP/1.1 200 " + new string('x', bytes), Method.Get, limits).Result);
    }

    [Fact]
    public void EndlessRequestLineIsATargetTooLong() =>
        Assert.Equal(ParseResult.TargetTooLong, Parse("GET /" + new string('x', 2000), new HeadLimits(1024, 100, 512)).Result);

    [Fact]
    public void TargetBytesAreLimited()
    {
        var limits = new HeadLimits(4096, 100, 512);
        Assert.Equal(ParseResult.Done, Parse($"GET /{new string('x', 511)} HTTP/1.1\r\nHost: a\r\n\r\n", limits).Result);
        Assert.Equal(ParseResult.TargetTooLong, Parse($"GET /{new string('x', 512)} HTTP/1.1\r\nHost: a\r\n\r\n", limits).Result);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(HttpLimits.FieldsMax)]
    public void FieldsAreLimited(int fields)
    {
        var limits = new HeadLimits(HttpLimits.HeadBytesMax, fields);
        string most = Start + string.Concat(Enumerable.Repeat("A: b\r\n", fields - 1));
        Assert.Equal(ParseResult.Done, Parse(most + "\r\n", limits).Result);
        Assert.Equal(ParseResult.TooManyFields, Parse(most + "A: b\r\n\r\n", limits).Result);
    }

    [Fact]
    public void SmallHeadObjectTakesNoMoreThanItHolds() =>
        Assert.Equal(ParseResult.TooManyFields, RequestParser.Parse(Bytes(Start + "A: b\r\n\r\n"), NewHead(fields: 1), HeadLimits.Default));

    [Fact]
    public void MethodBytesAreLimited()
    {
        string most = new('M', HttpLimits.MethodBytesMax);
        Assert.Equal(ParseResult.Done, Parse(most + " / HTTP/1.1\r\nHost: a\r\n\r\n").Result);
        Assert.Equal(ParseResult.MethodTooLong, Parse(most + "M / HTTP/1.1\r\nHost: a\r\n\r\n").Result);
    }

    [Fact]
    public void ConnectionOptionsAreLimited()
    {
        string most = string.Join(',', Enumerable.Repeat("a", HttpLimits.ConnectionOptionsMax));
        Assert.Equal(ParseResult.Done, Parse(Start + $"Connection: {most}\r\n\r\n").Result);
        Assert.Equal(ParseResult.BadConnectionOption, Parse(Start + $"Connection: {most}\r\nConnection: b\r\n\r\n").Result);
        Assert.Equal(ParseResult.BadConnectionOption, Parse(Start + $"Connection: {new string(',', 40_000)}\r\n\r\n").Result);
    }

    [Fact]
    public void ForeignRequestIdIsLimited()
    {
        string most = new('r', HttpLimits.ForeignRequestIdBytesMax);
        Assert.Contains($"X-Request-Id: {most}\r\n", Rewrite(Start + $"X-Request-Id: {most}\r\n\r\n", trusted: true), StringComparison.Ordinal);
        Assert.Contains(RequestId, Rewrite(Start + $"X-Request-Id: {most}r\r\n\r\n", trusted: true), StringComparison.Ordinal);
    }
}
