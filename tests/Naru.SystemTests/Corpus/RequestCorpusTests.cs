using System.Globalization;
using System.Text;

namespace Naru.SystemTests.Corpus;

/// <summary>
/// Hostile requests. Each is refused and the connection closed, or it reaches the server exactly once and in a form that
/// a strict and a sloppy parser read alike; no second answer appears, and the next request gets its own.
/// </summary>
public class RequestCorpusTests
{
    private const int LaneCount = 16;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(150);

    [Theory]
    [InlineData("smuggler.json")]
    [InlineData("llhttp-request.json")]
    public async Task HostileRequestIsRefusedOrForwardedWithoutDoubt(string file)
    {
        var attacks = AttackCorpus.Read(file);
        Assert.SkipWhen(attacks == null, $"shared/corpus/{file} is not on this machine.");
        await PlayAllAsync(attacks!);
    }

    [Fact]
    public Task RequestOfTheSeedsIsRefusedOrForwardedWithoutDoubt() => PlayAllAsync(AttackCorpus.Seeds("requests"));

    private static async Task PlayAllAsync(IReadOnlyList<(string Id, byte[] Bytes)> attacks)
    {
        var lanes = Enumerable.Range(0, LaneCount).Select(_ => new Lane(EchoAsync)).ToArray();
        try
        {
            await using var naru = await Lane.StartAsync(lanes);
            await Lane.PlayAsync(lanes, attacks, PlayAsync);
        }
        finally
        {
            foreach (var lane in lanes)
                await lane.DisposeAsync();
        }
    }

    // Answers with the target, and with the number of the request in the order of the origin's book.
    private static async Task EchoAsync(OriginConnection connection)
    {
        while (await connection.NextRequestAsync() is { } request)
        {
            var body = request.Method == "HEAD" ? "" : request.Target;
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nX-Method: {request.Method}\r\nContent-Length: {request.Target.Length}\r\n\r\n{body}");
        }
    }

    private static async Task<string?> PlayAsync(Lane lane, (string Id, byte[] Bytes) attack)
    {
        int before = lane.Origin.Requests.Count;
        using var client = await Wire.ConnectAsync(lane.Listener);
        WireEnd end;
        try
        {
            await client.SendAsync(attack.Bytes);
            end = await client.EndWithinAsync(Quiet);
        }
        catch (WireResetException)
        {
            end = WireEnd.Reset;
        }

        var fault = await Record.ExceptionAsync(async () =>
        {
            var arrived = lane.Origin.Requests.Skip(before).ToArray();
            CheckAnswers(await ReadAnswersAsync(client.Unread.ToArray(), attack.Bytes), arrived, end);
            foreach (var request in arrived)
                CheckUnambiguous(request);
        });
        var why = fault?.Message ?? await lane.ProbeAsync($"/next/{attack.Id}");
        return why == null ? null : $"{attack.Id}: {why}\n--- sent:\n{Encoding.Latin1.GetString(attack.Bytes)}";
    }

    /// <summary>One answer of the server for each request that reached it, in order; then at most one refusal, and the close.</summary>
    private static void CheckAnswers(IReadOnlyList<HttpMessage> answers, IReadOnlyList<HttpMessage> arrived, WireEnd end)
    {
        var served = answers.TakeWhile(a => a.Field("X-Method") != null).ToArray();
        Assert.Equal(arrived.Select(r => r.Method), served.Select(a => a.Field("X-Method")));
        foreach (var refusal in answers.Skip(served.Length).Take(1))
        {
            Assert.InRange(refusal.Status, 400, 599);
            Assert.True(refusal.Closes, $"A refusal that keeps the connection:\n{refusal}");
            Assert.NotEqual(WireEnd.Open, end);
        }

        Assert.True(answers.Count <= served.Length + 1, $"{answers.Count} answers, {served.Length} of them from the server");
        Assert.DoesNotContain(arrived, request => request.Target.Contains("/evil", StringComparison.Ordinal));
    }

    /// <summary>Nothing in the head means one thing to a strict parser and another to a sloppy one. The strict one has read it already.</summary>
    private static void CheckUnambiguous(HttpMessage request)
    {
        var head = Encoding.Latin1.GetString(request.Head);
        Assert.Matches("^[A-Z!#$%&'*+.^_`|~0-9a-z-]+ [!-~]+ HTTP/1\\.1\r\n", head);
        Assert.DoesNotContain(head.Replace("\r\n", "", StringComparison.Ordinal), c => c is '\r' or '\n' or '\0');

        // A sloppy parser forgives case, dashes, spaces and control bytes in names.
        var names = request.Fields.Select(f => string.Concat(f.Name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant()).ToArray();
        Assert.Single(names, "host");
        Assert.True(names.Count(n => n is "contentlength" or "transferencoding") <= 1, $"Two framings in\n{head}");
        if (request.Field("Content-Length") is { } length)
            Assert.Equal(request.Body.Length.ToString(CultureInfo.InvariantCulture), length);
    }

    private static async Task<IReadOnlyList<HttpMessage>> ReadAnswersAsync(byte[] bytes, byte[] attack)
    {
        // A refused HEAD gets no body either.
        string refused = attack.AsSpan().StartsWith("HEAD "u8) ? "HEAD" : "GET";
        using var replay = await Replay.OfAsync(bytes);
        var answers = new List<HttpMessage>();
        while (await replay.Wire.HasMoreAsync())
        {
            var head = await replay.Wire.ReadHeadAsync();
            await replay.Wire.ReadResponseBodyAsync(head, head.Field("X-Method") ?? refused);
            answers.Add(head);
        }

        return answers;
    }
}
