using Naru.Core.Http;
using static Naru.Tests.Http1.Responses;

namespace Naru.Tests.Http1;

/// <summary>Each case is fed whole and in pieces (see <see cref="Responses"/>).</summary>
public class ResponseParserTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    [Theory]
    [InlineData("HTTP/1.1 200 OK", 200, "OK")]
    [InlineData("HTTP/1.1 200 ", 200, "")]
    [InlineData("HTTP/1.1 200", 200, "")]
    [InlineData("HTTP/1.0 404 Not  Found \u00FC", 404, "Not  Found \u00FC")]
    [InlineData("HTTP/1.1 999 Odd", 999, "Odd")]
    public void StatusLineIsUnderstood(string line, int status, string reason)
    {
        var data = Requests.Bytes(line + "\r\n\r\n");
        var (result, head) = Parse(data);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal(status, head.Status);
        Assert.Equal(reason, Requests.Text(head.Reason(data)));
        Assert.Equal(data.Length, head.Length);
    }

    [Theory]
    [InlineData("HTTP/1.1  200 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1 2000 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1 20 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1 099 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1 2x0 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1 +20 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1 200\tOK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1200 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.2 200 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/2.0 200 OK", ParseResult.BadStatusLine)]
    [InlineData("http/1.1 200 OK", ParseResult.BadStatusLine)]
    [InlineData("ICY 200 OK", ParseResult.BadStatusLine)]
    [InlineData("\r\nHTTP/1.1 200 OK", ParseResult.BadStatusLine)]
    [InlineData("HTTP/1.1 200 O\0K", ParseResult.ControlByte)]
    [InlineData("HTTP/1.1 200 O\nK", ParseResult.BareLineBreak)]
    [InlineData("HTTP/1.1 200 O\rK", ParseResult.BareLineBreak)]
    public void OddStatusLineIsRefused(string line, ParseResult expected) => Assert.Equal(expected, Parse(line + "\r\n\r\n").Result);

    [Theory]
    [InlineData("Name : a\r\n", ParseResult.BadFieldName)]
    [InlineData(" folded\r\n", ParseResult.FoldedField)]
    [InlineData(": a\r\n", ParseResult.BadFieldName)]
    [InlineData("Name\r\n", ParseResult.BadFieldName)]
    [InlineData("Content-Length: 1\r\nContent-Length: 1\r\n", ParseResult.RepeatedContentLength)]
    [InlineData("Content-Length: 1, 1\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: -1\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", ParseResult.BothLengths)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", ParseResult.UnsupportedTransferCoding)]
    [InlineData("Transfer-Encoding: identity\r\n", ParseResult.UnsupportedTransferCoding)]
    [InlineData("Connection: Content-Length\r\n", ParseResult.BadConnectionOption)]
    public void OddFieldIsRefused(string fields, ParseResult expected) => Assert.Equal(expected, Parse(Ok + fields + "\r\n").Result);

    [Fact]
    public void ChunksBeforeHttp11AreRefused() => Assert.Equal(
        ParseResult.TransferEncodingBeforeHttp11, Parse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").Result);

    [Fact]
    public void UnderscoresInNamesPass() => Assert.Equal(ParseResult.Done, Parse(Ok + "X_Y: 1\r\n\r\n").Result);

    [Theory]
    [InlineData("200", "Content-Length: 5\r\n", Method.Get, BodyFraming.Length, true)]
    [InlineData("200", "Content-Length: 0\r\n", Method.Get, BodyFraming.None, true)]
    [InlineData("200", "Transfer-Encoding: Chunked\r\n", Method.Get, BodyFraming.Chunked, true)]
    [InlineData("200", "", Method.Get, BodyFraming.UntilClose, false)]
    [InlineData("200", "Connection: keep-alive\r\n", Method.Get, BodyFraming.UntilClose, false)]
    [InlineData("200", "Content-Length: 5\r\nConnection: close\r\n", Method.Get, BodyFraming.Length, false)]
    [InlineData("200", "Content-Length: 5\r\n", Method.Head, BodyFraming.None, true)]
    [InlineData("200", "Transfer-Encoding: chunked\r\n", Method.Head, BodyFraming.None, true)]
    [InlineData("200", "", Method.Head, BodyFraming.None, true)]
    [InlineData("304", "Content-Length: 5\r\n", Method.Get, BodyFraming.None, true)]
    [InlineData("304", "", Method.Get, BodyFraming.None, true)]
    [InlineData("204", "", Method.Get, BodyFraming.None, true)]
    [InlineData("204", "Content-Length: 5\r\n", Method.Get, BodyFraming.None, false)]
    [InlineData("204", "Transfer-Encoding: chunked\r\n", Method.Get, BodyFraming.None, false)]
    [InlineData("100", "", Method.Post, BodyFraming.None, true)]
    [InlineData("103", "Link: x\r\n", Method.Get, BodyFraming.None, true)]
    [InlineData("101", "Connection: upgrade\r\nUpgrade: websocket\r\n", Method.Get, BodyFraming.None, false)]
    public void BodyEndsByTheRulesOfRfc9112(string status, string fields, Method method, BodyFraming framing, bool keepAlive)
    {
        var (result, head) = Parse($"HTTP/1.1 {status} X\r\n{fields}\r\n", method);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal((framing, keepAlive), (head.Framing, head.KeepAlive));
        Assert.Equal(status is "100" or "103", head.IsInterim);
        Assert.Equal(status == "101", head.IsSwitchingProtocols);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("Connection: keep-alive\r\n", true)]
    public void Http10ServerClosesUnlessItSaysOtherwise(string fields, bool expected) =>
        Assert.Equal(expected, Parse($"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n{fields}\r\n").Head.KeepAlive);

    [Fact]
    public void GarbageIsRefusedAtItsFirstByte() => Assert.Equal(ParseResult.BadStatusLine, Parse("X").Result);

    [Theory]
    [InlineData("")]
    [InlineData("HTT")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n")]
    public void IncompleteHeadNeedsMore(string text) => Assert.Equal(ParseResult.NeedMore, Parse(text).Result);
}
