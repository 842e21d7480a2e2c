using System.Globalization;
using System.Text.RegularExpressions;

namespace Naru.SystemTests.Demo;

/// <summary><c>naru demo</c> as somebody meets it who has just fetched Naru.</summary>
[Collection<Alone>]
public partial class DemoTests
{
    private const int Seconds = 3;

    [Fact]
    public async Task BothLayersAnswerAndNothingFails()
    {
        var (exitCode, output) = await ChildProcess.RunAsync(Eventually.Patience, NaruProcess.Command("demo", "--seconds", $"{Seconds}", "--lang", "en"));

        Assert.True(exitCode == 0, output);
        // Such as "   2s  web 198/s p50 9.1 ms failed 0: web-1 34% up, …  |  regions 50/s p50 …  |  …".
        var line = output.Split('\n').Last(l => l.Contains("  |  ", StringComparison.Ordinal));
        var layers = line.Split("  |  ")[..2].Select(l => Layer().Match(l)).ToArray();
        Assert.All(layers, layer =>
        {
            Assert.True(layer.Success, line);
            Assert.True(int.Parse(layer.Groups["rate"].Value, CultureInfo.InvariantCulture) > 0, line);
            Assert.Equal("0", layer.Groups["failed"].Value);
        });
        Assert.Matches(@"^The demo is over: [1-9]\d* answered, 0 failed\.$", output.TrimEnd().Split('\n')[^1]);
    }

    /// <summary>A terminal that nobody has sized says 0 × 0, as in a container without one or under <c>script</c>.</summary>
    [Fact]
    public async Task TerminalWithoutASizeShowsTheDemo()
    {
        var command = string.Join(' ', NaruProcess.Command("demo", "--seconds", $"{Seconds}", "--lang", "en"));
        var (exitCode, output) = await ChildProcess.RunAsync(Eventually.Patience, "env", "TERM=xterm", "script", "-qec", command, "/dev/null");

        Assert.True(exitCode == 0, output);
        Assert.Contains("web-1", output, StringComparison.Ordinal);
        Assert.Contains("line-3", output, StringComparison.Ordinal);
        Assert.Matches(@"The demo is over: [1-9]\d* answered, 0 failed\.", output);
    }

    [GeneratedRegex(@"(?<rate>\d+)/s p50 [\d.]+ ms failed (?<failed>\d+):")]
    private static partial Regex Layer();
}
