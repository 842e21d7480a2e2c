using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Tests.Http1;

namespace Naru.Tests.Fuzz;

/// <summary>
/// Mutation fuzzing of every parser, in process and from a seed. <c>NARU_FUZZ_ITERATIONS</c> raises the number of messages,
/// <c>NARU_FUZZ_SEED</c> replays a run. Whatever comes: no exception, no offset out of bounds, the same result in any pieces,
/// and what is accepted means one thing.
/// </summary>
public class ParserFuzzTests(ITestOutputHelper output)
{
    private static readonly string[] RequestSeeds =
    [
        "GET /a/b?c=d HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n",
        "POST /up HTTP/1.1\r\nHost: a.example:80\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
        "POST /up HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "GET http://B.example:8080/%7Ea/../b;c//d?e HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, x-y\r\nX-Y: 1\r\nTE: trailers\r\n\r\n",
        "GET /ws HTTP/1.1\r\nHost: [2001:DB8::1]\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n",
        "\r\nOPTIONS * HTTP/1.0\r\nX-Forwarded-For: 1.1.1.1\r\nForwarded: for=x\r\nX-Request-Id: 1\r\nVia: 1.1 x\r\n\r\n",
    ];

    private static readonly string[] ResponseSeeds =
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: x\r\nSet-Cookie: a=b\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.0 304 Not Modified\r\nConnection: keep-alive\r\nKeep-Alive: timeout=5\r\nETag: \"x\"\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204\r\n\r\n",
    ];

    private static readonly string[] ChunkSeeds =
    [
        "5\r\nhello\r\n0\r\n\r\n",
        "A;a=b\r\n0123456789\r\n1\r\nx\r\n0\r\nX-Sum: 1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n",
        "00f\r\n012345678901234\r\n000\r\n\r\n",
    ];

    [Fact]
    public void Requests() => Run(nameof(Requests), RequestSeeds, (data, _) =>
    {
        var (result, head) = Http1.Requests.Parse(data);
        if (result != ParseResult.Done)
            return false;
        Assert.InRange(head.Length, 1, data.Length);
        foreach (var field in head.Fields)
            CheckOffsets(field, head.Length);
        Forwarded.CheckRequest(data, head);
        return true;
    });

    [Fact]
    public void Responses() => Run(nameof(Responses), ResponseSeeds, (data, mutator) =>
    {
        var method = mutator.Next(4) == 0 ? Method.Head : Method.Get;
        var (result, head) = Http1.Responses.Parse(data, method);
        if (result != ParseResult.Done)
            return false;
        Assert.InRange(head.Length, 1, data.Length);
        foreach (var field in head.Fields)
            CheckOffsets(field, head.Length);
        Forwarded.CheckResponse(data, head, method);
        return true;
    });

    [Fact]
    public void Chunks() => Run(nameof(Chunks), ChunkSeeds, (data, mutator) =>
    {
        var whole = Decode(data, data.Length);
        Assert.Equal(whole, Decode(data, 1));
        Assert.Equal(whole, Decode(data, 1 + mutator.Next(7)));
        return whole.Result == ChunkedResult.End;
    });

    [Fact]
    public void LookUps() => Run(nameof(LookUps), ["a=b; c=d;e", "a=1&b=2&c", "naru=x"], (data, mutator) =>
    {
        var name = data.AsSpan(0, mutator.Next(Math.Min(3, data.Length) + 1));
        bool cookie = CookieReader.TryGet(data, name, out var value);
        Assert.True(value.Length <= data.Length && HostName.TryParse(data, out int length, out int port, out _) is var ok && (!ok || (length <= port && port <= data.Length)));
        return QueryReader.TryGet(data, name, out value) | cookie;
    });

    private void Run(string target, string[] seeds, Func<byte[], Mutator, bool> check)
    {
        int iterations = FromEnvironment("NARU_FUZZ_ITERATIONS", 5_000);
        int seed = FromEnvironment("NARU_FUZZ_SEED", 1);
        int accepted = 0;
        for (int n = 0; n < iterations; n++)
        {
            var mutator = new Mutator(unchecked(seed * 1_000_003 + n)); // one message is replayed alone
            var data = mutator.Mutate(seeds);
            try
            {
                accepted += check(data, mutator) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{target}, seed {seed}, message {n}: {Convert.ToHexString(data)}", e);
            }
        }

        output.WriteLine($"{target}: seed {seed}, {iterations} messages, {accepted} accepted");
        Assert.InRange(accepted, iterations / 100, iterations); // fuzzing that is always refused early tests little
    }

    private static void CheckOffsets(in HeaderField field, int headLength)
    {
        Assert.True(field.Start < field.NameEnd && field.NameEnd < field.ValueStart && field.ValueStart <= field.ValueEnd);
        Assert.True(field.ValueEnd + 2 <= field.LineEnd && field.LineEnd <= headLength - 2);
    }

    private static (ChunkedResult Result, string Payload, string Trailers, int Consumed) Decode(byte[] data, int pieceBytes)
    {
        var decoder = new ChunkedDecoder();
        var trailers = new TrailerBuffer();
        var result = ChunkedResult.NeedMore;
        string payload = "";
        int total = 0;
        while (total < data.Length && result == ChunkedResult.NeedMore)
        {
            var piece = data[total..Math.Min(data.Length, total + Math.Max(1, pieceBytes))];
            result = decoder.Decode(piece, trailers, out int length, out int consumed);
            Assert.InRange(consumed, length, piece.Length);
            Assert.True(piece.AsSpan(consumed).SequenceEqual(data.AsSpan(total + consumed, piece.Length - consumed)));
            payload += Http1.Requests.Text(piece.AsSpan(0, length));
            total += consumed;
        }

        return result > ChunkedResult.End ? (result, "", "", 0) : (result, payload, Http1.Requests.Text(trailers.Lines), total);
    }

    private static int FromEnvironment(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : fallback;
}
