using Naru.Core.Http;
using Naru.Core.Http1;

namespace Naru.Tests.Http1;

public class ChunkedDecoderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "", "")]
    [InlineData("000\r\n\r\n", "", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("1\r\na\r\n2\r\nbc\r\nA\r\n0123456789\r\n0a\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\n\r\n", "abc0123456789\r\n\r\n\r\n\r\n\r\n", "")]
    [InlineData("1;a\r\na\r\n1;b=c;d=\"e f\"\r\nb\r\n0;x\r\n\r\n", "ab", "")]
    [InlineData("1\r\na\r\n0\r\nX-Sum: 1\r\nx-other:\u00FC\r\n\r\n", "a", "X-Sum: 1\r\nx-other:\u00FC\r\n")]
    [InlineData(
        "0\r\nContent-Length: 1\r\nTransfer-Encoding: x\r\nHost: a\r\nAuthorization: x\r\nA: 1\r\nCookie: x\r\nX_Y: z\r\nConnection: b\r\nVia: c\r\nIf-Match: d\r\n\r\n",
        "", "A: 1\r\n")]
    public void BodyIsDecodedInAnyPieces(string body, string payload, string trailers)
    {
        Assert.Equal((ChunkedResult.End, payload, trailers, body.Length), Decode(body));
        Assert.Equal((ChunkedResult.End, payload, trailers, body.Length), Decode(body + "GET / HTTP/1.1\r\n"));
    }

    [Theory]
    [InlineData("", ChunkedResult.NeedMore)]
    [InlineData("5", ChunkedResult.NeedMore)]
    [InlineData("5\r", ChunkedResult.NeedMore)]
    [InlineData("5\r\nhel", ChunkedResult.NeedMore)]
    [InlineData("5\r\nhello\r", ChunkedResult.NeedMore)]
    [InlineData("0\r\n\r", ChunkedResult.NeedMore)]
    [InlineData("0\r\nA: b\r\n", ChunkedResult.NeedMore)]
    [InlineData("\r\n", ChunkedResult.BadSize)]
    [InlineData(" 5\r\n", ChunkedResult.BadSize)]
    [InlineData("5 \r\n", ChunkedResult.BadSize)]
    [InlineData("5 ;a\r\n", ChunkedResult.BadSize)]
    [InlineData("+5\r\n", ChunkedResult.BadSize)]
    [InlineData("-5\r\n", ChunkedResult.BadSize)]
    [InlineData("0x5\r\n", ChunkedResult.BadSize)]
    [InlineData("g\r\n", ChunkedResult.BadSize)]
    [InlineData(";a\r\n", ChunkedResult.BadSize)]
    [InlineData("5,\r\n", ChunkedResult.BadSize)]
    [InlineData("0000000000000001\r\na\r\n", ChunkedResult.BadSize)]
    [InlineData("ffffffffffffffff\r\n", ChunkedResult.BadSize)]
    [InlineData("5\nhello\r\n", ChunkedResult.BadLineEnd)]
    [InlineData("5\rhello", ChunkedResult.BadLineEnd)]
    [InlineData("5\r\r\nhello", ChunkedResult.BadLineEnd)]
    [InlineData("5\r\nhello\n", ChunkedResult.BadLineEnd)]
    [InlineData("5\r\nhello!\r\n", ChunkedResult.BadLineEnd)]
    [InlineData("5\r\nhello\rx", ChunkedResult.BadLineEnd)]
    [InlineData("5\r\nhello0\r\n\r\n", ChunkedResult.BadLineEnd)]
    [InlineData("1;a\nb\r\n", ChunkedResult.BadLineEnd)]
    [InlineData("1;a\rb\r\n", ChunkedResult.BadLineEnd)]
    [InlineData("1;a\0b\r\n", ChunkedResult.BadExtension)]
    [InlineData("0\r\n\n", ChunkedResult.BadTrailer)]
    [InlineData("0\r\n\rx", ChunkedResult.BadLineEnd)]
    [InlineData("0\r\nA: b\n\r\n", ChunkedResult.BadLineEnd)]
    [InlineData("0\r\nA: b\rc\r\n", ChunkedResult.BadLineEnd)]
    [InlineData("0\r\nA : b\r\n\r\n", ChunkedResult.BadTrailer)]
    [InlineData("0\r\n: b\r\n\r\n", ChunkedResult.BadTrailer)]
    [InlineData("0\r\nA\r\n\r\n", ChunkedResult.BadTrailer)]
    [InlineData("0\r\n A: b\r\n\r\n", ChunkedResult.BadTrailer)]
    [InlineData("0\r\nA: b\r\n c\r\n\r\n", ChunkedResult.BadTrailer)]
    [InlineData("0\r\nA: \0\r\n\r\n", ChunkedResult.BadTrailer)]
    [InlineData("0\r\nGET / HTTP/1.1\r\n\r\n", ChunkedResult.BadTrailer)]
    public void OddBodyIsRefusedInAnyPieces(string body, ChunkedResult expected) => Assert.Equal(expected, Decode(body).Result);

    [Fact]
    public void LargestSizeIsTaken() => Assert.Equal(ChunkedResult.NeedMore, Decode("fffffffffffffff\r\nabc").Result);

    [Fact]
    public void ExtensionsAreLimited()
    {
        string longest = ";" + new string('x', HttpLimits.ChunkExtensionBytesMax - 1);
        Assert.Equal(ChunkedResult.End, Decode($"1{longest}\r\na\r\n0\r\n\r\n").Result);
        Assert.Equal(ChunkedResult.ExtensionsTooLong, Decode($"1{longest}x\r\na\r\n0\r\n\r\n").Result);

        string chunk = $"1{longest}\r\na\r\n";
        int most = HttpLimits.BodyExtensionBytesMax / HttpLimits.ChunkExtensionBytesMax;
        Assert.Equal(ChunkedResult.NeedMore, DecodeWhole(string.Concat(Enumerable.Repeat(chunk, most))));
        Assert.Equal(ChunkedResult.ExtensionsTooLong, DecodeWhole(string.Concat(Enumerable.Repeat(chunk, most)) + "1;"));
    }

    [Fact]
    public void TrailersAreLimited()
    {
        string line = "A: " + new string('x', 507) + "\r\n"; // 512 bytes
        string most = string.Concat(Enumerable.Repeat(line, HttpLimits.TrailerBytesMax / 512));
        Assert.Equal(ChunkedResult.End, DecodeWhole("0\r\n" + most + "\r\n"));
        Assert.Equal(ChunkedResult.TrailersTooLarge, DecodeWhole("0\r\n" + most + "B: c\r\n\r\n"));
        Assert.Equal(ChunkedResult.TrailersTooLarge, DecodeWhole("0\r\n" + most.Replace("A:", "Host:", StringComparison.Ordinal) + "\r\n"));

        string many = string.Concat(Enumerable.Repeat("A: b\r\n", HttpLimits.TrailersMax));
        Assert.Equal(ChunkedResult.End, DecodeWhole("0\r\n" + many + "\r\n"));
        Assert.Equal(ChunkedResult.BadTrailer, DecodeWhole("0\r\n" + many + "C: d\r\n\r\n"));
    }

    [Fact]
    public void WrittenChunksAreReadBackWhateverTheSplits()
    {
        const int Seed = 42;
        var random = new Random(Seed);
        for (int round = 0; round < 300; round++)
        {
            var payload = new byte[random.Next(1, 5000)];
            random.NextBytes(payload);
            string wire = "";
            for (int at = 0; at < payload.Length;)
            {
                int size = random.Next(1, Math.Min(payload.Length - at, 1500) + 1);
                var room = new byte[ChunkWriter.PrefixBytesMax];
                int prefix = ChunkWriter.WritePrefix(room, size);
                wire += Requests.Text(room.AsSpan(room.Length - prefix)) + Requests.Text(payload.AsSpan(at, size)) + Requests.Text(ChunkWriter.Suffix);
                at += size;
            }

            var last = new byte[100];
            wire += Requests.Text(last.AsSpan(0, ChunkWriter.WriteLast("A: b\r\n"u8, last)));
            var (result, decoded, trailers, consumed) = DecodeInPieces(wire + "tail", random);
            Assert.True(result == ChunkedResult.End && decoded == Requests.Text(payload) && trailers == "A: b\r\n" && consumed == wire.Length, $"seed {Seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(1, "1\r\n")]
    [InlineData(15, "f\r\n")]
    [InlineData(16, "10\r\n")]
    [InlineData(65535, "ffff\r\n")]
    [InlineData(int.MaxValue, "7fffffff\r\n")]
    public void PrefixEndsWhereTheRoomEnds(int size, string expected)
    {
        var room = new byte[ChunkWriter.PrefixBytesMax];
        int length = ChunkWriter.WritePrefix(room, size);
        Assert.Equal(expected, Requests.Text(room.AsSpan(room.Length - length)));
        Assert.True(room.AsSpan(0, room.Length - length).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void EmptyChunkIsNotWritten()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ChunkWriter.WritePrefix(new byte[10], 0));
        Assert.Equal("0\r\n\r\n", Requests.Text(ChunkWriter.LastChunk));
    }

    /// <summary>Whole, byte by byte, and in two pieces at every place; all must agree.</summary>
    private static (ChunkedResult Result, string Payload, string Trailers, int Consumed) Decode(string body)
    {
        var whole = Decode(body, [body.Length]);
        Assert.Equal(whole, Decode(body, Enumerable.Range(1, body.Length)));
        for (int split = 0; split < body.Length; split++)
            Assert.Equal(whole, Decode(body, [split, body.Length]));
        return whole;
    }

    private static ChunkedResult DecodeWhole(string body) => Decode(body, [body.Length]).Result;

    private static (ChunkedResult Result, string Payload, string Trailers, int Consumed) DecodeInPieces(string body, Random random)
    {
        var ends = new List<int>();
        for (int end = 0; end < body.Length;)
            ends.Add(end = Math.Min(body.Length, end + random.Next(1, 400)));
        return Decode(body, ends);
    }

    /// <summary>Each piece is decoded in place, as the engine does; what lies behind the consumed bytes must stay as it was.</summary>
    private static (ChunkedResult Result, string Payload, string Trailers, int Consumed) Decode(string body, IEnumerable<int> ends)
    {
        var decoder = new ChunkedDecoder();
        var trailers = new TrailerBuffer();
        var result = ChunkedResult.NeedMore;
        string payload = "";
        int start = 0;
        foreach (int end in ends)
        {
            var piece = Requests.Bytes(body[start..end]);
            result = decoder.Decode(piece, trailers, out int length, out int consumed);
            Assert.InRange(consumed, length, piece.Length);
            payload += Requests.Text(piece.AsSpan(0, length));
            Assert.Equal(body[(start + consumed)..end], Requests.Text(piece.AsSpan(consumed)));
            start += consumed;
            if (result != ChunkedResult.NeedMore)
                break;
            Assert.Equal(piece.Length, consumed);
        }

        return result is ChunkedResult.NeedMore or ChunkedResult.End
            ? (result, payload, Requests.Text(trailers.Lines), start)
            : (result, "", "", 0);
    }
}
