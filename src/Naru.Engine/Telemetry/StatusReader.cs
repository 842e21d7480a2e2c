using System.Net;
using System.Text.Json;
using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Telemetry;
using Naru.Engine.Health;
using Naru.Engine.Listeners;
using Naru.Engine.Pools;
using Naru.Engine.Workers;

namespace Naru.Engine.Telemetry;

/// <summary>Sums what the loops counted into one report. The loops go on meanwhile: figures may be a moment apart.</summary>
internal static class StatusReader
{
    private const int ResponseClasses = 5;

    public static StatusReport Read(
        EngineState state,
        DateTime startedAt,
        int reloads,
        IReadOnlyList<Worker> workers,
        IEnumerable<Listener> listeners,
        IReadOnlyDictionary<string, IReadOnlyList<IPEndPoint>> bound,
        IEnumerable<Pool> pools,
        AccessLog? accessLog) => new(
            typeof(StatusReader).Assembly.GetName().Version!.ToString(3),
            state.IsDraining ? "draining" : "running",
            (DateTime.UtcNow - startedAt).TotalSeconds,
            reloads,
            [.. workers.Select(w => new LoopStatus(w.Loop.Index, w.OpenCount, w.Loop.AllocatedBytes, w.Loop.Buffers.Created))],
            [.. listeners.Select(l => Read(l, bound[l.Name]))],
            [.. pools.Select(Read)],
            accessLog?.Status);

    private static ListenerStatus Read(Listener listener, IReadOnlyList<IPEndPoint> binds)
    {
        var ends = new Dictionary<string, long>();
        var responses = new long[ResponseClasses];
        foreach (var reason in Enum.GetValues<EndReason>())
        {
            long count = Sum(listener, l => l.Ends[(int)reason]);
            if (count > 0)
                ends.Add(reason.Name(), count);
        }

        for (int i = 0; i < responses.Length; i++)
            responses[i] = Sum(listener, l => l.Responses(i));
        return new ListenerStatus(
            listener.Name,
            [.. binds.Select(b => b.ToString())],
            listener.Protocol == ListenerProtocol.Http ? "http" : "tcp",
            listener.Connections,
            Sum(listener, l => l.ConnectionsTotal),
            Sum(listener, l => l.ConnectionsRefused),
            Sum(listener, l => l.Requests),
            responses,
            Sum(listener, l => l.BytesIn),
            Sum(listener, l => l.BytesOut),
            ends);
    }

    private static PoolStatus Read(Pool pool) => new(
        pool.Name,
        JsonNamingPolicy.KebabCaseLower.ConvertName(pool.Options.Balance.ToString()),
        pool.Eligible.FailOpen,
        (int)Sum(pool, p => p.Waiting),
        Sum(pool, p => p.QueueTimeouts),
        Sum(pool, p => p.Retries),
        Sum(pool, p => p.RetriesRefused),
        [.. pool.Servers.Select(Read)]);

    private static ServerStatus Read(Server server)
    {
        var verdict = server.Verdict;
        long requests = Sum(server, s => s.Counters.Requests);
        // Weighted by requests: a loop that serves little says little.
        double latencyUs = requests == 0 ? 0 : Sum(server, s => s.Counters.LatencyUs * s.Counters.Requests) / (double)requests;
        return new ServerStatus(
            server.Name,
            PoolKeeper.Word(verdict.State),
            verdict.Reason,
            server.Options.Weight,
            (double)verdict.EffectiveWeight / EligibleSet.WeightUnit,
            server.Options.Backup,
            server.InFlight,
            server.Limit,
            (int)Sum(server, s => s.IdleCount),
            requests,
            Sum(server, s => s.Counters.Failures),
            Sum(server, s => s.Counters.ConnectFailures),
            Sum(server, s => s.Counters.Connections),
            Sum(server, s => s.Counters.BytesIn),
            Sum(server, s => s.Counters.BytesOut),
            Math.Round(latencyUs / 1000, 3),
            server.Checks,
            server.CheckFailures);
    }

    private static long Sum(Listener listener, Func<LoopListener, long> value)
    {
        long sum = 0;
        foreach (var loop in listener.Loops)
            sum += value(loop);
        return sum;
    }

    private static long Sum(Pool pool, Func<LoopPool, long> value)
    {
        long sum = 0;
        foreach (var loop in pool.Loops)
            sum += value(loop);
        return sum;
    }

    private static long Sum(Server server, Func<LoopServer, long> value)
    {
        long sum = 0;
        foreach (var loop in server.Loops)
            sum += value(loop);
        return sum;
    }
}
