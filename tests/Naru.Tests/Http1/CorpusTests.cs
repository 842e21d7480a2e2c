using System.Globalization;
using System.Text.Json;
using Naru.Core.Http;
using Naru.Core.Http1;

namespace Naru.Tests.Http1;

/// <summary>Attack corpora that lie beside the repository, not in it.</summary>
public class CorpusTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("smuggler.json")]
    [InlineData("llhttp-request.json")]
    public void RequestIsRefusedOrForwardedBeyondDoubt(string file)
    {
        var refused = new SortedDictionary<string, int>();
        foreach (var (id, data) in Read(file))
        {
            var (result, head) = Requests.Parse(data);
            refused[HttpError.Name(result)] = refused.GetValueOrDefault(HttpError.Name(result)) + 1;
            if (result != ParseResult.Done)
                continue;
            Check(id, () => Forwarded.CheckRequest(data, head));
            if (head.Framing == BodyFraming.Chunked)
                Check(id, () => CheckChunks(data[head.Length..]));
        }

        output.WriteLine(string.Join(", ", refused.Select(r => $"{r.Key} {r.Value}")));
    }

    [Fact]
    public void ResponseIsRefusedOrRelayedBeyondDoubt()
    {
        var refused = new SortedDictionary<string, int>();
        foreach (var (id, data) in Read("llhttp-response.json"))
        {
            foreach (var method in new[] { Method.Get, Method.Head })
            {
                var (result, head) = Responses.Parse(data, method);
                refused[HttpError.Name(result)] = refused.GetValueOrDefault(HttpError.Name(result)) + 1;
                if (result == ParseResult.Done)
                    Check(id, () => Forwarded.CheckResponse(data, head, method));
            }
        }

        output.WriteLine(string.Join(", ", refused.Select(r => $"{r.Key} {r.Value}")));
    }

    /// <summary>Whatever the decoder says, it says the same byte by byte.</summary>
    private static void CheckChunks(byte[] body)
    {
        var whole = new ChunkedDecoder();
        var result = whole.Decode([.. body], new TrailerBuffer(), out _, out int consumed);
        var trickled = new ChunkedDecoder();
        var trailers = new TrailerBuffer();
        var last = ChunkedResult.NeedMore;
        int read = 0;
        while (read < body.Length && last == ChunkedResult.NeedMore)
            last = trickled.Decode(body.AsSpan(read++, 1), trailers, out _, out _);
        Assert.Equal((result, consumed), (last, read));
    }

    private static void Check(string id, Action check)
    {
        var failure = Record.Exception(check);
        Assert.True(failure is null, $"{id}: {failure?.Message}");
    }

    private static List<(string Id, byte[] Data)> Read(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !Directory.Exists(Path.Combine(folder.FullName, "shared", "corpus")))
            folder = folder.Parent;
        Assert.SkipWhen(folder is null, "no folder shared/corpus beside the repository");

        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder!.FullName, "shared", "corpus", file)));
        return [.. json.RootElement.EnumerateArray().Select(e => (e.GetProperty("id").GetString()!, Fill(Convert.FromHexString(e.GetProperty("hex").GetString()!))))];
    }

    /// <summary>%CL% stands for the length of all that follows the head.</summary>
    private static byte[] Fill(byte[] data)
    {
        string text = Requests.Text(data);
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        int bodyBytes = end < 0 ? 0 : text.Length - end - 4;
        return Requests.Bytes(text.Replace("%CL%", bodyBytes.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }
}
