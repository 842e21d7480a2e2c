using Naru.Admin;
using Naru.Config;
using Naru.Core.Config;
using Naru.Engine;

namespace Naru.Cli;

/// <summary>
/// Engine, admin and the file they came from.
/// Owner: <c>naru run</c>. Thread: any. Invariant: what runs is always the last file that was good.
/// </summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly string _path;
    private readonly TextWriter _log;
    private readonly NaruEngine _engine;
    private readonly AdminAddress _adminAddress;
    private readonly Lock _reloading = new();
    private Snapshot _snapshot;
    private AdminServer? _admin;
    private volatile bool _draining;

    private RunningProgram(string path, TextWriter log, NaruEngine engine, AdminAddress adminAddress, Snapshot snapshot)
    {
        _path = path;
        _log = log;
        _engine = engine;
        _adminAddress = adminAddress;
        _snapshot = snapshot;
    }

    public TimeSpan DrainTimeout => _snapshot.Process.DrainTimeout;

    /// <exception cref="CliException">The file is bad (all its errors are told), or the machine does not let it run.</exception>
    public static async Task<RunningProgram> StartAsync(string path, TextWriter log)
    {
        var loaded = ConfigFile.Load(path);
        ConfigMessages.Write(loaded, log);
        if (loaded.Snapshot is not { } snapshot)
            throw new CliException("not started", ExitCode.Usage);
        try
        {
            var (address, token) = AdminServer.Check(snapshot.Admin);
            // The engine first: traffic must not wait for what only the operator uses.
            var program = new RunningProgram(path, log, NaruEngine.Start(snapshot, line => log.WriteLine($"naru: {line}")), address, snapshot);
            try
            {
                program._admin = await AdminServer.StartAsync(address, token, program.Actions());
                return program;
            }
            catch
            {
                await program.DisposeAsync();
                throw;
            }
        }
        catch (EngineException e)
        {
            throw new CliException(e.Message);
        }
        catch (AdminException e)
        {
            throw new CliException(e.Message, e.IsConfiguration ? ExitCode.Usage : ExitCode.Failed);
        }
    }

    public void Describe(TextWriter log)
    {
        var status = _engine.Status();
        log.WriteLine($"naru {VersionCommand.Version} runs {_path} with {CheckCommand.Count(status.Loops.Count, "loop")}");
        foreach (var listener in _snapshot.Listeners)
        {
            var to = listener.Protocol == ListenerProtocol.Tcp ? $"pool {listener.Pool}" : CheckCommand.Count(listener.Routes.Count, "route");
            var protocol = listener.Protocol == ListenerProtocol.Tcp ? "tcp" : "http";
            log.WriteLine($"  {protocol} {string.Join(", ", listener.Binds)}: {to}");
        }
        log.WriteLine($"  admin {_adminAddress}");
        if (_engine.Warning is { } warning)
            log.WriteLine($"naru: warning: {warning}");
    }

    /// <summary>Reads the file again. Either all of it takes effect or none; both are logged.</summary>
    public ReloadOutcome Reload()
    {
        lock (_reloading)
        {
            var outcome = TryReload();
            foreach (var warning in outcome.Warnings)
                _log.WriteLine($"naru: warning: {warning}");
            foreach (var error in outcome.Errors)
                _log.WriteLine($"naru: {error}");
            _log.WriteLine(outcome.Reloaded ? $"naru: reloaded {_path}" : "naru: not reloaded; nothing has changed");
            return outcome;
        }
    }

    /// <summary>The admin goes on answering, that a monitor may see the drain.</summary>
    public Task DrainAsync()
    {
        _draining = true;
        return _engine.StopAsync(DrainTimeout);
    }

    public async ValueTask DisposeAsync()
    {
        if (_admin is not null)
            await _admin.DisposeAsync();
        await _engine.DisposeAsync();
    }

    private ReloadOutcome TryReload()
    {
        if (_draining)
            return new ReloadOutcome(false, ["naru is stopping; start it again to use the new file"], []);
        var loaded = ConfigFile.Load(_path, mayBePipe: false);
        var warnings = loaded.Warnings.Select(w => w.ToString()).ToList();
        if (loaded.Snapshot is not { } next)
            return new ReloadOutcome(false, [.. ConfigMessages.Errors(loaded)], warnings);
        try
        {
            var (address, token) = AdminServer.Check(next.Admin);
            if (address.ToString() != _adminAddress.ToString())
                warnings.Add($"admin.bind stays {_adminAddress}; a restart moves it to {address}");
            // A reload must not open what a token has guarded so far; the address it guards does not move either.
            if (token is null && !_adminAddress.IsLocal)
                return new ReloadOutcome(false, [$"admin.bind is {_adminAddress} until a restart and needs a token; set admin.tokenFile"], warnings);
            if (NaruEngine.LoopsOf(next) != _engine.Loops)
                warnings.Add($"process.loops stays {_engine.Loops}; a restart makes it {NaruEngine.LoopsOf(next)}");
            var known = _engine.Warning;
            _engine.Reload(next);
            if (_engine.Warning is { } wanting && wanting != known)
                warnings.Add(wanting);
            _admin?.SetToken(token);
            _snapshot = next;
            return new ReloadOutcome(true, [], warnings);
        }
        catch (Exception e) when (e is EngineException or AdminException)
        {
            return new ReloadOutcome(false, [e.Message], warnings);
        }
        catch (Exception e)
        {
            // A bug in Naru; what runs goes on.
            return new ReloadOutcome(false, [$"internal error in the reload, which may have taken effect in part; please report it: {e}"], warnings);
        }
    }

    private AdminActions Actions() => new()
    {
        IsDraining = () => _draining,
        Status = _engine.Status,
        Drain = _engine.Drain,
        Undrain = _engine.Undrain,
        Reload = Reload,
        Rooms = _engine.Rooms,
        ControlRoom = _engine.ControlRoomAsync,
    };
}
