using Naru.Core.Http;
using static Naru.Tests.Http1.Requests;

namespace Naru.Tests.Http1;

public class RequestFramingTests
{
    [Theory]
    [InlineData("Content-Length: 5\r\n", BodyFraming.Length, 5)]
    [InlineData("content-length:\t007 \r\n", BodyFraming.Length, 7)]
    [InlineData("Content-Length: 0\r\n", BodyFraming.None, 0)]
    [InlineData("", BodyFraming.None, -1)]
    [InlineData("Content-Length: 999999999999999999\r\n", BodyFraming.Length, 999999999999999999)]
    [InlineData("Transfer-Encoding: chunked\r\n", BodyFraming.Chunked, -1)]
    [InlineData("transfer-encoding:CHUNKED\r\n", BodyFraming.Chunked, -1)]
    public void FramingIsUnderstood(string fields, BodyFraming framing, long length)
    {
        var (result, head) = ParsePost(fields);
        Assert.Equal(ParseResult.Done, result);
        Assert.Equal(framing, head.Framing);
        Assert.Equal(length, head.ContentLength);
    }

    [Theory]
    [InlineData("Content-Length:\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: +5\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: -5\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: 0x5\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: 5 5\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: 5, 5\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: 5;\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: \u0660\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: 9223372036854775808\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: 18446744073709551617\r\n", ParseResult.BadContentLength)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n", ParseResult.RepeatedContentLength)]
    [InlineData("Content-Length: 5\r\nContent-Length: 6\r\n", ParseResult.RepeatedContentLength)]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", ParseResult.BothLengths)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", ParseResult.BothLengths)]
    [InlineData("Transfer-Encoding:\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked, gzip\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked,\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: ,chunked\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: \"chunked\"\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked;q=1\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: chun ked\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked\u00A0\r\n", ParseResult.BadTransferEncoding)]
    [InlineData("Transfer-Encoding: gzip\r\n", ParseResult.UnsupportedTransferCoding)]
    [InlineData("Transfer-Encoding: identity\r\n", ParseResult.UnsupportedTransferCoding)]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n", ParseResult.UnsupportedTransferCoding)]
    [InlineData("Transfer-Encoding: xchunked\r\n", ParseResult.UnsupportedTransferCoding)]
    public void DoubtfulFramingIsRefused(string fields, ParseResult expected) => Assert.Equal(expected, ParsePost(fields).Result);

    [Fact]
    public void TransferEncodingBeforeHttp11IsRefused() => Assert.Equal(
        ParseResult.TransferEncodingBeforeHttp11, Parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").Result);

    [Theory]
    [InlineData("Expect: 100-Continue\r\nContent-Length: 5\r\n", true)]
    [InlineData("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n", true)]
    [InlineData("Expect: 100-continue\r\n", false)]
    public void ExpectationNeedsABody(string fields, bool expected)
    {
        Assert.Equal(expected, ParsePost(fields).Head.ExpectsContinue);
        Assert.Equal(expected, Rewrite($"POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n").Contains("Expect", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Expect: 200-ok\r\n")]
    [InlineData("Expect: 100-continue, x\r\n")]
    [InlineData("Expect:\r\n")]
    [InlineData("Expect: 100-continue\r\nExpect: 100-continue\r\n")]
    public void OtherExpectationsFail(string fields)
    {
        Assert.Equal(ParseResult.UnknownExpectation, ParsePost(fields).Result);
        Assert.Equal(417, HttpError.RequestStatus(ParseResult.UnknownExpectation));
    }

    private static (ParseResult Result, Core.Http1.RequestHead Head) ParsePost(string fields) =>
        Parse($"POST /upload HTTP/1.1\r\nHost: a.example\r\n{fields}\r\n");
}
