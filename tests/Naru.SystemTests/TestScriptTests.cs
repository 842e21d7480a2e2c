namespace Naru.SystemTests;

/// <summary>What <c>./test.sh</c> and CI say at the end, with a stand-in for the SDK that writes a report.</summary>
[Collection<Alone>]
public class TestScriptTests
{
    private const string Report = """
        <?xml version="1.0" encoding="utf-8"?><assemblies><assembly name="x.dll" errors="0" failed="FAILED" not-run="0" passed="3" skipped="2" total="6"><collection name="c">
        <test id="1" name="Naru.Tests.ATests.Runs" result="Pass" time="0"></test><test id="2" name="Naru.Tests.ATests.NeedsMore(of: \&quot;it\&quot;)" result="Skip" time="0"><reason><![CDATA[there is no
        more]]></reason></test><test id="3" name="Naru.Tests.BTests.NeedsRoot" result="Skip" time="0"><reason><![CDATA[only root may & can]]></reason></test></collection></assembly></assemblies>
        """;

    [Theory]
    [InlineData("test.sh", 0)]
    [InlineData("test.sh", 1)]
    [InlineData(".ci/run", 0)]
    public async Task LastLineIsPlainAndSkippedTestsStandAboveWithTheirReasons(string script, int failed)
    {
        using var folder = new TestFolder();
        folder.Write("report.xml", Report.Replace("FAILED", $"{failed}", StringComparison.Ordinal));
        // The stand-in builds nothing, and is every test program.
        var dotnet = folder.Write("dotnet", $$"""
            #!/usr/bin/env bash
            while [ $# -gt 0 ]; do
              case $1 in --results-directory) to=$2 ;; --report-xunit-filename) name=$2 ;; esac
              shift
            done
            [ -z "$to" ] || { cp "{{folder.Path}}/report.xml" "$to/$name"; exit {{failed}}; }
            """);
        Assert.Equal(0, (await ChildProcess.RunAsync(Eventually.Patience, "chmod", "+x", dotnet)).ExitCode);

        var (exitCode, output) = await ChildProcess.RunAsync(
            Eventually.Patience, "env", $"PATH={folder.Path}:{Environment.GetEnvironmentVariable("PATH")}", Path.Combine(Repository(), script), "unit");

        Assert.Equal(failed, exitCode);
        Assert.Equal(
            [
                "skipped: Naru.Tests.ATests.NeedsMore(of: \"it\"): there is no more",
                "skipped: Naru.Tests.BTests.NeedsRoot: only root may & can",
                $"3 passed, {failed} failed",
            ],
            output.Split('\n')[^3..]);
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "naru.slnx")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
