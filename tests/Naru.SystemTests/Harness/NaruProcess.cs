using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Naru.Engine.Telemetry;

namespace Naru.SystemTests.Harness;

/// <summary>
/// The real program with a configuration of its own: started when <see cref="StartAsync"/> ends, gone after disposal.
/// Invariant: a crash, or a line about an internal error, fails the test whatever else it looks at.
/// </summary>
internal sealed class NaruProcess : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly TestFolder _folder = new();
    private readonly int _adminPort = Ports.Take();
    private readonly int _loops;
    private readonly string[] _launcher;
    private ChildProcess _process = null!;
    private bool _mayExit;

    private NaruProcess(int loops, string[] launcher) => (_loops, _launcher) = (loops, launcher);

    /// <summary>The file that the program runs.</summary>
    public string ConfigPath => _folder.File("naru.yaml");

    public string AccessLogPath => _folder.File("access.log");

    public ChildProcess Process => _process;

    /// <summary>Further keys of the section <c>admin</c>, such as <c>tokenFile: /a/file</c>, from the next writing on.</summary>
    public string AdminKeys { get; set; } = "";

    /// <param name="config">Without <c>admin</c>; <c>process</c> and <c>accessLog</c> are added when they are not there.</param>
    /// <param name="loops">Event loops.</param>
    /// <param name="launcher">Words in front of the command, such as <c>prlimit --nofile=100</c>, also of a restart.</param>
    public static async Task<NaruProcess> StartAsync(string config, int loops = 1, params string[] launcher)
    {
        var naru = new NaruProcess(loops, launcher);
        naru.WriteConfig(config);
        try
        {
            await naru.LaunchAsync();
        }
        catch
        {
            naru._mayExit = true;
            await naru.DisposeAsync();
            throw;
        }

        return naru;
    }

    /// <summary>The program, with arguments of the command line.</summary>
    public static string[] Command(params string[] arguments) =>
        [DotnetPath(), Path.Combine(AppContext.BaseDirectory, "naru.dll"), .. arguments];

    /// <summary>A launcher that allows so many descriptors, and takes away root's right to raise the limit.</summary>
    public static string[] WithOpenFiles(int count) =>
        [.. Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set=-sys_resource"] : Array.Empty<string>(), "prlimit", $"--nofile={count}:{count}"];

    /// <summary>Replaces the file; nothing happens until a reload.</summary>
    public void WriteConfig(string config)
    {
        var text = $"admin: {{ bind: 127.0.0.1:{_adminPort}, {AdminKeys} }}\n";
        if (!Has(config, "process"))
            text += $"process: {{ loops: {_loops} }}\n";
        if (!Has(config, "accessLog"))
            text += $"accessLog: {{ path: {AccessLogPath} }}\n";
        // Whole or not at all: the program may read at any moment.
        File.WriteAllText(ConfigPath + ".new", text + config);
        File.Move(ConfigPath + ".new", ConfigPath, overwrite: true);
    }

    public async Task<StatusReport> StatusAsync() =>
        JsonSerializer.Deserialize(await Http.GetStringAsync(Admin("status")), StatusJson.Default.StatusReport)!;

    /// <summary>What the admin answers to somebody who has this token, or none.</summary>
    public async Task<HttpStatusCode> StatusCodeAsync(string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Admin("status"));
        if (token != null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await Http.SendAsync(request);
        return response.StatusCode;
    }

    /// <summary>How often requests and connections ended so, over all listeners.</summary>
    public async Task<long> EndsAsync(string reason) =>
        (await StatusAsync()).Listeners.Sum(l => l.Ends.GetValueOrDefault(reason));

    public async Task<ServerStatus> ServerAsync(string pool, IPEndPoint address)
    {
        var status = await StatusAsync();
        return status.Pools.Single(p => p.Name == pool).Servers.Single(s => s.Address == address.ToString());
    }

    /// <summary>Asks the admin to reload. True: it took effect.</summary>
    public async Task<bool> ReloadAsync()
    {
        int before = Reloads();
        bool tookEffect = await PostAsync("reload");
        // The line about it comes later than the answer; whoever counts lines next must not take it for theirs.
        await Eventually.IsTrue(() => Reloads() > before, "the program told of the reload");
        return tookEffect;
    }

    public Task<bool> DrainAsync(string pool, IPEndPoint server) => PostAsync($"pools/{pool}/servers/{server}/drain");

    public Task<bool> UndrainAsync(string pool, IPEndPoint server) => PostAsync($"pools/{pool}/servers/{server}/undrain");

    /// <summary>The operator's hand on a waiting room; what the room is like afterwards.</summary>
    /// <param name="json">Such as <c>{"active":2}</c>; empty for actions that say all.</param>
    public async Task<RoomStatus> ControlRoomAsync(string room, RoomAction action, string json = "")
    {
        using var content = new StringContent(json);
        using var response = await Http.PostAsync(Admin($"rooms/{room}/{action.ToString().ToLowerInvariant()}"), content);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        return JsonSerializer.Deserialize<RoomStatus>(answer, JsonSerializerOptions.Web)!;
    }

    public async Task<RoomStatus> RoomAsync(string room) =>
        JsonSerializer.Deserialize<RoomStatus>(await Http.GetStringAsync(Admin($"rooms/{room}")), JsonSerializerOptions.Web)!;

    /// <summary>Asks by signal; returns when the program has dealt with it.</summary>
    public async Task HangUpAsync()
    {
        int before = Reloads();
        _process.Signal(PosixSignal.SIGHUP);
        await Eventually.IsTrue(() => Reloads() > before, "the program answered SIGHUP");
    }

    /// <summary>SIGTERM: drains and ends. Its exit code.</summary>
    public Task<int> StopAsync(TimeSpan atMost)
    {
        _mayExit = true;
        _process.Signal(PosixSignal.SIGTERM);
        return _process.ExitAsync(atMost);
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync()
    {
        _mayExit = true;
        return _process.KillAsync();
    }

    /// <summary>Ends the program and starts it anew with the same file.</summary>
    public async Task RestartAsync()
    {
        Assert.Equal(0, await StopAsync(TimeSpan.FromSeconds(60)));
        await _process.DisposeAsync();
        await LaunchAsync();
    }

    /// <summary>Ends the program as the kernel does it when memory is short (SIGKILL), and starts it anew with the same file.</summary>
    /// <param name="meanwhile">Done between death and start.</param>
    public async Task KillAndRestartAsync(Action? meanwhile = null)
    {
        _mayExit = true;
        await _process.DisposeAsync();
        meanwhile?.Invoke();
        await LaunchAsync();
    }

    /// <summary>Lines of the access log so far, once one fits; each is a JSON object.</summary>
    public async Task<JsonElement> LogLineAsync(Func<JsonElement, bool> fits, string what)
    {
        JsonElement found = default;
        await Eventually.IsTrue(
            () => LogLines().Where(fits).Take(1).Select(line => (found = line).ValueKind == JsonValueKind.Object).FirstOrDefault(),
            $"a line of the access log has {what}\n{(File.Exists(AccessLogPath) ? File.ReadAllText(AccessLogPath) : "(no log)")}");
        return found;
    }

    public IEnumerable<JsonElement> LogLines() =>
        File.Exists(AccessLogPath) ? File.ReadLines(AccessLogPath).Select(line => JsonElement.Parse(line)) : [];

    public async ValueTask DisposeAsync()
    {
        bool crashed = _process.HasExited && !_mayExit;
        string output = _process.Output;
        await _process.DisposeAsync();
        _folder.Dispose();
        Assert.False(crashed, $"The program ended by itself:\n{output}");
        Assert.DoesNotContain("internal error", output, StringComparison.Ordinal);
        Assert.DoesNotContain("this should not have happened", output, StringComparison.Ordinal);
    }

    private async Task LaunchAsync()
    {
        _mayExit = false;
        _process = new ChildProcess([.. _launcher, .. Command("run", "-c", ConfigPath)]);
        await Eventually.IsTrue(IsHealthyAsync, "the program answers /health");
    }

    private async Task<bool> IsHealthyAsync()
    {
        if (_process.HasExited)
            Assert.Fail($"The program ended with {_process.ExitCode} at its start:\n{_process.Output}");
        try
        {
            return await Http.GetStringAsync(Admin("health")) == "ok\n";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<bool> PostAsync(string path)
    {
        using var response = await Http.PostAsync(Admin(path), null);
        return response.IsSuccessStatusCode;
    }

    private int Reloads() => _process.Lines.Count(l => l.StartsWith("naru: reloaded", StringComparison.Ordinal)
        || l.StartsWith("naru: not reloaded", StringComparison.Ordinal));

    private Uri Admin(string path) => new($"http://127.0.0.1:{_adminPort}/{path}");

    private static bool Has(string config, string section) => $"\n{config}".Contains($"\n{section}:", StringComparison.Ordinal);

    private static string DotnetPath() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
}
