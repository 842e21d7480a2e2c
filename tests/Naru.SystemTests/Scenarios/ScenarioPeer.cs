using System.Text;

namespace Naru.SystemTests.Scenarios;

/// <summary>
/// One end of a connection in a scenario. Arrows show the way of the bytes, as in <c>curl -v</c>: <c>&gt;</c> to the server,
/// <c>&lt;</c> to the client; doubled they are bytes without a line end. What runs towards this peer is expected, the rest is sent.
/// </summary>
internal abstract class ScenarioPeer(ScenarioWords words, char incoming)
{
    private readonly char _outgoing = incoming == '<' ? '>' : '<';
    private bool _drips;
    private HttpMessage? _bodyless;

    protected ScenarioWords Words { get; } = words;

    protected abstract Wire Wire { get; }

    /// <summary>Nothing more is to be expected of the connection.</summary>
    protected internal bool IsOver { get; protected set; }

    /// <summary>The message that came last.</summary>
    protected HttpMessage? Last { get; private set; }

    public async Task RunAsync(IReadOnlyList<ScenarioLine> lines)
    {
        for (int i = 0; i < lines.Count;)
        {
            int end = BlockEnd(lines, i);
            try
            {
                await StepAsync([.. lines.Skip(i).Take(end - i)], isCut: end < lines.Count && lines[end].Text == "cut");
            }
            catch (Exception e) when (e is not ScenarioException)
            {
                throw new ScenarioException(lines[i], e);
            }

            i = end;
        }
    }

    /// <summary>Reads a message up to the end of its head.</summary>
    protected abstract Task<HttpMessage> ReceiveHeadAsync();

    protected abstract Task ReceiveBodyAsync(HttpMessage message);

    /// <summary>A verb that only this kind of peer knows.</summary>
    protected abstract Task ActAsync(ScenarioLine line);

    protected virtual void OnSending(string line)
    {
    }

    /// <summary>Head lines must fit; <c>!Name</c> must be absent.</summary>
    protected void Check(IReadOnlyList<ScenarioLine> lines, HttpMessage message)
    {
        foreach (var (index, line) in lines.Select(l => Words.Bytes(l.Text[1..].Trim())).Index())
        {
            if (line.Length == 0)
                continue;
            if (index == 0)
                Assert.True(ScenarioWords.Fits(line, message.StartLine) || message.StartLine.StartsWith(line + " ", StringComparison.Ordinal), $"Expected {line} in\n{message}");
            else if (line[0] == '!')
                Assert.True(message.Field(line[1..]) == null, $"Expected no {line[1..]} in\n{message}");
            else
                CheckField(HttpMessage.ParseField(line), message);
        }
    }

    // A block is what one peer sends in one go, or one message that it expects.
    private int BlockEnd(IReadOnlyList<ScenarioLine> lines, int start)
    {
        char arrow = lines[start].Text[0];
        int end = start + 1;
        if (arrow is not ('>' or '<'))
            return end;
        while (end < lines.Count && lines[end].Text[0] == arrow && !(arrow == incoming && IsStartLine(lines[end].Text)))
            end++;
        return end;
    }

    private static bool IsStartLine(string text) =>
        text.StartsWith("< HTTP/", StringComparison.Ordinal) || (text.StartsWith("> ", StringComparison.Ordinal) && text.Contains(" HTTP/", StringComparison.Ordinal));

    private async Task StepAsync(IReadOnlyList<ScenarioLine> block, bool isCut)
    {
        var first = block[0];
        if (first.Text[0] == _outgoing)
            await SendAsync(block);
        else if (first.Text[0] == incoming)
            await ExpectAsync(block, isCut);
        else
            await VerbAsync(first);
    }

    private async Task SendAsync(IReadOnlyList<ScenarioLine> block)
    {
        var text = new StringBuilder();
        foreach (var line in block)
        {
            OnSending(line.Text);
            bool isBytes = line.Text.Length > 1 && line.Text[1] == _outgoing;
            text.Append(isBytes ? Words.Bytes(line.Text[2..].TrimStart(' ')) : Words.Bytes(line.Text[1..].TrimStart(' ')) + "\r\n");
        }

        var bytes = Encoding.Latin1.GetBytes(text.ToString());
        try
        {
            await (_drips ? Wire.DripAsync(bytes) : Wire.SendAsync(bytes));
        }
        catch (WireResetException)
        {
            // Whether that was right is for what is expected next to tell.
        }

        _drips = false;
    }

    private async Task ExpectAsync(IReadOnlyList<ScenarioLine> block, bool isCut)
    {
        var head = block.Where(l => l.Text.Length == 1 || l.Text[1] != incoming).ToArray();
        var body = block.Where(l => l.Text.Length > 1 && l.Text[1] == incoming).ToArray();
        if (head.Length > 0)
        {
            Last = await ReceiveHeadAsync();
            _bodyless = Last.StartLine.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) ? null : Last;
            Check(head, Last);
        }

        if (body.Length == 0)
        {
            if (!isCut && incoming == '<')
                await ReceiveBodyAsync();
            return;
        }

        var expected = string.Concat(body.Select(l => Words.Bytes(l.Text[2..].TrimStart(' '))));
        if (_bodyless != null)
        {
            await ReceiveBodyAsync();
            Assert.True(ScenarioWords.Fits(expected, Last!.Text), $"Expected the body {Wire.Shorten(expected)}, got {Wire.Shorten(Last.Text)}");
            return;
        }

        var bytes = await Wire.ReadBytesAsync(expected.Length);
        Assert.Equal(expected, Encoding.Latin1.GetString(bytes));
    }

    private async Task ReceiveBodyAsync()
    {
        if (_bodyless is not { } message)
            return;
        _bodyless = null;
        await ReceiveBodyAsync(message);
    }

    private async Task VerbAsync(ScenarioLine line)
    {
        switch (line.Verb)
        {
            case "pause":
                await Task.Delay(ScenarioWords.Duration(line.Rest));
                break;
            case "drip":
                _drips = true;
                break;
            case "body":
                await ReceiveBodyAsync();
                break;
            case "trailer":
                var (name, value) = HttpMessage.ParseField(line.Rest);
                Assert.Contains((name, value), Last!.Trailers);
                break;
            case "end":
                Wire.End();
                break;
            case "reset":
                Wire.Reset();
                IsOver = true;
                break;
            case "close":
                Wire.Dispose();
                IsOver = true;
                break;
            case "closed":
                Assert.Equal(WireEnd.Closed, await Wire.EndWithinAsync(Wire.Patience));
                Assert.Equal("", Encoding.Latin1.GetString(Wire.Unread));
                break;
            case "gone":
                Assert.NotEqual(WireEnd.Open, await Wire.EndWithinAsync(Wire.Patience));
                break;
            case "quiet":
                Assert.Equal(WireEnd.Open, await Wire.EndWithinAsync(ScenarioWords.Duration(line.Rest)));
                Assert.Equal("", Encoding.Latin1.GetString(Wire.Unread));
                break;
            case "cut":
                await CutAsync();
                break;
            default:
                await ActAsync(line);
                break;
        }
    }

    /// <summary>The rest of the body never comes.</summary>
    private async Task CutAsync()
    {
        IsOver = true;
        var fault = await Record.ExceptionAsync(ReceiveBodyAsync);
        Assert.True(fault is WireClosedException or WireResetException, $"Expected a cut, got the whole body: {Last?.Text}");
    }

    private static void CheckField((string Name, string Value) expected, HttpMessage message)
    {
        var values = message.Fields.Where(f => f.Name.Equals(expected.Name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value).ToArray();
        Assert.True(values.Length == 1 && ScenarioWords.Fits(expected.Value, values[0]), $"Expected {expected.Name}: {expected.Value} in\n{message}");
    }
}

/// <summary>A scenario that does not come true, with the line where that shows.</summary>
internal sealed class ScenarioException(ScenarioLine line, Exception cause)
    : Xunit.Sdk.XunitException($"line {line.Number}: {line.Text}\n{cause.Message}", cause);
