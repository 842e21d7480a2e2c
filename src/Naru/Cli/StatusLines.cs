using System.Globalization;
using Naru.Engine.Telemetry;

namespace Naru.Cli;

/// <summary>The status for pipes: one thing a line, its kind and name first, then key=value.</summary>
internal static class StatusLines
{
    public static void Write(StatusReport status, TextWriter output)
    {
        output.WriteLine(Invariant(
            $"naru {status.Version} state={status.State} uptime={status.UptimeSeconds:0}s loops={status.Loops.Count} reloads={status.Reloads}"));
        foreach (var l in status.Listeners)
        {
            output.WriteLine(Invariant(
                $"listener {l.Name} protocol={l.Protocol} bind={string.Join(',', l.Binds)} connections={l.Connections} total={l.ConnectionsTotal} refused={l.ConnectionsRefused} requests={l.Requests} 1xx={Class(l, 1)} 2xx={Class(l, 2)} 3xx={Class(l, 3)} 4xx={Class(l, 4)} 5xx={Class(l, 5)} in={l.BytesIn} out={l.BytesOut}"));
        }
        foreach (var pool in status.Pools)
        {
            output.WriteLine(Invariant(
                $"pool {pool.Name} balance={pool.Balance} fail-open={(pool.FailOpen ? "yes" : "no")} queued={pool.Queued} queue-timeouts={pool.QueueTimeouts} retries={pool.Retries} retries-refused={pool.RetriesRefused}"));
            foreach (var s in pool.Servers)
            {
                var reason = s.Reason.Length == 0 ? "" : $" reason={Quoted(s.Reason)}";
                output.WriteLine(Invariant(
                    $"server {pool.Name}/{s.Address} state={s.State} weight={s.EffectiveWeight:0.##}/{s.Weight} in-flight={s.InFlight} limit={s.Limit} requests={s.Requests} failures={s.Failures} latency={Latency(s)} in={s.BytesIn} out={s.BytesOut}{reason}"));
            }
        }
        foreach (var room in status.Rooms)
            output.WriteLine(RoomText.Line(room));
        if (status.AccessLog is { } log)
            output.WriteLine(Invariant($"access-log {log.Path} written={log.Written} dropped={log.Dropped}"));
    }

    private static string Latency(ServerStatus server) => server.LatencyMs == 0 ? "-" : Invariant($"{server.LatencyMs:0.0}ms");

    /// <summary>In quotes, with a backslash before each quote and backslash inside.</summary>
    internal static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Of responses with 1xx, 2xx and so on.</summary>
    internal static long Class(ListenerStatus listener, int firstDigit)
        => firstDigit <= listener.Responses.Count ? listener.Responses[firstDigit - 1] : 0;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
