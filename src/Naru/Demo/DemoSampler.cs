using Naru.Core.Telemetry;
using Naru.Engine.Telemetry;

namespace Naru.Demo;

/// <summary>Turns counters that only grow into what happened lately. Thread: the view's.</summary>
internal sealed class DemoSampler(
    IReadOnlyList<DemoServer> servers, LoadCounters http, LoadCounters tcp, DemoEvents events)
{
    /// <summary>Rates and shares are taken over so much time: short enough to see a change, long enough to be steady.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan MedianEvery = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, EndReason> Reasons = Enum.GetValues<EndReason>().ToDictionary(r => r.Name());

    private readonly Queue<(TimeSpan At, StatusReport Status)> _past = [];
    private readonly double?[] _serverMedians = new double?[servers.Count];
    private StatusReport? _last;
    private TimeSpan _mediansAt = TimeSpan.MinValue;
    private double? _httpMedian;
    private double? _tcpMedian;

    public DemoFrame Sample(TimeSpan now, StatusReport status)
    {
        if (_last is not null)
            events.AddChanges(now, _last, status);
        _last = status;
        _past.Enqueue((now, status));
        while (_past.Count > 2 && now - _past.Peek().At > Window)
            _past.Dequeue();
        if (_mediansAt == TimeSpan.MinValue || now - _mediansAt >= MedianEvery)
            TakeMedians(now);
        var (since, old) = _past.Peek();
        var seconds = (now - since).TotalSeconds;
        return new DemoFrame(
            now, Layer(status, old, 0, seconds, http, _httpMedian), Layer(status, old, 1, seconds, tcp, _tcpMedian), Room(status), Errors(status), events.All);
    }

    /// <summary>Ends that are somebody's fault, the most frequent first.</summary>
    private static List<KeyValuePair<string, long>> Errors(StatusReport status) => [.. status.Listeners
        .SelectMany(l => l.Ends)
        .Where(e => e.Value > 0 && (!Reasons.TryGetValue(e.Key, out var reason) || reason.Fault() != EndFault.Nobody))
        .GroupBy(e => e.Key, e => e.Value)
        .Select(g => KeyValuePair.Create(g.Key, g.Sum()))
        .OrderByDescending(e => e.Value)];

    private static DemoRoomFrame Room(StatusReport status) => status.Rooms is [var room, ..]
        ? new DemoRoomFrame(
            room.State, room.AdmittedPerSecond, room.AdmitPerSecond, room.Active, room.ActiveMax, room.Waiting, room.Serving,
            room.WaitLowS < 0 ? null : (room.WaitLowS, room.WaitHighS))
        : new DemoRoomFrame("closed", 0, 0, 0, 0, 0, 0, null);

    private DemoLayer Layer(StatusReport status, StatusReport old, int index, double seconds, LoadCounters load, double? medianMs)
    {
        var (pool, oldPool) = (status.Pools[index], old.Pools[index]);
        var got = pool.Servers.Zip(oldPool.Servers, (s, o) => (double)(s.Requests - o.Requests)).ToArray();
        var total = got.Sum();
        var rows = pool.Servers.Select((server, i) =>
        {
            var n = index * DemoControls.ServerCount / 2 + i;
            return new DemoRow(
                servers[n].Name, servers[n].Condition, server.State, server.Reason,
                total > 0 ? got[i] / total : 0, seconds > 0 ? got[i] / seconds : 0, server.InFlight, _serverMedians[n]);
        });
        return new DemoLayer(
            pool.Name, status.Listeners[index].Protocol, pool.Balance, pool.FailOpen, seconds > 0 ? total / seconds : 0, load.Failed, medianMs, [.. rows]);
    }

    private void TakeMedians(TimeSpan now)
    {
        _mediansAt = now;
        for (var i = 0; i < servers.Count; i++)
            _serverMedians[i] = servers[i].Latency.TakeMedianMs();
        _httpMedian = http.Latency.TakeMedianMs();
        _tcpMedian = tcp.Latency.TakeMedianMs();
    }
}
