using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Tests.Balancing;

public class LeastTimeBalancerTests
{
    private const BalanceAlgorithm Algorithm = BalanceAlgorithm.LeastTime;

    private readonly ServerLoad[] _servers = Pools.Servers(3);
    private readonly Balancer _balancer = BalancerRegistry.Create(Algorithm, 1);

    [Fact]
    public void FasterServerWinsUntilItsQueueCostsMore()
    {
        Know(10, 30, 30);
        Assert.Same(_servers[0], Pick());
        _servers[0].Acquire();
        _servers[0].Acquire();
        Assert.Same(_servers[0], Pick(weights: [2, 1, 1]));
        _servers[0].Acquire();
        Assert.NotSame(_servers[0], Pick());
    }

    [Fact]
    public void HangingServerIsAvoidedBeforeAnythingOfItEnds()
    {
        Know(10, 30, 30);
        _servers[0].Acquire();
        _servers[0].BeginWait(1_000);
        Assert.Same(_servers[0], Pick(nowMs: 1_001));
        Assert.NotSame(_servers[0], Pick(nowMs: 1_050));
    }

    [Fact]
    public void WaitLastsFromTheLastSignOfLifeUntilNobodyWaits()
    {
        var server = _servers[0];
        server.BeginWait(1_000);
        server.BeginWait(1_500);
        Assert.Equal(1_000, server.WaitsSinceMs);
        server.EndWait(2_000);
        Assert.Equal(2_000, server.WaitsSinceMs);
        server.EndWait(2_500);
        Assert.Equal(0, server.WaitsSinceMs);
        server.BeginWait(9_000);
        Assert.Equal(9_000, server.WaitsSinceMs);
        server.ForgetCost();
        Assert.Equal(0, server.WaitsSinceMs);
        server.BeginWait(9_500);
        Assert.Equal(9_500, server.WaitsSinceMs);
    }

    /// <summary>Virtual time: each server has a WebSocket that was opened long ago, in flight for ever and waiting for nothing.</summary>
    [Fact]
    public void TunnelDoesNotMakeItsServerLookHung()
    {
        foreach (var server in _servers)
        {
            server.Acquire();
            server.BeginWait(0);
            server.Observe(10, 10);
            server.EndWait(10);
        }

        var counts = new int[3];
        for (long now = 100; now < 10_000; now += 10)
        {
            var picked = Pick(now);
            counts[Array.IndexOf(_servers, picked)]++;
            picked.Acquire();
            picked.BeginWait(now);
            picked.Observe(now + 10, 10);
            picked.EndWait(now + 10);
            picked.Release();
        }
        Assert.All(counts, count => Assert.InRange(count, 250, 400));
    }

    [Fact]
    public void UnknownIdleServerIsTriedOnceThenWaitedFor()
    {
        Know(10, 10);
        Assert.Same(_servers[2], Pick());
        _servers[2].Acquire();
        Assert.NotSame(_servers[2], Pick());
    }

    [Fact]
    public void ServerThatRefusesAtOnceDoesNotLookFast()
    {
        Know(10, 10, 1);
        _servers[2].ObserveFailure(0);
        Assert.NotSame(_servers[2], Pick());
    }

    [Fact]
    public void ServerOnceSlowIsTriedAgain()
    {
        Know(10, 10, 2_000);
        for (long now = 0; now < 120_000; now += 100)
        {
            ServerLoad server = Pick(nowMs: now);
            if (ReferenceEquals(server, _servers[2]))
                return;
            server.Observe(now, 10);
        }
        Assert.Fail("the slow server was never tried again");
    }

    /// <summary>The cheap test before the formula never throws out the best.</summary>
    [Fact]
    public void SmallestScoreOfTheFormulaWins() => Seeded.Run(300, random =>
    {
        ServerLoad[] servers = Pools.Servers(random.Next(2, 12));
        int[] weights = Pools.RandomWeights(random, servers.Length);
        const long Now = 50_000;
        foreach (ServerLoad server in servers)
        {
            server.Observe(random.Next((int)Now), 1 + 500 * random.NextDouble());
            for (int i = random.Next(5); i > 0; i--)
                server.Acquire();
            if (random.Next(3) == 0)
                server.BeginWait(Now - random.Next(1_000));
        }
        double ScoreOf(ServerLoad server) =>
            Math.Max(server.Cost(Now), server.WaitsSinceMs == 0 ? 0 : Now - server.WaitsSinceMs)
            * (server.InFlight + 1) / weights[Array.IndexOf(servers, server)];

        ServerLoad picked = BalancerRegistry.Create(Algorithm, (ulong)random.NextInt64()).Pick(Pools.Set(Algorithm, servers, weights), new PickContext(Now))!;
        Assert.Equal(servers.Min(ScoreOf), ScoreOf(picked), 9);
    });

    /// <summary>Virtual time: each server answers after its own time; the slow one is ten times slower.</summary>
    [Fact]
    public void SlowServerGetsASmallShareButIsTriedInVirtualTime()
    {
        long[] timeMs = [10, 10, 100];
        var counts = new int[3];
        var ends = new PriorityQueue<int, long>();
        EligibleSet set = Pools.Set(Algorithm, _servers);
        for (long now = 0; now < 30_000; now++)
        {
            while (ends.TryPeek(out int ended, out long at) && at <= now)
            {
                ends.Dequeue();
                _servers[ended].Release();
                _servers[ended].Observe(now, timeMs[ended]);
            }
            int picked = Array.IndexOf(_servers, _balancer.Pick(set, new PickContext(now))!);
            counts[picked]++;
            _servers[picked].Acquire();
            ends.Enqueue(picked, now + timeMs[picked]);
        }
        Assert.InRange(counts[2], 3, 1_500);
        Assert.InRange((double)counts[0] / counts[1], 0.9, 1.1);
    }

    private void Know(params double[] rttMs)
    {
        for (int i = 0; i < rttMs.Length; i++)
            _servers[i].Observe(0, rttMs[i]);
    }

    private ServerLoad Pick(long nowMs = 0, int[]? weights = null) =>
        _balancer.Pick(Pools.Set(Algorithm, _servers, weights ?? []), new PickContext(nowMs))!;
}
