using Naru.Core.Http;
using static Naru.Tests.Http1.Requests;

namespace Naru.Tests.Http1;

/// <summary>Each case is fed whole and in pieces (see <see cref="Requests.Parse(byte[], HeadLimits?)"/>).</summary>
public class RequestParserTests
{
    private const string Line = "GET / HTTP/1.1\r\n";
    private const string Host = "Host: a.example\r\n";

    [Fact]
    public void PlainRequestIsUnderstood()
    {
        const string Request = "GET /a/b.html?x=1&y HTTP/1.1\r\nHost: a.example:8080\r\nAccept:  text/html, */* \t\r\nX-Empty:\r\n\r\n";
        var data = Bytes(Request + "next");
        var (result, head) = Parse(data);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal(Request.Length, head.Length);
        Assert.Equal(Method.Get, head.Method);
        Assert.Equal("GET", Text(head.MethodName(data)));
        Assert.Equal("/a/b.html", Text(head.Path(data)));
        Assert.Equal("x=1&y", Text(head.Query(data)));
        Assert.Equal("/a/b.html?x=1&y", Text(head.RawTarget(data)));
        Assert.Equal("a.example", Text(head.Host(data)));
        Assert.Equal("a.example:8080", Text(head.HostWithPort(data)));
        Assert.Equal("text/html, */*", Text(head.Fields[1].Value(data)));
        Assert.Equal("", Text(head.Fields[2].Value(data)));
        Assert.Equal(BodyFraming.None, head.Framing);
        Assert.True(head.KeepAlive);
    }

    [Theory]
    [InlineData("")]
    [InlineData("G")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r")]
    public void IncompleteHeadNeedsMore(string text) => Assert.Equal(ParseResult.NeedMore, Parse(text).Result);

    [Theory]
    [InlineData(" / HTTP/1.1", ParseResult.BadRequestLine)]
    [InlineData("GET", ParseResult.BadRequestLine)]
    [InlineData("GET HTTP/1.1", ParseResult.BadRequestLine)]
    [InlineData("GET  HTTP/1.1", ParseResult.BadRequestLine)]
    [InlineData("GET\t/ HTTP/1.1", ParseResult.BadRequestLine)]
    [InlineData("G(T / HTTP/1.1", ParseResult.BadRequestLine)]
    [InlineData("G\u00C4T / HTTP/1.1", ParseResult.BadRequestLine)]
    [InlineData("\u0016\u0003\u0001", ParseResult.BadRequestLine)]
    [InlineData("GET  / HTTP/1.1", ParseResult.BadTarget)]
    [InlineData("GET /  HTTP/1.1", ParseResult.BadTarget)]
    [InlineData("GET /a b HTTP/1.1", ParseResult.BadTarget)]
    [InlineData("GET / HTTP/1.1 ", ParseResult.BadVersion)]
    [InlineData("GET /", ParseResult.BadVersion)]
    [InlineData("GET / http/1.1", ParseResult.BadVersion)]
    [InlineData("GET / HTTP/1", ParseResult.BadVersion)]
    [InlineData("GET / HTTP/11", ParseResult.BadVersion)]
    [InlineData("GET / HTTP/1.10", ParseResult.BadVersion)]
    [InlineData("GET / HTTP/1,1", ParseResult.BadVersion)]
    [InlineData("GET / HTTP/-1.1", ParseResult.BadVersion)]
    [InlineData("GET / ICE/1.1", ParseResult.BadVersion)]
    [InlineData("GET / HTTP/1.2", ParseResult.UnsupportedVersion)]
    [InlineData("GET / HTTP/0.9", ParseResult.UnsupportedVersion)]
    [InlineData("PRI * HTTP/2.0", ParseResult.UnsupportedVersion)]
    [InlineData("CONNECT a.example:443 HTTP/1.1", ParseResult.ConnectRefused)]
    [InlineData("TRACE / HTTP/1.1", ParseResult.TraceRefused)]
    [InlineData("GET\r / HTTP/1.1", ParseResult.BareLineBreak)]
    [InlineData("GET /\n HTTP/1.1", ParseResult.BareLineBreak)]
    [InlineData("GET /\0 HTTP/1.1", ParseResult.ControlByte)]
    public void BadRequestLineIsRefused(string line, ParseResult expected) =>
        Assert.Equal(expected, Parse(line + "\r\n" + Host + "\r\n").Result);

    [Theory]
    [InlineData("Name : value", ParseResult.BadFieldName)]
    [InlineData("Name\t: value", ParseResult.BadFieldName)]
    [InlineData(": value", ParseResult.BadFieldName)]
    [InlineData("Name", ParseResult.BadFieldName)]
    [InlineData("Na me: value", ParseResult.BadFieldName)]
    [InlineData("Na(me: value", ParseResult.BadFieldName)]
    [InlineData("N\u00E4me: value", ParseResult.BadFieldName)]
    [InlineData("\u0080: value", ParseResult.BadFieldName)]
    [InlineData(" folded", ParseResult.FoldedField)]
    [InlineData("\tfolded", ParseResult.FoldedField)]
    [InlineData("X_Y: value", ParseResult.UnderscoreInName)]
    [InlineData("Name: a\0b", ParseResult.ControlByte)]
    [InlineData("Name: a\u0001b", ParseResult.ControlByte)]
    [InlineData("Name: a\u007Fb", ParseResult.ControlByte)]
    [InlineData("Name: a\vb", ParseResult.ControlByte)]
    [InlineData("Na\0me: b", ParseResult.ControlByte)]
    [InlineData("Name: a\rb", ParseResult.BareLineBreak)]
    [InlineData("Name: a\nb: c", ParseResult.BareLineBreak)]
    [InlineData("Name: a\r\r\nb: c", ParseResult.BareLineBreak)]
    [InlineData("Name\r: a", ParseResult.BareLineBreak)]
    [InlineData("Name:\ra", ParseResult.BareLineBreak)]
    [InlineData("Name: a\n", ParseResult.BareLineBreak)]
    public void BadFieldLineIsRefused(string field, ParseResult expected)
    {
        Assert.Equal(expected, Parse(Line + Host + field + "\r\n\r\n").Result);
        Assert.Equal(expected, Parse(Line + field + "\r\n" + Host + "\r\n").Result);
    }

    [Fact]
    public void FirstForbiddenByteIsReportedWhateverElseIsWrong() =>
        Assert.Equal(ParseResult.BareLineBreak, Parse("GET /  http/1.1\r\nBad Name: x\nY: \0\r\n\r\n").Result);

    [Fact]
    public void BareLineFeedIsRefusedBeforeTheHeadEnds() => Assert.Equal(ParseResult.BareLineBreak, Parse("GET / HTTP/1.1\nHost").Result);

    [Fact]
    public void ObsTextInValuesIsKept() =>
        Assert.Contains("X-Name: \u00FC\u0080\u00FF\r\n", Rewrite(Line + Host + "X-Name: \u00FC\u0080\u00FF\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public void OneEmptyLineBeforeTheHeadIsSkipped()
    {
        const string Text = "\r\n" + Line + Host + "\r\n";
        var (result, head) = Parse(Text);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal(Text.Length, head.Length);
    }

    [Theory]
    [InlineData("\r\n\r\n" + Line + Host + "\r\n", ParseResult.BadRequestLine)]
    [InlineData("\n" + Line + Host + "\r\n", ParseResult.BadRequestLine)]
    [InlineData("\r" + Line + Host + "\r\n", ParseResult.BareLineBreak)]
    public void OtherLeadingLineEndsAreRefused(string text, ParseResult expected) => Assert.Equal(expected, Parse(text).Result);

    [Theory]
    [InlineData("", ParseResult.MissingHost)]
    [InlineData("Host: a\r\nHost: a\r\n", ParseResult.RepeatedHost)]
    [InlineData("Host: a\r\nhOST: b\r\n", ParseResult.RepeatedHost)]
    [InlineData("Host:\r\n", ParseResult.BadHost)]
    [InlineData("Host: a b\r\n", ParseResult.BadHost)]
    [InlineData("Host: a,b\r\n", ParseResult.BadHost)]
    [InlineData("Host: a/b\r\n", ParseResult.BadHost)]
    [InlineData("Host: http://a\r\n", ParseResult.BadHost)]
    [InlineData("Host: user@a\r\n", ParseResult.UserInfo)]
    public void OddHostIsRefused(string host, ParseResult expected) => Assert.Equal(expected, Parse(Line + host + "\r\n").Result);

    [Fact]
    public void Http10MayLackHost()
    {
        var (result, head) = Parse("GET / HTTP/1.0\r\n\r\n");
        Assert.Equal(ParseResult.Done, result);
        Assert.False(head.HasHost);
    }

    [Theory]
    [InlineData("HTTP/1.1", "", true)]
    [InlineData("HTTP/1.1", "Connection: close\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: keep-alive, CLOSE\r\n", false)]
    [InlineData("HTTP/1.1", "Connection: keep-alive\r\nConnection: close\r\n", false)]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "Connection: Keep-Alive\r\n", true)]
    [InlineData("HTTP/1.0", "Connection: , keep-alive ,,close\r\n", false)]
    public void KeepAliveFollowsVersionAndOptions(string version, string fields, bool expected) =>
        Assert.Equal(expected, Parse($"GET / {version}\r\n{Host}{fields}\r\n").Head.KeepAlive);

    [Theory]
    [InlineData("Host")]
    [InlineData("content-LENGTH")]
    [InlineData("Content-Type")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Anything")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    [InlineData("Via")]
    [InlineData("close, Host")]
    [InlineData("a b")]
    [InlineData("keep-alive;x")]
    [InlineData("\"close\"")]
    public void ConnectionMayNotNominateWhatIsNotHopByHop(string option) =>
        Assert.Equal(ParseResult.BadConnectionOption, Parse(Line + Host + $"Connection: {option}\r\n\r\n").Result);

    [Fact]
    public void NominatedFieldIsNeitherMatchedNorForwarded()
    {
        const string Request = Line + Host + "X-Secret: 1\r\nConnection: x-secret\r\nX-Kept: 2\r\n\r\n";
        var data = Bytes(Request);
        var fields = new Core.Http1.RequestFields(data, Parse(data).Head);
        Assert.False(fields.TryGet("x-secret"u8, out _));
        Assert.True(fields.TryGet("x-kept"u8, out var kept));
        Assert.Equal("2", Text(kept));
        Assert.DoesNotContain("ecret", Rewrite(Request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket\r\n", true)]
    [InlineData("Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n", true)]
    [InlineData("Connection: upgrade\r\nUpgrade: SPDY/3.1\r\n", true)]
    [InlineData("Upgrade: websocket\r\n", false)]
    [InlineData("Connection: upgrade\r\n", false)]
    [InlineData("Connection: upgrade\r\nUpgrade: h2c\r\n", false)]
    [InlineData("Connection: upgrade\r\nUpgrade: HTTP/2.0\r\n", false)]
    [InlineData("Connection: upgrade\r\nUpgrade: TLS/1.3\r\n", false)]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket, h2c\r\n", false)]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket\r\nUpgrade: websocket\r\n", false)]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n", false)]
    [InlineData("Connection: upgrade\r\nUpgrade: websocket\r\nTransfer-Encoding: chunked\r\n", false)]
    public void UpgradeNeedsOneTunnelledProtocolAndItsOption(string fields, bool expected) =>
        Assert.Equal(expected, Parse(Line + Host + fields + "\r\n").Head.AsksUpgrade);

    [Fact]
    public void Http10DoesNotUpgrade() =>
        Assert.False(Parse("GET / HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n").Head.AsksUpgrade);
}
