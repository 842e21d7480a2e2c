using System.Globalization;

namespace Naru.SystemTests.Scenarios;

/// <summary>A client of a scenario: one connection, which lasts through all sections that name it.</summary>
internal sealed class ScenarioClient(Wire wire, ScenarioWords words) : ScenarioPeer(words, incoming: '<'), IDisposable
{
    private readonly Queue<string> _asked = new();

    protected override Wire Wire => wire;

    public void Dispose() => wire.Dispose();

    /// <summary>Whatever was sent has its one answer, and nothing else came.</summary>
    public async Task CheckNothingLeftAsync()
    {
        if (IsOver)
            return;
        await wire.EndWithinAsync(TimeSpan.FromMilliseconds(10));
        Assert.Equal("", System.Text.Encoding.Latin1.GetString(wire.Unread));
    }

    protected override void OnSending(string line)
    {
        if (line.StartsWith("> ", StringComparison.Ordinal) && line.Contains(" HTTP/1.", StringComparison.Ordinal))
            _asked.Enqueue(line[2..].Split(' ')[0]);
    }

    protected override Task<HttpMessage> ReceiveHeadAsync() => wire.ReadHeadAsync();

    protected override async Task ReceiveBodyAsync(HttpMessage message)
    {
        if (message.Status is >= 100 and < 200 and not 101)
            return;
        await wire.ReadResponseBodyAsync(message, _asked.TryDequeue(out var method) ? method : "GET");
    }

    protected override async Task ActAsync(ScenarioLine line)
    {
        switch (line.Verb)
        {
            // rotate GET / : one two three
            case "rotate":
                var order = line.Rest.Split(':')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var seen = await AskAsync(line.Words[1], line.Words[2], 2 * order.Length);
                int first = Array.IndexOf(order, seen[0]);
                Assert.Equal(Enumerable.Range(0, seen.Count).Select(i => order[(first + i) % order.Length]), seen);
                break;

            // tally 8 GET / : one 6, two 2
            case "tally":
                int count = int.Parse(line.Words[1], CultureInfo.InvariantCulture);
                var answers = await AskAsync(line.Words[2], line.Words[3], count);
                var tally = string.Join(", ", answers.CountBy(a => a).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key} {a.Value}"));
                Assert.Equal(line.Rest.Split(" : ")[1].Trim(), tally);
                break;

            // places 12 GET /#?% Cookie: user=#
            case "places":
                await CheckPlacesAsync(int.Parse(line.Words[1], CultureInfo.InvariantCulture), line.Words[2], line.Words[3], string.Join(' ', line.Words[4..]));
                break;

            // sips 4000 each 100ms for 3s: bytes of a body, which are dropped
            case "sips":
                var until = DateTime.UtcNow + ScenarioWords.Duration(line.Words[5]);
                while (DateTime.UtcNow < until && await wire.SipAsync(int.Parse(line.Words[1], CultureInfo.InvariantCulture)))
                    await Task.Delay(ScenarioWords.Duration(line.Words[3]));
                break;

            // keep cookie, keep body: what came, as @cookie and @body
            case "keep" when line.Rest == "cookie":
                Words.Set("cookie", Last!.Field("Set-Cookie")!.Split(';')[0]);
                break;
            case "keep" when line.Rest == "body":
                Words.Set("body", Last!.Text);
                break;
            default:
                Assert.Fail($"A client does not know: {line.Text}");
                break;
        }
    }

    /// <summary>The same thing is always answered by the same server, and not everything by one.</summary>
    private async Task CheckPlacesAsync(int count, string method, string target, string field)
    {
        var rounds = new List<string>[2];
        for (int round = 0; round < rounds.Length; round++)
        {
            rounds[round] = [];
            for (int i = 0; i < count; i++)
            {
                string text = $"{method} {target} HTTP/1.1\r\nHost: test\r\n{(field.Length > 0 ? field + "\r\n" : "")}\r\n";
                await wire.SendAsync(text.Replace("#", $"v{i}").Replace("%", $"r{round}{i}"));
                rounds[round].Add((await wire.ReadResponseAsync(method)).Text);
            }
        }

        Assert.Equal(rounds[0], rounds[1]);
        Assert.True(rounds[0].Distinct().Count() > 1, $"All of them went to {rounds[0][0]}");
    }

    private async Task<List<string>> AskAsync(string method, string target, int count)
    {
        var answers = new List<string>();
        for (int i = 0; i < count; i++)
        {
            await wire.SendAsync($"{method} {target} HTTP/1.1\r\nHost: test\r\n\r\n");
            var response = await wire.ReadResponseAsync(method);
            answers.Add(response.Status == 200 ? response.Text : response.Status.ToString(CultureInfo.InvariantCulture));
        }

        return answers;
    }
}
