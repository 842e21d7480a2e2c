using Naru.Core.Http;
using static Naru.Tests.Http1.Responses;

namespace Naru.Tests.Http1;

public class ResponseWriterTests
{
    private const string DateLine = "Date: " + Date + "\r\n";

    [Fact]
    public void PlainResponseKeepsItsLines() => Assert.Equal(
        "HTTP/1.1 200 OK\r\nServer: x\r\nDate: old\r\nSet-Cookie: a=b\r\nContent-Length: 5\r\n\r\n",
        Rewrite("HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length:  05\r\nDate: old\r\nConnection: keep-alive\r\nKeep-Alive: x\r\nSet-Cookie: a=b\r\n\r\n"));

    [Fact]
    public void MissingDateIsAdded() => Assert.Equal(
        "HTTP/1.1 200 OK\r\n" + DateLine + "Content-Length: 0\r\n\r\n", Rewrite("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));

    [Fact]
    public void StatusLineIsCompleted() => Assert.StartsWith("HTTP/1.1 404 \r\n", Rewrite("HTTP/1.0 404\r\nContent-Length: 0\r\n\r\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData(1, true, "")]
    [InlineData(1, false, "Connection: close\r\n")]
    [InlineData(0, true, "Connection: keep-alive\r\n")]
    [InlineData(0, false, "Connection: close\r\n")]
    public void ConnectionIsToldToTheClient(int clientMinor, bool keepAlive, string line) => Assert.Equal(
        "HTTP/1.1 200 OK\r\nDate: d\r\n" + line + "Content-Length: 5\r\n\r\n",
        Rewrite("HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", clientMinor: clientMinor, keepAlive: keepAlive));

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n", 1, "Transfer-Encoding: chunked\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n", 0, "Connection: close\r\n")]
    [InlineData("", 1, "Transfer-Encoding: chunked\r\n")]
    [InlineData("", 0, "Connection: close\r\n")]
    public void BodyOfUnknownLengthIsFramedAsTheClientUnderstands(string fields, int clientMinor, string line) => Assert.Equal(
        "HTTP/1.1 200 OK\r\nDate: d\r\n" + line + "\r\n", Rewrite($"HTTP/1.1 200 OK\r\nDate: d\r\n{fields}\r\n", clientMinor: clientMinor));

    [Fact]
    public void HeadResponseKeepsItsLength() => Assert.EndsWith(
        "\r\nContent-Length: 5\r\n\r\n", Rewrite("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", Method.Head), StringComparison.Ordinal);

    [Fact]
    public void NoContentHasNoLength() =>
        Assert.Equal("HTTP/1.1 204 X\r\n" + DateLine + "\r\n", Rewrite("HTTP/1.1 204 X\r\nContent-Length: 0\r\n\r\n"));

    [Fact]
    public void InterimResponseIsPassedOnAsItIs() => Assert.Equal(
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n",
        Rewrite("HTTP/1.1 103 Early Hints\r\nConnection: close\r\nLink: x\r\n\r\n", keepAlive: false, setCookie: "a=b"));

    [Fact]
    public void SwitchIsWrittenAnew() => Assert.Equal(
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
        Rewrite("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\nContent-Length: 0\r\n\r\n"));

    [Fact]
    public void StickyCookieIsAdded() => Assert.Contains(
        "\r\nSet-Cookie: a=b\r\nSet-Cookie: naru=x; Path=/\r\n",
        Rewrite("HTTP/1.1 200 OK\r\nDate: d\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\n\r\n", setCookie: "naru=x; Path=/"), StringComparison.Ordinal);

    [Fact]
    public void TrailerFieldGoesWithChunksOnly()
    {
        const string Response = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n";
        Assert.Contains("Trailer: X-Sum\r\n", Rewrite(Response), StringComparison.Ordinal);
        Assert.DoesNotContain("Trailer", Rewrite(Response, clientMinor: 0), StringComparison.Ordinal);
    }

    [Fact]
    public void LinesOfAWaitingRoomStandBesideTheServersOwn()
    {
        const string Lines = "Set-Cookie: naru-pass-r=1; Path=/\r\nCache-Control: private\r\n";
        string text = Rewrite("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n", setCookie: "naru=x", addedLines: Lines);
        Assert.Contains("Set-Cookie: a=b\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Set-Cookie: naru=x\r\n" + Lines, text, StringComparison.Ordinal);
        Assert.Contains(Lines, Rewrite("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n", addedLines: Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("release", true)]
    [InlineData("Release", true)]
    [InlineData("keep", false)]
    [InlineData("", false)]
    public void WordToTheWaitingRoomIsHeardAndNotPassedOn(string value, bool releases)
    {
        string response = $"HTTP/1.1 200 OK\r\nA: 1\r\nnaru-waiting-ROOM: {value}\r\nB: 2\r\nContent-Length: 0\r\n\r\n";
        Assert.Equal(releases, Parse(response).Head.ReleasesVisitor);
        string text = Rewrite(response);
        Assert.DoesNotContain("waiting", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("A: 1\r\nB: 2\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void GrowthIsBounded()
    {
        string cookie = new('c', HttpLimits.SetCookieBytesMax);
        foreach (string response in new[] { "HTTP/1.1 200\r\n\r\n", "HTTP/1.1 200\r\nContent-Length:999999999999999999\r\n\r\n" })
        {
            int length = Rewrite(response, clientMinor: 0, setCookie: cookie, addedLines: new('l', HttpLimits.AddedLinesBytesMax)).Length;
            Assert.InRange(length - response.Length, 1, HttpLimits.HeadGrowthMax);
        }
    }
}
