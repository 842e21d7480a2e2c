using System.Net;
using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Pools;
using Naru.Tests.Loop;

namespace Naru.Tests.Gates;

public sealed class LoopPoolTests : IDisposable
{
    private readonly RunningLoop _first = new();
    private readonly RunningLoop _second = new(index: 1);

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact]
    public void QueueIsFirstComeFirstServedAndLetsGoInTheMiddle()
    {
        var queue = NewPool(1, _first.Loop).ForLoop(0);
        var places = Enumerable.Range(0, 4).Select(_ => new QueuePlace()).ToArray();
        queue.Enqueue(places[1]);
        queue.Enqueue(places[2]);
        queue.Enqueue(places[3]);
        queue.EnqueueAgain(places[0]);
        queue.Remove(places[2]);
        queue.Remove(places[2]);
        Assert.False(places[2].IsQueued);
        Assert.True(places[0].Next == places[1] && places[1].Next == places[3] && places[3].Next == null);
        Assert.True(places[3].Previous == places[1] && places[1].Previous == places[0] && places[0].Previous == null);

        queue.Remove(places[3]);
        queue.Remove(places[0]);
        queue.Remove(places[1]);
        Assert.False(queue.HasQueue);
        queue.Enqueue(places[2]);
        Assert.True(queue.HasQueue && places[2].Previous == null && places[2].Next == null);
    }

    [Fact]
    public async Task WaitersAreServedInTheirOrder()
    {
        var pool = NewPool(1, _first.Loop);
        Assert.True(pool.Servers[0].TryAcquire());
        var served = new List<int>();
        var waiting = new List<Task<bool>>();
        for (int i = 0; i < 5; i++)
        {
            int number = i;
            waiting.Add(_first.RunJobAsync(() => WaitAsync(pool, _first.Loop, served, number)));
        }

        Assert.Equal(5, await _first.RunAsync(() => pool.ForLoop(0).Waiting));
        for (int i = 0; i < 5; i++)
            await _first.RunAsync(() => Release(pool, 0));
        await Task.WhenAll(waiting);
        Assert.Equal([0, 1, 2, 3, 4], served);
        Assert.Equal(0, pool.ForLoop(0).Waiting);
    }

    [Fact]
    public async Task PlaceGoesToTheOtherLoopEvenIfThisOneHasWaiters()
    {
        var pool = NewPool(1, _first.Loop, _second.Loop);
        Assert.True(pool.Servers[0].TryAcquire());
        var served = new List<int>();
        var atFirst = _first.RunJobAsync(() => WaitAsync(pool, _first.Loop, served, 1));
        await _first.RunAsync(() => true);
        var atSecond = _second.RunJobAsync(() => WaitAsync(pool, _second.Loop, served, 2));
        await _second.RunAsync(() => true);

        await _first.RunAsync(() => Release(pool, 0));
        Assert.True(await atSecond);
        Assert.False(atFirst.IsCompleted);
        await _second.RunAsync(() => Release(pool, 1));
        Assert.True(await atFirst);
    }

    [Fact]
    public async Task WakeUpWhoseWaiterHasLeftGoesOn()
    {
        var pool = NewPool(1, _first.Loop, _second.Loop);
        var server = pool.Servers[0];
        Assert.True(server.TryAcquire());
        var served = new List<int>();
        var waiter = _second.RunJobAsync(() => WaitAsync(pool, _second.Loop, served, 2));
        await _second.RunAsync(() => true);

        // The place is free and the wake-up goes to the first loop, where nobody waits any more.
        await _first.RunAsync(() =>
        {
            server.Release();
            pool.ForLoop(0).PostWake();
            return true;
        });
        Assert.True(await waiter);
    }

    [Fact]
    public async Task WaiterThatGivesUpIsToldWhy()
    {
        var pool = NewPool(1, _first.Loop);
        Assert.True(pool.Servers[0].TryAcquire());
        var gate = new ServerGate();
        var waiting = _first.RunJobAsync(() =>
        {
            gate.Begin(pool, _first.Loop, 0);
            return gate.QueueAsync(10);
        });
        await _first.RunAsync(() =>
        {
            gate.GiveUp(Errno.TimedOut);
            gate.GiveUp(Errno.TimedOut);
            return true;
        });
        Assert.Equal((null, Core.Telemetry.EndReason.QueueTimeout), await waiting);
        Assert.Equal(0, pool.ForLoop(0).Waiting);
        Assert.False(pool.ForLoop(0).HasQueue);
        Assert.Equal(1, pool.ForLoop(0).QueueTimeouts);
    }

    /// <summary>Another loop ends the pool's last request right after this one saw that there was one.</summary>
    [Fact]
    public async Task WaiterForASocketTriesAgainWhenTheLastRequestEndedUnseen()
    {
        var pool = NewPool(0, _first.Loop, _second.Loop);
        Assert.True(pool.Servers[0].TryAcquire());
        var gate = new ServerGate();
        var (server, _) = await _first.RunJobAsync(() =>
        {
            gate.Begin(pool, _first.Loop, 0);
            pool.Release(gate.TryTake()!, 0);
            Assert.True(gate.AwaitSocket());
            Assert.Null(gate.TryTake());
            Assert.True(gate.MustQueue);
            Release(pool, 1);
            return gate.QueueAsync(10);
        });
        Assert.Same(pool.Servers[0], server);
        Assert.Equal(0, pool.ForLoop(0).Waiting);
    }

    [Fact]
    public async Task WaiterForASocketIsWokenByTheLastRequestThatEnds()
    {
        var pool = NewPool(0, _first.Loop, _second.Loop);
        Assert.True(pool.Servers[0].TryAcquire());
        var gate = new ServerGate();
        var waiting = _first.RunJobAsync(() =>
        {
            gate.Begin(pool, _first.Loop, 0);
            pool.Release(gate.TryTake()!, 0);
            Assert.True(gate.AwaitSocket());
            return gate.QueueAsync(10);
        });
        Assert.True(await _first.RunAsync(() => gate.IsQueued));
        await _second.RunAsync(() => Release(pool, 1));
        Assert.Same(pool.Servers[0], (await waiting).Server);
    }

    [Fact]
    public async Task FullQueueRefuses()
    {
        var pool = NewPool(1, _first.Loop);
        Assert.True(pool.Servers[0].TryAcquire());
        Assert.Equal((null, Core.Telemetry.EndReason.QueueFull), await _first.RunJobAsync(() =>
        {
            var gate = new ServerGate();
            gate.Begin(pool, _first.Loop, 0);
            return gate.QueueAsync(0);
        }));
    }

    [Fact]
    public void GateTriesEachServerOnceBeforeAnyTwice()
    {
        var pool = NewPool(0, serverCount: 3, _first.Loop);
        var gate = new ServerGate();
        gate.Begin(pool, _first.Loop, 0);
        var tried = Enumerable.Range(0, 3).Select(_ => gate.TryTake()).ToArray();
        Assert.Equal(3, tried.Distinct().Count());
        Assert.NotNull(gate.TryTake());
        Assert.Equal(4, gate.Attempts);
    }

    [Fact]
    public void EmptyPoolIsNotAFullOne()
    {
        var pool = NewPool(1, _first.Loop);
        pool.Eligible = EligibleSet.Build(BalanceAlgorithm.RoundRobin, new HashOptions(), []);
        var gate = new ServerGate();
        gate.Begin(pool, _first.Loop, 0);
        Assert.Null(gate.TryTake());
        Assert.False(gate.MustQueue);
    }

    [Fact]
    public void ContendedServerIsFullButNeverMissing()
    {
        var pool = NewPool(1, _first.Loop, _second.Loop);
        int missing = 0;
        var threads = Enumerable.Range(0, 2).Select(loop => new Thread(() =>
        {
            var context = new PickContext(0);
            for (int i = 0; i < 300_000; i++)
            {
                if (pool.ForLoop(loop).TryTake(context, out bool isFull) is { } server)
                    server.Release();
                else if (!isFull)
                    Interlocked.Increment(ref missing);
            }
        })).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        Assert.Equal(0, missing);
        Assert.Equal(0, pool.Servers[0].InFlight);
    }

    private static Pool NewPool(int maxConnections, params EventLoop[] loops) => NewPool(maxConnections, 1, loops);

    private static Pool NewPool(int maxConnections, int serverCount, params EventLoop[] loops)
    {
        ServerOptions[] servers = [.. Enumerable.Range(1, serverCount).Select(i => new ServerOptions
        {
            Address = $"127.0.0.1:{i}",
            Host = "127.0.0.1",
            Port = i,
            MaxConnections = maxConnections,
        })];
        var options = new PoolOptions { Name = "web", Servers = servers };
        var pool = new Pool(options, loops, (_, _) => { });
        Server[] running = [.. servers.Select(s => new Server(pool, s, new IPEndPoint(IPAddress.Loopback, s.Port), loops.Length))];
        pool.Apply(options, running, null);
        pool.Eligible = EligibleSet.Build(options.Balance, options.Hash, [.. running.Select(s => new Candidate(s, 1000, 1000))]);
        return pool;
    }

    private static bool Release(Pool pool, int loop)
    {
        pool.Release(pool.Servers[0], loop);
        return true;
    }

    private static async Job<bool> WaitAsync(Pool pool, EventLoop loop, List<int> served, int number)
    {
        var gate = new ServerGate();
        gate.Begin(pool, loop, 0);
        var (server, _) = await gate.QueueAsync(100);
        lock (served)
            served.Add(number);
        return server != null;
    }
}
