using System.Text;
using Naru.Core.Health;
using Naru.Core.Http;
using Naru.Engine.Health;

namespace Naru.Tests.Health;

public class CheckBodyTests
{
    [Fact]
    public void ChunksAreTakenOffInWhateverPiecesTheyCome()
    {
        const string Received = "3\r\nREA\r\n2;x=y\r\nDY\r\n0\r\nTrailer: t\r\n\r\nHTTP/1.1 200";
        for (int piece = 1; piece <= Received.Length; piece++)
        {
            var body = Begun(BodyFraming.Chunked, -1);
            Assert.Equal("HTTP/1.1 200", Feed(body, Received, piece));
            Assert.Equal("READY", Encoding.ASCII.GetString(body.Bytes));
            Assert.True(body.IsEnded);
            Assert.Equal(5, body.Length);
        }
    }

    [Fact]
    public void BodyEndsAtItsLength()
    {
        var body = Begun(BodyFraming.Length, 6);
        Assert.Equal("", Feed(body, "NOT", 3));
        Assert.False(body.IsEnded);
        Assert.Equal("more", Feed(body, "YETmore", 7));
        Assert.True(body.IsEnded);
        Assert.Equal("NOTYET", Encoding.ASCII.GetString(body.Bytes));
    }

    [Fact]
    public void OnlyABodyWithoutLengthEndsWithTheConnection()
    {
        var body = Begun(BodyFraming.UntilClose, -1);
        Feed(body, "READY", 5);
        Assert.False(body.IsEnded);
        body.Close();
        Assert.True(body.IsEnded);

        body = Begun(BodyFraming.Length, 6);
        Feed(body, "READY", 5);
        body.Close();
        Assert.False(body.IsEnded);
    }

    [Fact]
    public void ResponseWithoutBodyHasEnded() => Assert.True(Begun(BodyFraming.None, 0).IsEnded);

    [Fact]
    public void ChunksThatAreNoneAreAFault()
    {
        var body = Begun(BodyFraming.Chunked, -1);
        Feed(body, "no\r\n", 4);
        Assert.Equal("BadSize", body.Fault);
        Assert.False(body.IsEnded);
    }

    [Fact]
    public void NoMoreIsKeptThanIsLookedAt()
    {
        var body = Begun(BodyFraming.UntilClose, -1);
        Feed(body, new string('x', CheckExpectation.MaxBodyBytes - 1), 1000);
        Assert.False(body.IsFull);
        Feed(body, "xx", 2);
        Assert.True(body.IsFull);
        Assert.Equal(CheckExpectation.MaxBodyBytes, body.Bytes.Length);
        Assert.Equal(CheckExpectation.MaxBodyBytes + 1, body.Length);
    }

    [Fact]
    public void BodyThatNobodyLooksAtIsNotKept()
    {
        var body = new CheckBody();
        body.Begin(BodyFraming.Length, 5, isKept: false);
        Feed(body, "READY", 5);
        Assert.True(body.IsEnded);
        Assert.Equal(0, body.Bytes.Length);
    }

    [Fact]
    public void NextBodyBeginsAnew()
    {
        var body = Begun(BodyFraming.Chunked, -1);
        Feed(body, "5\r\nREA", 6);
        body.Begin(BodyFraming.Chunked, -1, isKept: true);
        Feed(body, "2\r\nno\r\n0\r\n\r\n", 12);
        Assert.True(body.IsEnded);
        Assert.Equal("no", Encoding.ASCII.GetString(body.Bytes));
    }

    private static CheckBody Begun(BodyFraming framing, long length)
    {
        var body = new CheckBody();
        body.Begin(framing, length, isKept: true);
        return body;
    }

    /// <summary>What the body left.</summary>
    private static string Feed(CheckBody body, string text, int piece)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        int at = 0;
        while (at < bytes.Length)
        {
            int taken = body.Take(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
            if (taken == 0)
                break;
            at += taken;
        }

        return Encoding.ASCII.GetString(bytes, at, bytes.Length - at);
    }
}
