using System.Text;

namespace Naru.SystemTests.Corpus;

/// <summary>
/// Hostile responses. Each is relayed only if its end is beyond doubt, else it becomes 502 or a cut; a connection over which
/// anything doubtful came is never used again.
/// </summary>
public class ResponseCorpusTests
{
    private const int LaneCount = 8;
    private const string File = "llhttp-response.json";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HostileResponseIsRelayedWholeOrNotAtAll(bool closesAfter)
    {
        var corpus = AttackCorpus.Read(File);
        Assert.SkipWhen(corpus == null, $"shared/corpus/{File} is not on this machine.");
        await PlayAllAsync(corpus!, closesAfter);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task ResponseOfTheSeedsIsRelayedWholeOrNotAtAll(bool closesAfter) => PlayAllAsync(AttackCorpus.Seeds("responses"), closesAfter);

    private static async Task PlayAllAsync(IReadOnlyList<(string Id, byte[] Bytes)> corpus, bool closesAfter)
    {
        var attacks = corpus.ToDictionary(a => a.Id, a => a.Bytes);
        var lanes = Enumerable.Range(0, LaneCount).Select(_ => new Lane(c => AttackAsync(c, attacks, closesAfter))).ToArray();
        try
        {
            await using var naru = await Lane.StartAsync(lanes);
            await Lane.PlayAsync(lanes, attacks, (lane, attack) => PlayAsync(lane, attack.Key, attack.Value, closesAfter));
        }
        finally
        {
            foreach (var lane in lanes)
                await lane.DisposeAsync();
        }
    }

    // /attack/ID is answered with that attack; everything else with its target, or with a word if an attack came before.
    private static async Task AttackAsync(OriginConnection connection, Dictionary<string, byte[]> attacks, bool closesAfter)
    {
        bool hasAttacked = false;
        while (await connection.NextRequestAsync() is { } request)
        {
            if (!request.Target.StartsWith("/attack/", StringComparison.Ordinal))
            {
                await connection.AnswerAsync(hasAttacked ? "reused" : request.Target);
                continue;
            }

            hasAttacked = true;
            await connection.SendAsync(attacks[request.Target["/attack/".Length..]]);
            if (closesAfter)
                return;
        }
    }

    private static async Task<string?> PlayAsync(Lane lane, string id, byte[] bytes, bool closesAfter)
    {
        var (expected, isBeyondDoubt) = await ReadAsync(bytes, closesAfter);
        var fault = await Record.ExceptionAsync(async () =>
        {
            using (var client = await Wire.ConnectAsync(lane.Listener))
            {
                await client.SendAsync($"GET /attack/{id} HTTP/1.1\r\nHost: test\r\n\r\n");
                CheckAnswer(await AnswerAsync(client), expected);
            }

            // What the server sends beyond its answer has arrived by now.
            await Task.Delay(50);
            using var next = await Wire.ConnectAsync(lane.Listener);
            await next.SendAsync($"GET /next/{id} HTTP/1.1\r\nHost: test\r\n\r\n");
            var answer = await next.ReadResponseAsync();
            Assert.True(answer.Text == $"/next/{id}" || (answer.Text == "reused" && isBeyondDoubt), $"the next request got\n{answer}");
        });
        return fault == null ? null : $"{id}: {fault.Message}\n--- sent:\n{Encoding.Latin1.GetString(bytes)}";
    }

    private static void CheckAnswer(HttpMessage? answer, HttpMessage? expected)
    {
        // A cut, or an answer of Naru's own, is always right: what is not sure is not passed on.
        if (answer == null || answer.Text.StartsWith("Bad Gateway: ", StringComparison.Ordinal) || answer.Text.StartsWith("Gateway Timeout: ", StringComparison.Ordinal))
            return;
        Assert.True(expected != null, $"relayed, though no response can be read from it:\n{answer}");
        Assert.Equal(expected.Status, answer.Status);
        Assert.Equal(expected.Text, answer.Text);
    }

    /// <summary>Null: it was cut.</summary>
    private static async Task<HttpMessage?> AnswerAsync(Wire client)
    {
        try
        {
            return await client.ReadResponseAsync();
        }
        catch (Exception e) when (e is WireClosedException or WireResetException)
        {
            return null;
        }
    }

    /// <summary>What the letter of RFC 9112 reads from the bytes, and whether the connection may be used again after it.</summary>
    private static async Task<(HttpMessage? Expected, bool IsBeyondDoubt)> ReadAsync(byte[] bytes, bool closesAfter)
    {
        using var replay = await Replay.OfAsync(bytes);
        try
        {
            var response = await replay.Wire.ReadHeadAsync();
            while (response.Status is >= 100 and < 200)
                response = await replay.Wire.ReadHeadAsync();
            bool endsByClose = response is { IsChunked: false, ContentLength: null } && response.Status is not (204 or 304);
            if (!response.StartLine.StartsWith("HTTP/1.", StringComparison.Ordinal) || (endsByClose && !closesAfter))
                return (null, false);
            await replay.Wire.ReadResponseBodyAsync(response, "GET");
            bool isLast = !await replay.Wire.HasMoreAsync();
            return (response, isLast && !endsByClose && !response.Closes && !closesAfter);
        }
        catch (Exception e) when (e is BadMessageException or FormatException or WireClosedException or ArgumentOutOfRangeException)
        {
            return (null, false);
        }
    }
}
