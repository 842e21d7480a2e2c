using System.Net;
using System.Net.Sockets;

namespace Naru.SystemTests.Start;

/// <summary>What keeps the program from starting is told in one clear line, with an exit code for scripts.</summary>
[Collection<Alone>]
public class StartTests
{
    private const int Failed = 1;
    private const int Usage = 2;

    [Fact]
    public async Task BusyPortIsNamedAndEndsTheStart()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var web = Ports.TakeAddress();
        other.Bind(web);
        other.Listen();

        var (exitCode, output) = await RunAsync(Config(web));

        Assert.Equal(Failed, exitCode);
        Assert.Contains($"{web} can't be bound", Line(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PortOfAnotherNaruIsBusyToo()
    {
        var web = Ports.TakeAddress();
        await using var first = await NaruProcess.StartAsync(Config(web), loops: 2);

        var (exitCode, output) = await RunAsync(Config(web));

        Assert.Equal(Failed, exitCode);
        Assert.Contains($"{web} can't be bound", Line(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BusyAdminPortEndsTheStart()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var admin = Ports.TakeAddress();
        other.Bind(admin);
        other.Listen();

        var (exitCode, output) = await RunAsync($"admin: {{ bind: {admin} }}\n{Config(Ports.TakeAddress())}");

        Assert.Equal(Failed, exitCode);
        Assert.Contains($"admin.bind {admin}", Line(output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BusyPortIsTheOnlyLineAlsoWhereOpenFilesAreShort(bool isAdmin)
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var (web, admin) = (Ports.TakeAddress(), Ports.TakeAddress());
        var busy = isAdmin ? admin : web;
        other.Bind(busy);
        other.Listen();

        var (exitCode, output) = await RunAsync($"admin: {{ bind: {admin} }}\n{Config(web)}", NaruProcess.WithOpenFiles(500));

        Assert.Equal(Failed, exitCode);
        Assert.Contains($"{busy}", Line(output), StringComparison.Ordinal);
    }

    /// <summary>With so few the runtime would end without a word, at the start or when a thread or an assembly is needed later.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(319)]
    public async Task TooFewOpenFilesEndTheStartWithOneLine(int files)
    {
        var (exitCode, output) = await RunAsync(Config(Ports.TakeAddress()), NaruProcess.WithOpenFiles(files));

        Assert.Equal(Failed, exitCode);
        Assert.Equal($"naru: open files are limited to {files}, and Naru needs at least 320. Raise LimitNOFILE in systemd, or ulimit -n.", output.Trim());
    }

    /// <summary>At the lowest limit: what the runtime has open does not grow into what clients have.</summary>
    [Fact]
    public async Task FewestOpenFilesAreEnoughForManyClientsAndAStop()
    {
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web), loops: 2, NaruProcess.WithOpenFiles(320));
        var clients = new List<Wire>();
        try
        {
            for (int i = 0; i < 400; i++)
                clients.Add(await Wire.ConnectAsync(web));
            await Eventually.IsTrue(() => naru.Process.Lines.Any(l => l.Contains("not accepting for a moment", StringComparison.Ordinal)), "the shortage is told");
            Assert.True(await naru.ReloadAsync());
            Assert.Equal("running", (await naru.StatusAsync()).State);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        await Eventually.IsTrue(async () => (await naru.StatusAsync()).Loops.Sum(l => l.Connections) == 0, "all are gone");
        Assert.Equal(0, await naru.StopAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task ShortageOfOpenFilesIsToldOfAProgramThatRuns()
    {
        await using var naru = await NaruProcess.StartAsync(Config(Ports.TakeAddress()), loops: 1, NaruProcess.WithOpenFiles(500));

        await Eventually.IsTrue(
            () => naru.Process.Lines.Any(l => l.StartsWith("naru: warning: open files are limited to 500,", StringComparison.Ordinal)), "the shortage is told");
    }

    [Fact]
    public async Task MissingFolderOfTheAdminSocketIsNamed()
    {
        using var folder = new TestFolder();
        var missing = folder.File("run");

        var (exitCode, output) = await RunAsync($"admin: {{ bind: 'unix:{missing}/naru.sock' }}\n{Config(Ports.TakeAddress())}");

        Assert.Equal(Failed, exitCode);
        Assert.Contains($"the folder {missing} does not exist", Line(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingFileIsNamed()
    {
        var (exitCode, output) = await ChildProcess.RunAsync(Eventually.Patience, NaruProcess.Command("run", "-c", "/nowhere/naru.yaml"));

        Assert.Equal(Usage, exitCode);
        Assert.Contains("/nowhere/naru.yaml", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingPrivilegeForALowPortIsExplained()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give a privilege away.");
        var lowestFreePort = (await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_unprivileged_port_start")).Trim();
        Assert.SkipUnless(lowestFreePort == "1024", "Here low ports are open to everybody.");

        var (exitCode, output) = await RunAsync(Config(new IPEndPoint(IPAddress.Loopback, 81)), "setpriv", "--bounding-set=-net_bind_service");

        Assert.Equal(Failed, exitCode);
        Assert.Contains("CAP_NET_BIND_SERVICE", Line(output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllErrorsOfABadFileAreToldAtOnce()
    {
        var (exitCode, output) = await RunAsync("""
            listeners:
              - bind: 127.0.0.1:99999
                rutes: [{ pool: web }]
            pools:
              web: { servers: [], balance: fastest }
            """);

        Assert.Equal(Usage, exitCode);
        Assert.All(["99999", "rutes", "fastest", "servers"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReloadThatCannotBindChangesNothing()
    {
        await using var origin = Origin.Saying("still here");
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var (web, busy) = (Ports.TakeAddress(), Ports.TakeAddress());
        other.Bind(busy);
        other.Listen();
        string good = Config(web, origin.Address);
        await using var naru = await NaruProcess.StartAsync(good);
        using var client = await Wire.ConnectAsync(web);

        naru.WriteConfig(good.Replace($"bind: {web}", $"bind: [{web}, {busy}]", StringComparison.Ordinal));
        Assert.False(await naru.ReloadAsync());

        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal("still here", (await client.ReadResponseAsync()).Text);
        Assert.Equal(0, (await naru.StatusAsync()).Reloads);
    }

    [Fact]
    public async Task IdleProgramEndsAtOnceWithExitCodeZero()
    {
        await using var naru = await NaruProcess.StartAsync(Config(Ports.TakeAddress()));

        Assert.Equal(0, await naru.StopAsync(TimeSpan.FromSeconds(20)));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string config, params string[] launcher)
    {
        using var folder = new TestFolder();
        if (!config.Contains("admin:", StringComparison.Ordinal))
            config = $"admin: {{ bind: {Ports.TakeAddress()} }}\n{config}";
        var file = folder.Write("naru.yaml", config);
        return await ChildProcess.RunAsync(Eventually.Patience, [.. launcher, .. NaruProcess.Command("run", "-c", file)]);
    }

    private static string Config(IPEndPoint web, IPEndPoint? server = null) => $$"""
        process: { maxConnections: 1000 }
        listeners:
          - name: web
            bind: {{web}}
            routes: [{ pool: web }]
        pools:
          web: { servers: [{{server ?? new IPEndPoint(IPAddress.Loopback, 1)}}] }
        """;

    /// <summary>The one line that says why.</summary>
    private static string Line(string output) => Assert.Single(output.Split('\n'), l => l.StartsWith("naru: ", StringComparison.Ordinal));
}
