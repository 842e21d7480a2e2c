using Naru.Engine.Telemetry;
using System.Net;

namespace Naru.SystemTests.Reload;

/// <summary>What a reload changes is changed, and SIGHUP serves log rotation.</summary>
public class ReloadTests
{
    [Fact]
    public async Task IdleConnectionsToARemovedServerClose()
    {
        await using var stays = Origin.Saying("stays");
        await using var goes = Origin.Saying("goes");
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, stays, goes), loops: 2);
        await AskBothAsync();
        Assert.Equal((1, 1), (Math.Min(1, stays.Open), Math.Min(1, goes.Open)));

        naru.WriteConfig(Config(web, stays));
        Assert.True(await naru.ReloadAsync());

        // Long before their idle timeout, which is an hour.
        await Eventually.IsTrue(() => goes.Open == 0, "the connections to the removed server are closed");
        Assert.NotEqual(0, stays.Open);

        // Until each has kept a connection on some loop.
        async Task AskBothAsync()
        {
            using var client = await Wire.ConnectAsync(web);
            while (stays.Open == 0 || goes.Open == 0)
                Assert.Equal(200, (await AskAsync(client)).Status);
        }

        static string Config(IPEndPoint web, params Origin[] servers) => $$"""
            listeners: [{ name: web, bind: {{web}}, routes: [{ pool: web }] }]
            pools: { web: { servers: [{{string.Join(", ", servers.Select(s => s.Address.ToString()))}}], connections: { idleTimeout: 1h, maxAge: 1h } } }
            """;
    }

    [Fact]
    public async Task SignalReloadsAlsoWhereItWasIgnoredAtTheStart()
    {
        var web = Ports.TakeAddress();
        // As nohup does it.
        await using var naru = await NaruProcess.StartAsync(Says("one"), 1, "sh", "-c", "trap '' HUP; exec \"$0\" \"$@\"");
        naru.WriteConfig(Says("two"));

        await naru.HangUpAsync();

        using var client = await Wire.ConnectAsync(web);
        Assert.Equal("two", (await AskAsync(client)).Text);

        string Says(string word) => $"listeners: [{{ bind: {web}, routes: [{{ respond: {{ body: {word} }} }}] }}]";
    }

    [Fact]
    public async Task ReloadTellsOfLoopsThatStayAndOfConnectionsThatTheOpenFilesDoNotAllow()
    {
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(loops: 1, connections: 100), 1, NaruProcess.WithOpenFiles(1500));
        Assert.DoesNotContain("warning", naru.Process.Output, StringComparison.Ordinal);

        naru.WriteConfig(Config(loops: 2, connections: 1_000));
        Assert.True(await naru.ReloadAsync());

        Assert.Single((await naru.StatusAsync()).Loops);
        Assert.Contains("warning: process.loops stays 1; a restart makes it 2", naru.Process.Output, StringComparison.Ordinal);
        Assert.Contains("warning: open files are limited to 1500, which is enough for about 544 busy clients (process.maxConnections is 1000)", naru.Process.Output, StringComparison.Ordinal);

        string Config(int loops, int connections) => $$"""
            process: { loops: {{loops}}, maxConnections: {{connections}} }
            listeners: [{ bind: {{web}}, routes: [{ respond: { body: here } }] }]
            """;
    }

    [Fact]
    public async Task PipeInPlaceOfTheFileIsRefusedAndTheNextFileIsRead()
    {
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Says("one"));
        File.Delete(naru.ConfigPath);
        using (var pipe = System.Diagnostics.Process.Start("mkfifo", naru.ConfigPath))
            await pipe.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.False(await naru.ReloadAsync());
        Assert.Contains(naru.Process.Lines, line => line.Contains("it is a named pipe, not a file", StringComparison.Ordinal));

        naru.WriteConfig(Says("two"));
        Assert.True(await naru.ReloadAsync());
        using var client = await Wire.ConnectAsync(web);
        Assert.Equal("two", (await AskAsync(client)).Text);

        string Says(string word) => $"listeners: [{{ bind: {web}, routes: [{{ respond: {{ body: {word} }} }}] }}]";
    }

    [Fact]
    public async Task LogThatFindsNoRoomLosesLinesThatAreCountedAndGoesOnWhole()
    {
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(
            $"listeners: [{{ bind: {web}, routes: [{{ respond: {{ body: pong }} }}] }}]");
        // Not at the start: the runtime itself needs larger files.
        await LimitFilesAsync("8192");
        using var client = await Wire.ConnectAsync(web);
        for (int i = 0; i < 100; i++)
            Assert.Equal(200, (await AskAsync(client)).Status);

        await Eventually.IsTrue(async () => await CountAsync() is { Dropped: > 0, Written: var written, Dropped: var dropped } && written + dropped == 100, "every line is counted");
        Assert.Contains(naru.Process.Lines, line => line.EndsWith("access log: lines are lost: the limit of a file's size is reached", StringComparison.Ordinal));

        await LimitFilesAsync("unlimited");
        Assert.Equal(200, (await AskAsync(client, "/after")).Status);
        await LineAsync(naru.AccessLogPath, "/after");
        string[] lines = File.ReadAllLines(naru.AccessLogPath);
        Assert.Equal((await CountAsync()).Written, lines.Count(line => line.EndsWith('}')));
        // The limit is no multiple of a line: exactly one was torn, and the next begins behind it.
        Assert.Single(lines, line => !line.EndsWith('}'));
        Assert.EndsWith("}", lines[^1], StringComparison.Ordinal);

        async Task<AccessLogStatus> CountAsync() => (await naru.StatusAsync()).AccessLog!;

        async Task LimitFilesAsync(string bytes)
        {
            using var limit = System.Diagnostics.Process.Start("prlimit", $"--pid {naru.Process.Pid} --fsize={bytes}:unlimited");
            await limit.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task AccessLogGoesToTheNewPath()
    {
        using var folder = new TestFolder();
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config("one.log"));
        using var client = await Wire.ConnectAsync(web);
        await AskAsync(client, "/1");
        await LineAsync(folder.File("one.log"), "/1");

        naru.WriteConfig(Config("two.log"));
        Assert.True(await naru.ReloadAsync());
        await AskAsync(client, "/2");
        await LineAsync(folder.File("two.log"), "/2");

        Assert.Single(await File.ReadAllLinesAsync(folder.File("one.log")));
        Assert.Single(await File.ReadAllLinesAsync(folder.File("two.log")));

        string Config(string log) => $$"""
            accessLog: { path: {{folder.File(log)}} }
            listeners: [{ name: web, bind: {{web}}, routes: [{ respond: { body: pong } }] }]
            """;
    }

    /// <summary>As logrotate does it: the file is moved away, then SIGHUP.</summary>
    [Fact]
    public async Task HangUpOpensTheAccessLogAnewAfterARotation()
    {
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners: [{ name: web, bind: {{web}}, routes: [{ respond: { body: pong } }] }]
            """);
        using var client = await Wire.ConnectAsync(web);
        await AskAsync(client, "/1");
        await LineAsync(naru.AccessLogPath, "/1");

        File.Move(naru.AccessLogPath, $"{naru.AccessLogPath}.1");
        await naru.HangUpAsync();
        await AskAsync(client, "/2");

        await LineAsync(naru.AccessLogPath, "/2");
        Assert.Single(await File.ReadAllLinesAsync(naru.AccessLogPath));
        Assert.Single(await File.ReadAllLinesAsync($"{naru.AccessLogPath}.1"));
    }

    [Fact]
    public async Task TokenOfTheAdminChangesWithItsFile()
    {
        const string First = "first-token-of-the-admin", Second = "second-token-of-the-admin";
        using var folder = new TestFolder();
        var file = folder.Write("admin.token", First);
        var config = $"listeners: [{{ bind: {Ports.TakeAddress()}, routes: [{{ respond: {{ body: pong }} }}] }}]";
        await using var naru = await NaruProcess.StartAsync(config);
        Assert.Equal(HttpStatusCode.OK, await naru.StatusCodeAsync(token: null));

        naru.AdminKeys = $"tokenFile: {file}";
        naru.WriteConfig(config);
        await naru.HangUpAsync();
        Assert.Equal(
            (HttpStatusCode.Unauthorized, HttpStatusCode.OK, HttpStatusCode.Unauthorized),
            (await naru.StatusCodeAsync(token: null), await naru.StatusCodeAsync(First), await naru.StatusCodeAsync(Second)));

        folder.Write("admin.token", Second);
        await naru.HangUpAsync();
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await naru.StatusCodeAsync(First), await naru.StatusCodeAsync(Second)));
    }

    private static async Task<HttpMessage> AskAsync(Wire client, string path = "/")
    {
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n");
        return await client.ReadResponseAsync();
    }

    private static Task LineAsync(string log, string path) => Eventually.IsTrue(
        () => File.Exists(log) && File.ReadAllText(log).Contains($"\"{path}\"", StringComparison.Ordinal), $"{log} has a line of {path}");
}
