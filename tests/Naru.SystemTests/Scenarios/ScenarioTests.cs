namespace Naru.SystemTests.Scenarios;

/// <summary>Every file of this folder that ends with .scn, as a test of its own.</summary>
public class ScenarioTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scenarios");

    public static IEnumerable<TheoryDataRow<string>> Files() =>
        Directory.GetFiles(Folder, "*.scn").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).Select(name => new TheoryDataRow<string>(name!));

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
}
