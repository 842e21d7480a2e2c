using Naru.Tests.Cli;

namespace Naru.Tests.Rehearsal;

public class RehearseCommandTests
{
    private static readonly string[] Small = ["--visitors", "200", "--lasts", "30s", "--opens", "5s", "--admit", "20/s", "--active", "100"];

    [Fact]
    public async Task TheSameSeedGivesTheSameTextAndTheSameReport()
    {
        using var folder = new TemporaryFolder();
        var first = await Run.Naru(["rehearse", .. Small, "--seed", "7", "--report", folder["a.html"]]);
        var second = await Run.Naru(["rehearse", .. Small, "--seed", "7", "--report", folder["b.html"]]);
        var other = await Run.Naru(["rehearse", .. Small, "--seed", "8"]);
        Assert.Equal(first.Output, second.Output.Replace("b.html", "a.html", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllBytes(folder["a.html"]), File.ReadAllBytes(folder["b.html"]));
        Assert.NotEqual(first.Output, other.Output);
        Assert.Empty(first.Error);
    }

    [Fact]
    public async Task TheReportNeedsNothingElse()
    {
        using var folder = new TemporaryFolder();
        await Run.Naru(["rehearse", .. Small, "--report", folder["a.html"]]);
        var html = File.ReadAllText(folder["a.html"]);
        Assert.DoesNotContain("<script", html);
        Assert.DoesNotContain("http", html);
        Assert.DoesNotContain("url(", html);
        Assert.Contains("prefers-color-scheme:dark", html);
    }

    [Fact]
    public async Task TheRoomOfTheConfigurationIsRehearsedButForWhatTheOptionsSay()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("naru.yaml", """
            listeners: [{ bind: "127.0.0.1:8080", routes: [{ pool: web, waitingRoom: concert }] }]
            pools: { web: { servers: ["127.0.0.1:9000"] } }
            waitingRooms: { concert: { admit: 20/s, active: 77 }, gala: { admit: 5/s, active: 10 } }
            """);
        var run = await Run.Naru("rehearse", "-c", config, "--room", "concert", "--visitors", "50", "--lasts", "10s", "--admit", "30/s");
        Assert.StartsWith("concert: 50 visitors in 10 s, 30 admissions a second, 77 active", run.Output);
        var unnamed = await Run.Naru("rehearse", "-c", config);
        Assert.Equal(2, unnamed.ExitCode);
        Assert.Contains("name one by --room", unnamed.Error);
        var mistyped = await Run.Naru("rehearse", "-c", config, "--room", "conzert");
        Assert.Equal(2, mistyped.ExitCode);
        Assert.Contains("did you mean 'concert'?", mistyped.Error);
    }

    [Fact]
    public async Task AWrongOptionIsTheUsersMistake()
    {
        var run = await Run.Naru("rehearse", "--admit", "fast");
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("naru: options: room.admit: fast is not a rate.", run.Error);
    }

    [Fact]
    public async Task AReportThatCannotBeWrittenIsAFailure()
    {
        var run = await Run.Naru(["rehearse", .. Small, "--report", "/nowhere/at/all.html"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the report cannot be written to /nowhere/at/all.html", run.Error);
    }
}
