using System.Net;

namespace Naru.SystemTests.Store.Redis;

/// <summary>
/// A real redis-server on a port of its own. Its data lie in a folder of the test; it keeps them only where the test asks.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string[] _settings;
    private ChildProcess? _process;

    private RedisServer(string[] settings, int port)
    {
        _settings = settings;
        Port = port;
    }

    /// <summary>The program; another one that speaks the same, such as valkey-server, by NARU_TEST_REDIS.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("NARU_TEST_REDIS") ?? "redis-server";

    public int Port { get; }

    public IPEndPoint Address => new(IPAddress.Loopback, Port);

    public string Folder => _folder.Path;

    public string Output => _process!.Output;

    /// <param name="settings">Lines of redis.conf without the dashes: <c>requirepass x</c>.</param>
    public static Task<RedisServer> StartAsync(params string[] settings) => StartOnAsync(Ports.Take(), settings);

    public static async Task<RedisServer> StartOnAsync(int port, params string[] settings)
    {
        var server = new RedisServer(settings, port);
        await server.RestartAsync();
        return server;
    }

    /// <summary>After <see cref="KillAsync"/>: the same port and folder.</summary>
    public async Task RestartAsync()
    {
        // A setting that the test gives comes last and wins.
        string file = _folder.Write("redis.conf", $"""
            bind 127.0.0.1
            port {Port}
            dir {_folder.Path}
            save ""
            appendonly no
            {string.Join('\n', _settings)}
            """);
        _process = new ChildProcess(Program, file);
        await Eventually.IsTrue(AcceptsAsync, $"{Program} accepts connections");
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>What redis-cli answers.</summary>
    public async Task<string> AskAsync(params string[] words)
    {
        var (_, output) = await ChildProcess.RunAsync(Eventually.Patience, ["redis-cli", "-p", $"{Port}", .. words]);
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process != null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> AcceptsAsync()
    {
        Assert.False(_process!.HasExited, _process.Output);
        try
        {
            using var wire = await Wire.ConnectAsync(Address);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
