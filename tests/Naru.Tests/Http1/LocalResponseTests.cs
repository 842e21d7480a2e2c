using Naru.Core.Http;
using Naru.Core.Http1;

namespace Naru.Tests.Http1;

public class LocalResponseTests
{
    private static readonly int[] Statuses = [400, 403, 404, 405, 408, 413, 414, 417, 421, 429, 431, 500, 501, 502, 503, 504, 505];

    private delegate int Writing(Span<byte> target, in LocalContext context);

    [Fact]
    public void RefusalNamesItsReason() => Assert.Equal(
        "HTTP/1.1 400 Bad Request\r\nDate: " + Responses.Date + "\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 24\r\n\r\n"
            + "Bad Request: bad-target\n",
        Write((Span<byte> t, in LocalContext c) => LocalResponse.Write(t, 400, HttpError.NameUtf8(ParseResult.BadTarget), c)));

    [Fact]
    public void EveryStatusIsAValidResponseOfItsLength()
    {
        foreach (int status in Statuses)
        {
            foreach (bool headOnly in new[] { false, true })
            {
                string text = Write((Span<byte> t, in LocalContext c) => LocalResponse.Write(t, status, "reason"u8, c), keepAlive: true, headOnly: headOnly);
                var (result, head) = Responses.Parse(text);
                Assert.Equal(ParseResult.Done, result);
                Assert.Equal(status, head.Status);
                Assert.False(head.Reason(Requests.Bytes(text)).IsEmpty);
                Assert.True(head.KeepAlive);
                Assert.Equal(headOnly ? 0 : head.ContentLength, text.Length - head.Length);
                Assert.InRange(text.Length, 1, LocalResponse.HeadBytesMax);
                Assert.Equal(status == 405, text.Contains("\r\nAllow: ", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void FixedBodyIsSent()
    {
        string text = Write((Span<byte> t, in LocalContext c) => LocalResponse.WriteFixed(t, 200, "pong"u8, c), keepAlive: true, minor: 0);
        Assert.Contains("\r\nConnection: keep-alive\r\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\nContent-Length: 4\r\n\r\npong", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Content-", Write((Span<byte> t, in LocalContext c) => LocalResponse.WriteFixed(t, 204, "x"u8, c)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/new?x=1#y", "/new?x=1#y")]
    [InlineData("https://a.example/%2F|", "https://a.example/%2F|")]
    [InlineData("/a\r\nSet-Cookie: x", "/a%0D%0ASet-Cookie:%20x")]
    [InlineData("/\u00E9\"<>", "/%E9%22%3C%3E")]
    public void RedirectCannotSplitTheResponse(string location, string sent)
    {
        foreach (int status in new[] { 301, 302, 303, 307, 308 })
        {
            string text = Write((Span<byte> t, in LocalContext c) => LocalResponse.WriteRedirect(t, status, Requests.Bytes(location), c));
            Assert.Contains($"\r\nLocation: {sent}\r\nContent-Length: 0\r\n\r\n", text, StringComparison.Ordinal);
            Assert.Equal(status, Responses.Parse(text).Head.Status);
        }
    }

    [Fact]
    public void RetryAfterIsSent() => Assert.Contains(
        "\r\nRetry-After: 7\r\n", Write((Span<byte> t, in LocalContext c) => LocalResponse.Write(t, 503, "full"u8, c), retryAfter: 7), StringComparison.Ordinal);

    [Fact]
    public void TooSmallTargetIsTold()
    {
        var context = new LocalContext { Date = Requests.Bytes(Responses.Date), KeepAlive = false };
        Assert.Equal(-1, LocalResponse.Write(new byte[50], 503, "full"u8, context));
    }

    private static string Write(Writing writing, bool keepAlive = false, int minor = 1, bool headOnly = false, int retryAfter = 0)
    {
        var target = new byte[4096];
        var context = new LocalContext
        {
            Date = Requests.Bytes(Responses.Date),
            KeepAlive = keepAlive,
            ClientMinorVersion = minor,
            HeadOnly = headOnly,
            RetryAfterSeconds = retryAfter,
        };
        int length = writing(target, context);
        Assert.InRange(length, 1, target.Length);
        return Requests.Text(target.AsSpan(0, length));
    }
}
