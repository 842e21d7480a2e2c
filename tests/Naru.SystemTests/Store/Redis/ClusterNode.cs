using System.Collections.Concurrent;
using System.Diagnostics;
using Naru.Core.WaitingRoom;
using Naru.Engine.Store.Redis;
using Naru.Engine.Store.Redis.Resp;

namespace Naru.SystemTests.Store.Redis;

/// <summary>
/// One node of a cluster: its own connections to the store, its own part of the room, its own clock, and a keeper that ticks it
/// every 50 ms and puts answers in place as soon as they come.
/// </summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpRelay _relay;
    private readonly RedisRoomStore _store;
    private readonly long _skewMs;
    private Task _keeping = Task.CompletedTask;
    private RedisRoom? _room;

    /// <param name="skewMs">How wrong the node's clock is.</param>
    public ClusterNode(RedisServer server, long skewMs = 0, Func<RedisClientOptions, RedisClientOptions>? with = null)
    {
        _skewMs = skewMs;
        _relay = new TcpRelay(server.Port);
        var options = new RedisClientOptions { Endpoints = [new RedisAddress("127.0.0.1", _relay.Port)], BackoffMaxMs = 300 };
        _store = new RedisRoomStore(with?.Invoke(options) ?? options, "naru", line => Log.Enqueue(line));
    }

    /// <summary>Since the machine started: what all nodes of a test share.</summary>
    public static long MonotonicMs => (long)Stopwatch.GetElapsedTime(0).TotalMilliseconds;

    public long NowMs => 1_763_700_000_000 + MonotonicMs + _skewMs;

    public RoomNode Node { get; } = new(Random.Shared.NextInt64());

    public RedisRoom Room => _room!;

    public RedisRoomStore Store => _store;

    public ConcurrentQueue<string> Log { get; } = new();

    public long Ticks { get; private set; }

    public long Answered { get; private set; }

    /// <summary>From the report to the answer, in ms.</summary>
    public ConcurrentQueue<double> Latencies { get; } = new();

    public static async Task<ClusterNode[]> StartAsync(RedisServer server, int count, RoomSettings settings)
    {
        var nodes = Enumerable.Range(0, count).Select(i => new ClusterNode(server, skewMs: (i - 1) * 7_000)).ToArray();
        foreach (var node in nodes)
            await node.OpenAsync(settings);
        foreach (var node in nodes)
            await Eventually.IsTrue(() => node.Room.State.IsOk, "every node is answered");
        // The first answers were given before all had been seen, and while the line listened for tickets of a lost one.
        // A node of before that died with a report unanswered counts too, until its visitors would have come to another one.
        await Eventually.IsTrue(() => nodes.All(n => n.Node.View?.Nodes >= count && n.Node.Epoch > 0), "all nodes take part");
        return nodes;
    }

    public async Task OpenAsync(RoomSettings settings)
    {
        _room = (RedisRoom)await _store.OpenAsync(settings, hasKeyFile: true, NowMs);
        _keeping = Task.Run(KeepAsync);
    }

    public void Cut() => _relay.Cut();

    public void Mend() => _relay.Mend();

    /// <summary>As kill -9: nothing is said to the store.</summary>
    public async Task KillAsync()
    {
        _relay.Cut();
        await _stop.CancelAsync();
        await _keeping;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        await _store.DisposeAsync();
        await _relay.DisposeAsync();
    }

    private async Task KeepAsync()
    {
        var update = new RoomUpdate();
        long dueMs = MonotonicMs;
        while (!_stop.IsCancellationRequested)
        {
            var report = Node.TakeReport(NowMs);
            Ticks++;
            var watch = Stopwatch.StartNew();
            if (await Room.TickAsync(report, update))
            {
                Latencies.Enqueue(watch.Elapsed.TotalMilliseconds);
                Answered++;
                Node.Accept(update, NowMs);
            }

            dueMs = Math.Max(dueMs + RoomLimits.TickMs, MonotonicMs - RoomLimits.TickMs);
            await Task.Delay((int)Math.Max(1, dueMs - MonotonicMs));
        }
    }
}
