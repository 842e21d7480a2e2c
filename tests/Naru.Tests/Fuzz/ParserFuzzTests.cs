using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Tests.Http1;

namespace Naru.Tests.Fuzz;

/// <summary>
/// Mutation fuzzing of every parser, in process, from the messages in <c>tests/seeds</c>; <see cref="FuzzRun"/> says how long.
/// Whatever comes: no exception, no offset out of bounds, the same result in any pieces, and what is accepted means one thing.
/// </summary>
public class ParserFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public void Requests() => Run("requests", (data, _) =>
    {
        var (result, head) = Http1.Requests.Parse(data);
        if (result != ParseResult.Done)
            return false;
        Assert.InRange(head.Length, 1, data.Length);
        foreach (var field in head.Fields)
            CheckOffsets(field, head.Length);
        var cookies = new CookieValues(data, head, "a"u8);
        while (cookies.MoveNext())
            Assert.InRange(cookies.Current.Length, 0, head.Length);
        Forwarded.CheckRequest(data, head);
        return true;
    });

    [Fact]
    public void Responses() => Run("responses", (data, mutator) =>
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
    public void Chunks() => Run("chunks", (data, mutator) =>
    {
        var whole = Decode(data, data.Length);
        Assert.Equal(whole, Decode(data, 1));
        Assert.Equal(whole, Decode(data, 1 + mutator.Next(7)));
        return whole.Result == ChunkedResult.End;
    });

    [Fact]
    public void LookUps() => Run("lookups", (data, mutator) =>
    {
        var name = data.AsSpan(0, mutator.Next(Math.Min(3, data.Length) + 1));
        Assert.True(HostName.TryParse(data, out int length, out int port, out _) is var ok && (!ok || (length <= port && port <= data.Length)));
        return QueryReader.TryGet(data, name, out _);
    });

    private void Run(string target, Func<byte[], Mutator, bool> check)
    {
        var seeds = Seeds.Of(target);
        int seed = FuzzRun.Seed(1);
        int accepted = 0, messages = 0;
        foreach (int n in FuzzRun.Inputs(5_000))
        {
            messages++;
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

        output.WriteLine($"{target}: seed {seed}, {messages} messages, {accepted} accepted");
        Assert.InRange(accepted, messages / 100, messages); // fuzzing that is always refused early tests little
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
}
