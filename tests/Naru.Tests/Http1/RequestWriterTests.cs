using Naru.Core.Http;
using Naru.Core.Http1;
using static Naru.Tests.Http1.Requests;

namespace Naru.Tests.Http1;

public class RequestWriterTests
{
    private const string Start = "GET / HTTP/1.1\r\nHost: a.example\r\n";

    private const string Added =
        "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: a.example\r\nVia: 1.1 naru\r\nX-Request-Id: " + RequestId + "\r\n";

    [Fact]
    public void PlainRequestKeepsItsLinesAndGetsWhoForwarded() =>
        Assert.Equal(Start + "accept: */*\r\nCookie: a=b\r\n" + Added + "\r\n", Rewrite(Start + "accept: */*\r\nCookie: a=b\r\n\r\n"));

    [Theory]
    [InlineData("Cookie: naru-pass-concert=1abc\r\n", "")]
    [InlineData("Cookie: naru-ticket-a=1; naru-pass-a=2;naru-slip-a=3 ;\r\n", "")]
    [InlineData("cookie: a=b; naru-pass-concert=1abc; c=d\r\nX: y\r\n", "Cookie: a=b; c=d\r\nX: y\r\n")]
    [InlineData("Cookie: naru-pass-a=1;;a=naru-pass-a;naru=sticky\r\n", "Cookie: a=naru-pass-a; naru=sticky\r\n")]
    [InlineData("Cookie: a=b;c=d\r\nCookie: naru-pass-x=1\r\nCookie: e\r\n", "Cookie: a=b;c=d\r\nCookie: e\r\n")]
    [InlineData("Cookie:\r\n", "Cookie:\r\n")]
    public void CookiesOfWaitingRoomsAreForNaruAlone(string came, string goes)
    {
        Assert.Equal(Start + goes + Added + "\r\n", Rewrite(Start + came + "\r\n", hidesRoomCookies: true));
        Assert.Equal(Start + came + Added + "\r\n", Rewrite(Start + came + "\r\n"));
    }

    [Fact]
    public void HopByHopFieldsAreDropped() => Assert.Equal(
        Start + "X-Kept: 1\r\n" + Added + "\r\n",
        Rewrite(Start + "Connection: keep-alive, x-mine\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nX-Kept: 1\r\nX-Mine: 2\r\n"
            + "TE: gzip\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nProxy-Authorization: Basic x\r\nProxy-Authenticate: y\r\nTrailer: z\r\n\r\n"));

    [Fact]
    public void ForwardingFieldsOfStrangersAreReplaced() => Assert.Equal(
        Start + Added + "\r\n",
        Rewrite(Start + "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nx-forwarded-host: evil\r\nX-Forwarded-Port: 1\r\n"
            + "Forwarded: for=1\r\nX-Real-IP: 1.1.1.1\r\nX-Request-Id: mine\r\nX-Forwarded-For: 2.2.2.2\r\n"
            + "X-Original-URL: /admin\r\nx-rewrite-url: /admin\r\n\r\n"));

    [Fact]
    public void ForwardingFieldsOfTrustedPeersAreContinued() => Assert.Equal(
        Start + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\nX-Forwarded-Port: 443\r\nX-Original-URL: /a\r\nForwarded: for=1\r\nX-Real-IP: 1.1.1.1\r\n"
            + "Via: 1.1 edge\r\nX-Request-Id: id-1\r\nX-Forwarded-For: 1.1.1.1, 3.3.3.3, 2.2.2.2, 192.0.2.7\r\nVia: 1.1 naru\r\n\r\n",
        Rewrite(
            Start + "X-Forwarded-For: 1.1.1.1, 3.3.3.3\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: shop.example\r\nX-Forwarded-Port: 443\r\n"
            + "X-Original-URL: /a\r\nForwarded: for=1\r\nX-Real-IP: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nVia: 1.1 edge\r\nX-Request-Id: id-1\r\n\r\n",
            trusted: true));

    [Theory]
    [InlineData("has space")]
    [InlineData("<script>")]
    [InlineData("")]
    public void OddRequestIdOfATrustedPeerIsReplaced(string id) =>
        Assert.EndsWith($"\r\nX-Request-Id: {RequestId}\r\n\r\n", Rewrite(Start + $"X-Request-Id: {id}\r\n\r\n", trusted: true), StringComparison.Ordinal);

    [Fact]
    public void OddForwardedValuesOfATrustedPeerAreReplaced() => Assert.Equal(
        Start + Added + "\r\n",
        Rewrite(Start + "X-Forwarded-Proto: gopher\r\nX-Forwarded-Host: a b\r\nX-Request-Id: a b\r\n\r\n", trusted: true));

    [Fact]
    public void LoggedRequestIdIsTheForwardedOne()
    {
        foreach (string id in new[] { "good-1", "bad one" })
        {
            foreach (bool trusted in new[] { true, false })
            {
                var data = Bytes(Start + $"X-Request-Id: {id}\r\n\r\n");
                var (_, head) = Parse(data);
                var context = new ForwardContext { PeerAddress = default, RequestId = Bytes(RequestId), FallbackHost = default, PeerTrusted = trusted };
                string logged = Text(RequestWriter.RequestId(data, head, context));
                Assert.Contains($"X-Request-Id: {logged}\r\n", Text(Write(data, head, trusted)), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void LengthIsWrittenOnceInPlainForm()
    {
        string rewritten = Rewrite("POST / HTTP/1.1\r\ncontent-LENGTH:  0005\r\nHost: a.example\r\n\r\n");
        Assert.EndsWith("Content-Length: 5\r\n\r\n", rewritten, StringComparison.Ordinal);
        Assert.DoesNotContain("0005", rewritten, StringComparison.Ordinal);
    }

    [Fact]
    public void ChunkedBodyKeepsItsTrailerField()
    {
        string rewritten = Rewrite("POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n");
        Assert.Contains("\r\nTrailer: X-Sum\r\n", rewritten, StringComparison.Ordinal);
        Assert.EndsWith("\r\nTransfer-Encoding: chunked\r\n\r\n", rewritten, StringComparison.Ordinal);
    }

    [Fact]
    public void TrailersAreAskedForByConnection() => Assert.Equal(
        Start + Added + "TE: trailers\r\nConnection: TE\r\n\r\n", Rewrite(Start + "Connection: TE\r\nTE: gzip;q=0.5, Trailers\r\n\r\n"));

    [Fact]
    public void UpgradeIsWrittenAnew() => Assert.Equal(
        Start + "Sec-WebSocket-Key: k\r\n" + Added + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        Rewrite(Start + "Connection: Upgrade\r\nSec-WebSocket-Key: k\r\nUpgrade: websocket\r\n\r\n"));

    [Fact]
    public void OldVersionIsRaisedAndGetsAHost()
    {
        string rewritten = Rewrite("GET /x HTTP/1.0\r\nA: b\r\n\r\n");
        Assert.StartsWith("GET /x HTTP/1.1\r\nA: b\r\nHost: 10.0.0.1:3001\r\n", rewritten, StringComparison.Ordinal);
        Assert.Contains("\r\nVia: 1.0 naru\r\n", rewritten, StringComparison.Ordinal);
    }

    [Fact]
    public void TooSmallTargetIsToldNotOverrun()
    {
        var data = Bytes(Start + "\r\n");
        var (_, head) = Parse(data);
        int needed = Write(data, head).Length;
        var context = new ForwardContext { PeerAddress = Bytes(PeerAddress), RequestId = Bytes(RequestId), FallbackHost = default };
        var buffer = new byte[needed + 1];
        for (int size = 0; size < needed; size++)
        {
            Assert.Equal(-1, RequestWriter.Write(data, head, context, buffer.AsSpan(0, size)));
            Assert.Equal(0, buffer[needed]);
        }

        Assert.Equal(needed, RequestWriter.Write(data, head, context, buffer.AsSpan(0, needed)));
    }

    [Theory]
    [InlineData("GET http://{0}/ HTTP/1.1\r\nHost: b\r\nConnection:TE\r\nTE:trailers\r\nTransfer-Encoding:chunked\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost:{0}\r\nTE:trailers\r\nContent-Length:999999999999999999\r\n\r\n")]
    [InlineData("GET / HTTP/1.0\r\n\r\n")]
    public void GrowthIsBounded(string format)
    {
        string longest = string.Join('.', Enumerable.Repeat(new string('A', 49), 5)) + ".AB:65";
        Assert.Equal(HttpLimits.HostBytesMax, longest.Length);
        var data = Bytes(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, longest));
        var (result, head) = Parse(data);
        Assert.Equal(ParseResult.Done, result);
        var context = new ForwardContext
        {
            PeerAddress = new byte[HttpLimits.PeerAddressBytesMax],
            RequestId = new byte[HttpLimits.RequestIdBytes],
            FallbackHost = new byte[HttpLimits.HostBytesMax],
        };
        int length = RequestWriter.Write(data, head, context, new byte[100_000]);
        Assert.InRange(length - head.Length, 1, HttpLimits.HeadGrowthMax);
    }
}
