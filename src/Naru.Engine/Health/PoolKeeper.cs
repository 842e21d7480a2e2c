using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Health;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Pools;
using Naru.Engine.Workers;

namespace Naru.Engine.Health;

/// <summary>
/// Keeps one pool's health: runs its probes, feeds the decisions (PoolHealth), and publishes what they say.
/// Owner: the health service. Thread: the health loop.
/// </summary>
internal sealed class PoolKeeper
{
    private const int NoSocketTellMs = 10_000;

    private readonly EventLoop _loop;
    private readonly Pool _pool;
    private readonly PoolHealth _health;
    private readonly EngineState _state;
    private readonly List<Probe> _probes = [];
    private ActiveCheckOptions? _checkedBy;
    private long _noSocketToldMs;
    private ProxyProtocolVersion _checkedWith;

    // Of each server of the pool, in the pool's order: what its loops had counted at the last tick.
    private Seen[] _seen = [];
    private TrafficCount[] _traffic = [];

    public PoolKeeper(EventLoop loop, Pool pool, PoolHealth health, EngineState state)
    {
        _loop = loop;
        _pool = pool;
        _health = health;
        _state = state;
        ListServers();
        StartProbes();
        Publish();
    }

    public CheckerLag Lag { get; private set; } = new(TimeSpan.FromSeconds(1));

    public CheckSchedule Schedule { get; private set; } = new(TimeSpan.FromSeconds(1), 0);

    public static PoolServer[] Members(IEnumerable<Server> servers) => [.. servers.Select(s => new PoolServer(s, s.Options))];

    public void OnCheck(Server server, string? fault)
    {
        server.Checks++;
        if (fault != null)
            server.CheckFailures++;
        if (_health.OnCheck(server, fault == null, fault ?? "", _loop.NowMs))
            Publish();
    }

    /// <summary>A check could not be made, which is no fault of the server.</summary>
    public void NoteNoSocket(int error)
    {
        if (_loop.NowMs < _noSocketToldMs)
            return;
        _noSocketToldMs = _loop.NowMs + NoSocketTellMs;
        _state.Log($"pool {_pool.Name}: no socket to check servers with: {Errno.Text(error)}; what is known of them stands.");
    }

    public void OnConsecutiveFailures(Server server)
    {
        if (_health.OnConsecutiveFailures(server, _loop.NowMs))
            Publish();
    }

    public void SetDraining(Server server, bool draining)
    {
        if (_health.SetDraining(server, draining, _loop.NowMs))
            Publish();
    }

    /// <summary>A reload gave the pool other options or servers.</summary>
    public void Apply()
    {
        _health.Apply(_pool.Options, Members(_pool.Servers), _loop.NowMs);
        ListServers();
        StartProbes();
        Publish();
    }

    public void Stop()
    {
        foreach (var probe in _probes)
            probe.Stop();
        _probes.Clear();
    }

    public void Tick()
    {
        int count = 0;
        foreach (ref var seen in _seen.AsSpan())
        {
            var (requests, failures) = Counted(seen.Server);
            if (requests == seen.Requests && failures == seen.Failures)
                continue;
            long failed = failures - seen.Failures;
            _traffic[count++] = new TrafficCount(seen.Server, Math.Max(0, requests - seen.Requests - failed), failed);
            (seen.Requests, seen.Failures) = (requests, failures);
        }

        if (_health.Tick(_loop.NowMs, _traffic.AsSpan(0, count)))
            Publish();
    }

    private static (long Requests, long Failures) Counted(Server server)
    {
        long requests = 0;
        long failures = 0;
        foreach (var loop in server.Loops)
        {
            requests += loop.Counters.Requests;
            failures += loop.Counters.Failures;
        }

        return (requests, failures);
    }

    /// <summary>A server that stays goes on from what was seen of it; what another one counted before does not matter here.</summary>
    private void ListServers()
    {
        var before = _seen.ToDictionary(s => s.Server);
        _seen = [.. _pool.Servers.Select(s => before.TryGetValue(s, out var seen) ? seen : new Seen(s, 0, 0))];
        _traffic = new TrafficCount[_seen.Length];
    }

    /// <summary>Probes whose server and options are as before run on; the others are replaced.</summary>
    private void StartProbes()
    {
        var options = _pool.Options.Health.Active;
        var servers = _pool.Servers;
        var header = _pool.Options.SendProxyProtocol;
        bool sameOptions = options != null && _checkedBy != null && AreAlike(options, _checkedBy) && header == _checkedWith;
        foreach (var probe in _probes.ToArray())
        {
            if (sameOptions && servers.Contains(probe.Server))
                continue;
            probe.Stop();
            _probes.Remove(probe);
        }

        _checkedBy = options;
        _checkedWith = header;
        if (options == null)
            return;
        if (!sameOptions)
        {
            Lag = new CheckerLag(options.Timeout);
            Schedule = new CheckSchedule(options.Interval, (ulong)Random.Shared.NextInt64());
        }

        var checkedServers = _probes.Select(p => p.Server).ToHashSet();
        for (int i = 0; i < servers.Count; i++)
        {
            if (checkedServers.Contains(servers[i]))
                continue;
            var probe = new Probe(_loop, this, servers[i], options, header, _state);
            _probes.Add(probe);
            probe.Start(Schedule.FirstDueMs(i, servers.Count, _loop.NowMs));
        }
    }

    private static bool AreAlike(ActiveCheckOptions a, ActiveCheckOptions b) =>
        a.Type == b.Type && a.Path == b.Path && a.Host == b.Host && a.ExpectBody == b.ExpectBody && a.Interval == b.Interval
        && a.Timeout == b.Timeout && a.Port == b.Port
        && a.ExpectStatus.SequenceEqual(b.ExpectStatus) && a.ExpectHeaders.SequenceEqual(b.ExpectHeaders);

    private void Publish()
    {
        var set = _health.Set;
        var before = _pool.Eligible;
        _pool.Eligible = set;
        _pool.WakeAll();
        var weights = new Dictionary<ServerLoad, int>();
        for (int i = 0; i < set.Servers.Length; i++)
            weights[set.Servers[i]] = set.Weights[i];
        foreach (var server in _pool.Servers)
        {
            var verdict = new ServerVerdict(_health.State(server), _health.Reason(server), weights.GetValueOrDefault(server));
            var stateBefore = server.Verdict.State;
            server.Verdict = verdict;
            if (verdict.State != stateBefore)
                _state.Log($"pool {_pool.Name}: {server.Name} is {Word(verdict.State)}{(verdict.Reason.Length > 0 ? $": {verdict.Reason}" : "")}.");
        }

        if (set.Servers.Length == 0 && before.Servers.Length > 0)
            _state.Log($"pool {_pool.Name}: every server is draining; requests are answered with 503.");
        else if (set.FailOpen && !before.FailOpen)
            _state.Log($"pool {_pool.Name}: fewer healthy servers than the floor; balancing over all.");
        else if (!set.FailOpen && before.FailOpen)
            _state.Log($"pool {_pool.Name}: healthy again; balancing over the healthy servers.");
    }

    /// <summary>The state as the documents write it.</summary>
    public static string Word(ServerState state) => state switch
    {
        ServerState.Up => "up",
        ServerState.SlowStart => "slow-start",
        ServerState.Draining => "draining",
        ServerState.Ejected => "ejected",
        _ => "down",
    };

    private record struct Seen(Server Server, long Requests, long Failures);
}
