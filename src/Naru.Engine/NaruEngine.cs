using System.Net;
using Naru.Core.Config;
using Naru.Core.Sticky;
using Naru.Engine.Health;
using Naru.Engine.Linux;
using Naru.Engine.Listeners;
using Naru.Engine.Pools;
using Naru.Engine.Telemetry;
using Naru.Engine.WaitingRoom;
using Naru.Engine.Workers;

namespace Naru.Engine;

/// <summary>
/// The running load balancer: loops, listeners, pools, health. The program above feeds it snapshots and reads its status.
/// Thread: every method may be called from any thread. Invariant: a failed start or reload leaves nothing behind.
/// </summary>
public sealed class NaruEngine : IAsyncDisposable
{
    // A connection to a client, one to a server, and some for pipes, logs and checks.
    private const int DescriptorsPerConnection = 2;
    private const int DescriptorsBeside = 1024;

    // A tenth is kept for connections to servers, so that the clients who are in can be served; and what the runtime, the
    // admin and the checks have open is neither of a client nor of a server. With many loops and a low limit clients get at least a fifth.
    private const int DescriptorsKeptShare = 10;
    private const int DescriptorsOwn = 256;
    private const int DescriptorsPerLoop = 4;
    private const int DescriptorsLeastShare = 5;
    private static readonly TimeSpan DrainPollInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LastClients = TimeSpan.FromMilliseconds(EngineLimits.LastClientsMs);
    private static readonly Dictionary<IPEndPoint, Listener> NoListeners = [];

    private readonly Lock _reloadLock = new();
    private readonly EngineState _state;
    private readonly Worker[] _workers;
    private readonly HealthService _health;
    private readonly Dictionary<string, Pool> _pools = [];
    private readonly Dictionary<string, Listener> _listeners = [];
    private readonly Dictionary<string, IReadOnlyList<IPEndPoint>> _bound = [];
    private readonly RoomSet _rooms;
    private readonly DateTime _startedAt = DateTime.UtcNow;
    private AccessLog? _accessLog;
    private int _reloads;
    private bool _isStopped;

    private NaruEngine(Snapshot snapshot, Action<string> log)
    {
        _state = new EngineState(log);
        int loops = LoopsOf(snapshot);
        _workers = [.. Enumerable.Range(0, loops).Select(i => new Worker(i, loops, _state))];
        _health = new HealthService(_state);
        _rooms = new RoomSet(loops, log);
    }

    /// <summary>Event loops that run; a reload starts and ends none.</summary>
    public int Loops => _workers.Length;

    /// <summary>One line for the operator about what the configuration asks and this machine does not give; null: nothing. Not logged, since what ends a start is told alone.</summary>
    public string? Warning { get; private set; }

    /// <summary>Event loops that a configuration asks for.</summary>
    public static int LoopsOf(Snapshot snapshot) => snapshot.Process.Loops == 0 ? Environment.ProcessorCount : snapshot.Process.Loops;

    /// <summary>Binds every listener and starts the loops.</summary>
    /// <param name="snapshot">The first configuration.</param>
    /// <param name="log">Gets one line for each thing that an operator should know. Called on any thread.</param>
    /// <exception cref="EngineException">A port is busy, a privilege is missing, a name does not resolve: one clear line.</exception>
    public static NaruEngine Start(Snapshot snapshot, Action<string> log)
    {
        var engine = new NaruEngine(snapshot, log);
        engine._health.Start();
        foreach (var worker in engine._workers)
            worker.Loop.Start();
        try
        {
            engine.Apply(snapshot);
        }
        catch
        {
            engine.StopLoops();
            throw;
        }

        return engine;
    }

    /// <summary>Swaps the snapshot. What did not change keeps sockets, connections, counters and health.</summary>
    /// <exception cref="EngineException">The new snapshot cannot run (a port is busy); the old one goes on.</exception>
    public void Reload(Snapshot snapshot)
    {
        lock (_reloadLock)
        {
            if (_isStopped)
                throw new EngineException("Naru is stopping and takes no new configuration.");
            Apply(snapshot);
            ReopenAccessLog();
            _reloads++;
        }
    }

    public StatusReport Status()
    {
        lock (_reloadLock)
            return StatusReader.Read(_state, _startedAt, _reloads, _workers, _listeners.Values, _bound, _pools.Values, _accessLog) with
            {
                Rooms = _rooms.Status(),
            };
    }

    /// <summary>Takes a server out of balancing while its requests end. False: no such pool or server.</summary>
    public bool Drain(string pool, string server) => SetDraining(pool, server, true);

    public bool Undrain(string pool, string server) => SetDraining(pool, server, false);

    /// <summary>The waiting rooms in the order of the file.</summary>
    public IReadOnlyList<RoomStatus> Rooms() => Status().Rooms;

    /// <summary>Does what the operator asks of a waiting room; the task ends when it lasts.</summary>
    public Task<RoomControlResult> ControlRoomAsync(string room, RoomControl control)
    {
        Room? found;
        lock (_reloadLock)
            _rooms.Rooms.TryGetValue(room, out found);
        return found == null
            ? Task.FromResult(new RoomControlResult(RoomControlOutcome.UnknownRoom, "", null))
            : _rooms.ControlAsync(found, control);
    }

    /// <summary>Stops accepting, lets requests in flight end for at most <paramref name="drainTimeout"/>, then cuts them.</summary>
    public async Task StopAsync(TimeSpan drainTimeout)
    {
        lock (_reloadLock)
        {
            if (_isStopped)
                return;
            _isStopped = true;
        }

        _state.IsDraining = true;
        await OnAllLoopsAsync(worker =>
        {
            worker.HandAcceptors(NoListeners);
            worker.DrainAll();
        });
        await Task.Delay(drainTimeout < LastClients ? drainTimeout : LastClients);
        await OnAllLoopsAsync(worker =>
        {
            worker.CloseAcceptors(NoListeners);
            worker.DrainAll();
        });
        await WaitForConnectionsAsync(drainTimeout);
        if (_state.Connections > 0)
        {
            _state.Log($"{_state.Connections} connections are cut: the drain timeout of {drainTimeout.TotalSeconds:0.#} s is over.");
            await OnAllLoopsAsync(worker => worker.AbortAll());
            await WaitForConnectionsAsync(AbortTimeout);
        }

        StopLoops();
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);

    // 1 do all that can fail ─► 2 swap. Between them nothing has changed for anyone.
    private void Apply(Snapshot snapshot)
    {
        // 1
        var endpoints = ServerResolver.Resolve(snapshot);
        var rooms = _rooms.Prepare(snapshot);
        ListenerSockets? sockets = null;
        AccessLog? accessLog;
        try
        {
            sockets = ListenerSockets.Open(snapshot, _listeners, _bound, _workers.Length);
            accessLog = NextAccessLog(snapshot.AccessLog);
        }
        catch
        {
            rooms.Discard();
            sockets?.Close();
            throw;
        }

        // 2
        ApplyConnectionLimit(snapshot);
        ApplyPools(snapshot, endpoints);
        ApplyAccessLog(accessLog);
        _rooms.Apply(rooms);
        ApplyListeners(snapshot, sockets);
        _rooms.RemoveGone(snapshot, _pools);
        RemovePools(snapshot);
    }

    private void ApplyConnectionLimit(Snapshot snapshot)
    {
        int maxConnections = snapshot.Process.MaxConnections;
        _state.MaxConnections = maxConnections;
        long wanted = ((long)maxConnections * DescriptorsPerConnection) + DescriptorsBeside;
        long limit = Descriptor.RaiseOpenFilesLimit(wanted);
        int own = DescriptorsOwn + (_workers.Length * (DescriptorsPerLoop + snapshot.Listeners.Count));
        _state.DescriptorsLast = Math.Max(limit - own, limit / DescriptorsLeastShare);
        _state.DescriptorsMax = _state.DescriptorsLast - (limit / DescriptorsKeptShare);
        Warning = limit >= wanted
            ? null
            : $"open files are limited to {limit}, which is enough for about {_state.DescriptorsMax / DescriptorsPerConnection} busy clients "
                + $"(process.maxConnections is {maxConnections}). For more, raise LimitNOFILE in systemd or ulimit -n.";
    }

    private void ApplyPools(Snapshot snapshot, IReadOnlyDictionary<ServerOptions, IPEndPoint> endpoints)
    {
        foreach (var options in snapshot.Pools)
        {
            bool isNew = !_pools.TryGetValue(options.Name, out var pool);
            if (pool == null)
            {
                pool = new Pool(options, [.. _workers.Select(w => w.Loop)], _health.OnConsecutiveFailures);
                _pools.Add(options.Name, pool);
            }

            var servers = options.Servers.Select(s => KeepOrCreate(pool, s, endpoints[s])).ToArray();
            var gone = pool.Servers.Except(servers).ToArray();
            var sticky = options.Sticky is { } s
                ? new StickyCookie(options.Name, s.Cookie, s.Key, [.. servers.Select(server => server.Name)])
                : null;
            // What began with a header, or without one, is of no use to a pool that wants it otherwise.
            bool dropsIdle = pool.Options.SendProxyProtocol != options.SendProxyProtocol;
            pool.Apply(options, servers, sticky);
            if (isNew)
                _health.Add(pool);
            else
                _health.Apply(pool);
            Forget(gone);
            OnAllLoops(worker =>
            {
                pool.ForLoop(worker.Loop.Index).Apply();
                if (dropsIdle)
                    CloseIdle(worker, servers);
            });
        }
    }

    private Server KeepOrCreate(Pool pool, ServerOptions options, IPEndPoint endpoint)
    {
        var kept = pool.Servers.FirstOrDefault(s => s.Name == options.Address && s.EndPoint.Equals(endpoint));
        if (kept == null)
            return new Server(pool, options, endpoint, _workers.Length);
        kept.Apply(options);
        return kept;
    }

    private void ApplyListeners(Snapshot snapshot, ListenerSockets sockets)
    {
        var gone = _listeners.Values.ToHashSet();
        var before = _bound.Values.SelectMany(b => b).ToArray();
        var owners = new Dictionary<IPEndPoint, Listener>();
        _bound.Clear();
        foreach (var options in snapshot.Listeners)
        {
            var rules = new ListenerRules(options, _pools, _rooms.Rooms);
            if (_listeners.TryGetValue(options.Name, out var listener) && listener.Protocol == options.Protocol)
            {
                listener.Rules = rules;
                gone.Remove(listener);
            }
            else
            {
                listener = new Listener(rules, _workers.Length);
                _listeners[options.Name] = listener;
            }

            _bound[options.Name] = sockets.BindsOf(options);
            foreach (var bind in _bound[options.Name])
                owners.Add(bind, listener);
            foreach (var socket in sockets.Of(options.Name))
                _workers[socket.Loop].Loop.Post(() => _workers[socket.Loop].Listen(listener, socket.Bind, socket.Fd));
        }

        foreach (var listener in gone)
        {
            // Accepts no more; who is connected ends with the current request.
            listener.IsRemoved = true;
            if (_listeners[listener.Name] == listener)
                _listeners.Remove(listener.Name);
        }

        OnAllLoops(worker =>
        {
            worker.HandAcceptors(owners);
            worker.DrainAll(c => c.Listener.IsRemoved);
        });
        if (before.All(owners.ContainsKey))
            return;
        Thread.Sleep(LastClients);
        OnAllLoops(worker =>
        {
            worker.CloseAcceptors(owners);
            worker.DrainAll(c => c.Listener.IsRemoved);
        });
    }

    private void RemovePools(Snapshot snapshot)
    {
        var names = snapshot.Pools.Select(p => p.Name).ToHashSet();
        foreach (var (name, pool) in _pools.Where(p => !names.Contains(p.Key)).ToArray())
        {
            _health.Remove(pool);
            _pools.Remove(name);
            Forget(pool.Servers);
        }
    }

    private void Forget(IReadOnlyList<Server> servers)
    {
        if (servers.Count == 0)
            return;
        foreach (var server in servers)
            server.IsRemoved = true;
        OnAllLoops(worker => CloseIdle(worker, servers));
    }

    private static void CloseIdle(Worker worker, IReadOnlyList<Server> servers)
    {
        foreach (var server in servers)
            server.ForLoop(worker.Loop.Index).CloseIdle();
    }

    private AccessLog? NextAccessLog(AccessLogOptions? options)
    {
        if (options == null || options.Path == _accessLog?.Path)
            return options == null ? null : _accessLog;
        return new AccessLog(options, _workers.Length, _state.Log);
    }

    /// <summary>After a rotation moved the file away. The configuration is in force by now: a log that can't be opened does not undo it.</summary>
    private void ReopenAccessLog()
    {
        try
        {
            _accessLog?.Reopen();
        }
        catch (EngineException e)
        {
            _state.Log(e.Message);
        }
    }

    private void ApplyAccessLog(AccessLog? next)
    {
        if (next == _accessLog)
            return;
        var before = _accessLog;
        _accessLog = next;
        OnAllLoops(worker => worker.UseAccessLog(next?.ForLoop(worker.Loop.Index)));
        before?.Dispose();
    }

    private bool SetDraining(string poolName, string serverName, bool draining)
    {
        lock (_reloadLock)
        {
            // The loop that would do it is gone, or about to go.
            if (_isStopped)
                return false;
            if (!_pools.TryGetValue(poolName, out var pool) || pool.Servers.FirstOrDefault(s => s.Name == serverName) is not { } server)
                return false;
            _health.SetDraining(pool, server, draining);
            return true;
        }
    }

    private async Task WaitForConnectionsAsync(TimeSpan atMost)
    {
        var end = DateTime.UtcNow + atMost;
        while (_state.Connections > 0 && DateTime.UtcNow < end)
            await Task.Delay(DrainPollInterval);
    }

    private Task OnAllLoopsAsync(Action<Worker> action) => Task.WhenAll(PostToAllLoops(action));

    /// <summary>
    /// Waits for one after the other: what is done on all needs a thread of the pool to be found done, and there may be none
    /// while callers wait for their turn to reload.
    /// </summary>
    private void OnAllLoops(Action<Worker> action)
    {
        foreach (var done in PostToAllLoops(action))
            done.GetAwaiter().GetResult();
    }

    private Task[] PostToAllLoops(Action<Worker> action) => [.. _workers.Select(worker =>
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Loop.Post(() =>
        {
            try
            {
                action(worker);
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    })];

    private void StopLoops()
    {
        _health.Dispose();
        foreach (var worker in _workers)
            worker.Loop.Stop();
        foreach (var worker in _workers)
            worker.Loop.Join();
        // After the loops: what happened in their last moments still reaches the store.
        _rooms.Dispose();
        _accessLog?.Dispose();
    }
}
