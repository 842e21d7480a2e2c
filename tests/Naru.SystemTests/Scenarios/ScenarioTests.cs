using System.Text.RegularExpressions;
using Naru.Core.Telemetry;

namespace Naru.SystemTests.Scenarios;

/// <summary>Every file of this folder that ends with .scn, as a test of its own.</summary>
public partial class ScenarioTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scenarios");

    public static IEnumerable<TheoryDataRow<string>> Files() =>
        Directory.GetFiles(Folder, "*.scn").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).Select(name => new TheoryDataRow<string>(name!));

    /// <summary>All but a fault in Naru itself, which nothing that comes from outside may bring about.</summary>
    [Fact]
    public void EveryEndReasonIsReached()
    {
        string pages = string.Join('\n', Directory.GetFiles(Folder, "*.scn").Select(File.ReadAllText));
        var reached = ReasonPattern().Matches(pages).Select(m => m.Groups[1].Value);
        var missing = Enum.GetValues<EndReason>().Select(reason => reason.Name()).Except(reached);
        Assert.Equal([EndReason.InternalError.Name()], missing);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task ComesTrue(string name)
    {
        var scenario = Scenario.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.scn")));
        var runner = new ScenarioRunner();
        var fault = await Record.ExceptionAsync(() => runner.RunAsync(scenario));
        var faultAtEnd = await Record.ExceptionAsync(async () => await runner.DisposeAsync());
        Assert.True(fault == null && faultAtEnd == null, $"{name}.scn, {fault?.Message}\n{faultAtEnd?.Message}");
    }

    /// <summary>Expected at least once: by its counter, or in the log.</summary>
    [GeneratedRegex("^ +(?:ends |log .*reason=)([a-z-]+)(?! 0$)(?: |$)", RegexOptions.Multiline)]
    private static partial Regex ReasonPattern();
}
