using Naru.Core.Health;
using Naru.Engine.Loop;
using Naru.Engine.Pools;
using Naru.Engine.Workers;

namespace Naru.Engine.Health;

/// <summary>
/// The thread that keeps the health of all pools, on a loop of its own: probes cost what connections cost, and a busy data
/// plane does not delay them. Owner: the engine. Thread: methods may be called from any and do their work on the loop.
/// </summary>
internal sealed class HealthService : IDisposable
{
    private readonly EventLoop _loop;
    private readonly Ticker _ticker;
    private readonly Dictionary<Pool, PoolKeeper> _keepers = [];
    private readonly EngineState _state;

    public HealthService(EngineState state)
    {
        _state = state;
        _loop = new EventLoop(0, "naru-health", (_, fault) => state.Log($"internal error in a health check: {fault}"));
        _ticker = new Ticker(_loop, _keepers);
    }

    public void Start()
    {
        _loop.Start();
        _loop.Post(_ticker.Start);
    }

    /// <summary>Returns when the pool's first set is published.</summary>
    public void Add(Pool pool) => Invoke(() =>
    {
        var health = new PoolHealth(pool.Options, PoolKeeper.Members(pool.Servers), (ulong)Random.Shared.NextInt64(), _loop.NowMs);
        _keepers.Add(pool, new PoolKeeper(_loop, pool, health, _state));
    });

    public void Apply(Pool pool) => Invoke(() => _keepers[pool].Apply());

    public void Remove(Pool pool) => Invoke(() =>
    {
        if (_keepers.Remove(pool, out var keeper))
            keeper.Stop();
    });

    public void SetDraining(Pool pool, Server server, bool draining) => Invoke(() => _keepers[pool].SetDraining(server, draining));

    /// <summary>Called by a loop: does not wait.</summary>
    public void OnConsecutiveFailures(Pool pool, Server server) => _loop.Post(() =>
    {
        if (_keepers.TryGetValue(pool, out var keeper))
            keeper.OnConsecutiveFailures(server);
    });

    public void Dispose()
    {
        Invoke(() =>
        {
            foreach (var keeper in _keepers.Values)
                keeper.Stop();
            _keepers.Clear();
        });
        _loop.Stop();
        _loop.Join();
    }

    private void Invoke(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() =>
        {
            try
            {
                action();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        done.Task.GetAwaiter().GetResult();
    }

    /// <summary>Time for the decisions: ends of ejections, steps of slow start, success rates.</summary>
    private sealed class Ticker(EventLoop loop, Dictionary<Pool, PoolKeeper> keepers) : EventTarget(loop)
    {
        private const int TickMs = 500;

        public void Start() => Loop.Arm(this, 0, Loop.NowMs + TickMs);

        public override void OnEvents(uint events)
        {
        }

        public override void OnTimer(int timer)
        {
            // First, so that a fault in one tick does not end them all.
            Start();
            foreach (var keeper in keepers.Values)
                keeper.Tick();
        }
    }
}
