using System.Net;

namespace Naru.SystemTests.CommandLine;

/// <summary>The verbs that an operator uses beside a running program, as a shell sees them.</summary>
public class CommandLineTests
{
    private const int Ok = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    [Fact]
    public async Task StatusNamesPoolsAndServers()
    {
        await using var origin = Origin.Saying("one");
        await using var naru = await StartAsync(origin);

        var (exitCode, output) = await RunAsync("status", "-c", naru.ConfigPath);

        Assert.Equal(Ok, exitCode);
        Assert.Contains("shop", output, StringComparison.Ordinal);
        Assert.Contains($"{origin.Address}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrainWaitsForTheLastRequestAndUndrainBringsTheServerBack()
    {
        await using var origin = new Origin(async connection =>
        {
            while (await connection.NextRequestAsync() is { } request)
            {
                await Task.Delay(1000);
                await connection.AnswerAsync(request.Target);
            }
        });
        await using var naru = await StartAsync(origin);
        using var client = await Wire.ConnectAsync(IPEndPoint.Parse((await naru.StatusAsync()).Listeners[0].Binds[0]));
        await client.SendAsync("GET /last HTTP/1.1\r\nHost: test\r\n\r\n");
        await Eventually.IsTrue(() => origin.Requests.Count == 1, "the request is at the server");

        var (drained, _) = await RunAsync("drain", $"shop/{origin.Address}", "--wait", "-c", naru.ConfigPath);

        Assert.Equal(Ok, drained);
        Assert.Equal(0, (await naru.ServerAsync("shop", origin.Address)).InFlight);
        Assert.Equal("/last", (await client.ReadResponseAsync()).Text);
        Assert.Equal("draining", (await naru.ServerAsync("shop", origin.Address)).State);
        Assert.Equal(Ok, (await RunAsync("undrain", $"shop/{origin.Address}", "-c", naru.ConfigPath)).ExitCode);
        await Eventually.IsTrue(async () => (await naru.ServerAsync("shop", origin.Address)).State is "up" or "slow-start", "the server is back");
    }

    [Fact]
    public async Task ReloadTellsTheErrorsOfABadFile()
    {
        await using var origin = Origin.Saying("one");
        await using var naru = await StartAsync(origin);
        Assert.Equal(Ok, (await RunAsync("reload", "-c", naru.ConfigPath)).ExitCode);

        naru.WriteConfig((await File.ReadAllTextAsync(naru.ConfigPath)).Split("listeners:")[1].Insert(0, "listeners:").Replace("pool: shop", "pool: shopp", StringComparison.Ordinal));
        var (exitCode, output) = await RunAsync("reload", "-c", naru.ConfigPath);

        Assert.NotEqual(Ok, exitCode);
        Assert.Contains("shopp", output, StringComparison.Ordinal);
        Assert.Contains("Did you mean shop?", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VerbThatFindsNoRunningProgramFails()
    {
        using var folder = new TestFolder();
        var file = folder.Write("naru.yaml", $$"""
            admin: { bind: {{Ports.TakeAddress()}} }
            listeners:
              - bind: 127.0.0.1:8080
                routes: [{ respond: { body: x } }]
            """);

        Assert.Equal(Failed, (await RunAsync("status", "-c", file)).ExitCode);
        Assert.Equal(Ok, (await RunAsync("check", "-c", file)).ExitCode);
        Assert.Equal(Usage, (await RunAsync("chekc", "-c", file)).ExitCode);
    }

    [Fact]
    public async Task PipeThatNobodyWritesIsNoConfiguration()
    {
        using var folder = new TestFolder();
        var pipe = folder.File("naru.yaml");
        Assert.Equal(Ok, (await ChildProcess.RunAsync(Eventually.Patience, "mkfifo", pipe)).ExitCode);

        var (exitCode, output) = await RunAsync("run", "-c", pipe);

        Assert.Equal(Usage, exitCode);
        Assert.Contains("cannot be read: nothing has written it to its end for 10 s", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullOutputIsOneLineNotAStackTrace()
    {
        var (exitCode, output) = await ChildProcess.RunAsync(Eventually.Patience, ["sh", "-c", "exec \"$@\" > /dev/full", "sh", .. NaruProcess.Command("version")]);

        Assert.Equal(Failed, exitCode);
        Assert.StartsWith("naru: reading or writing failed: No space left on device", Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckWarnsOfFoldersThatAreNotThere()
    {
        using var folder = new TestFolder();
        var file = folder.Write("naru.yaml", "accessLog: { path: logs/access.log }\nlisteners: [{ bind: 127.0.0.1:8080, routes: [{ respond: { body: x } }] }]\n");

        var (exitCode, output) = await RunAsync("check", "-c", file);

        Assert.Equal(Ok, exitCode);
        Assert.Contains($"naru: warning: accessLog.path: {folder.File("logs")} does not exist on this machine.", output, StringComparison.Ordinal);
    }

    private static Task<NaruProcess> StartAsync(Origin origin) => NaruProcess.StartAsync($$"""
        listeners:
          - bind: {{Ports.TakeAddress()}}
            routes: [{ pool: shop }]
        pools:
          shop: { servers: [{{origin.Address}}] }
        """);

    private static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        ChildProcess.RunAsync(Eventually.Patience, NaruProcess.Command(arguments));
}
