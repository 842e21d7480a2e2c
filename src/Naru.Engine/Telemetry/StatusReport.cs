using System.Text.Json.Serialization;

namespace Naru.Engine.Telemetry;

/// <summary>What <c>naru status --json</c> and <c>GET /status</c> print. Counters are sums over all loops since the start.</summary>
public sealed record StatusReport(
    string Version,
    string State,
    double UptimeSeconds,
    int Reloads,
    IReadOnlyList<LoopStatus> Loops,
    IReadOnlyList<ListenerStatus> Listeners,
    IReadOnlyList<PoolStatus> Pools,
    AccessLogStatus? AccessLog)
{
    public IReadOnlyList<RoomStatus> Rooms { get; init; } = [];
}

/// <param name="AllocatedBytes">Managed bytes that the loop's thread has allocated since the start: flat while requests flow.</param>
public sealed record LoopStatus(int Index, int Connections, long AllocatedBytes, int BuffersCreated);

/// <param name="Responses">By class: 1xx, 2xx, 3xx, 4xx, 5xx.</param>
/// <param name="Ends">How requests (http) or connections (tcp) ended, by the names of EndReason; zeroes left out.</param>
public sealed record ListenerStatus(
    string Name,
    IReadOnlyList<string> Binds,
    string Protocol,
    int Connections,
    long ConnectionsTotal,
    long ConnectionsRefused,
    long Requests,
    IReadOnlyList<long> Responses,
    long BytesIn,
    long BytesOut,
    IReadOnlyDictionary<string, long> Ends);

public sealed record PoolStatus(
    string Name,
    string Balance,
    bool FailOpen,
    int Queued,
    long QueueTimeouts,
    long Retries,
    long RetriesRefused,
    IReadOnlyList<ServerStatus> Servers);

/// <param name="State">up, slow-start, draining, ejected or down.</param>
/// <param name="Reason">Why it is not up; empty when it is.</param>
public sealed record ServerStatus(
    string Address,
    string State,
    string Reason,
    int Weight,
    double EffectiveWeight,
    bool Backup,
    int InFlight,
    int Limit,
    int IdleConnections,
    long Requests,
    long Failures,
    long ConnectFailures,
    long Connections,
    long BytesIn,
    long BytesOut,
    double LatencyMs,
    long Checks,
    long CheckFailures);

public sealed record AccessLogStatus(string Path, long Written, long Dropped);

/// <summary>Source-generated so that no reflection is needed.</summary>
[JsonSerializable(typeof(StatusReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
public sealed partial class StatusJson : JsonSerializerContext;
