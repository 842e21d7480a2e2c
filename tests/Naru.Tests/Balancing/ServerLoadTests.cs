using Naru.Core.Balancing;

namespace Naru.Tests.Balancing;

public class ServerLoadTests
{
    [Fact]
    public void LimitIsExactWhenThreadsContend()
    {
        var server = new ServerLoad("10.0.0.1:80") { MaxConnections = 1 };
        var load = new PoolLoad();
        server.Attach(load);
        int overruns = 0;
        using var start = new Barrier(4);
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(Contend))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Equal(0, overruns);
        Assert.Equal(0, server.InFlight);
        Assert.Equal(0, load.InFlight);

        void Contend()
        {
            start.SignalAndWait();
            for (int i = 0; i < 1_000_000; i++)
            {
                if (!server.TryAcquire())
                    continue;
                if (server.InFlight > 1)
                    Interlocked.Increment(ref overruns);
                server.Release();
            }
        }
    }

    [Fact]
    public void TryAcquireRefusesAtTheLimitAndZeroMeansNone()
    {
        var server = new ServerLoad("10.0.0.1:80") { MaxConnections = 2 };
        Assert.True(server.TryAcquire());
        Assert.False(server.IsFull);
        Assert.True(server.TryAcquire());
        Assert.False(server.TryAcquire());
        Assert.True(server.IsFull);
        Assert.True(server.TryAcquire(0));
        Assert.Equal(3, server.InFlight);
        server.MaxConnections = 0;
        Assert.False(server.IsFull);
        Assert.True(server.TryAcquire());
    }

    [Fact]
    public void BusyServerBringsItsRequestsToThePoolAndLeavesWhole()
    {
        var (first, second) = (new ServerLoad("a:1"), new ServerLoad("b:1"));
        first.Acquire();
        first.Acquire();
        var load = new PoolLoad();
        first.Attach(load);
        first.Attach(load);
        second.Attach(load);
        second.Acquire();
        Assert.Equal(3, load.InFlight);
        first.Release();
        first.Release();
        second.Release();
        Assert.Equal(0, load.InFlight);
    }

    [Fact]
    public void IdentityDependsOnTheAddressAlone()
    {
        Assert.Equal(new ServerLoad("10.0.0.1:80").Identity, new ServerLoad("10.0.0.1:80").Identity);
        Assert.NotEqual(new ServerLoad("10.0.0.1:80").Identity, new ServerLoad("10.0.0.1:81").Identity);
    }

    [Fact]
    public void CostJumpsToAPeakAtOnceAndForgetsItSlowly()
    {
        var server = new ServerLoad("a:1");
        Assert.Equal(0, server.Cost(1_000));
        server.Observe(1_000, 5);
        Assert.Equal(5, server.Cost(1_000), 3);
        server.Observe(1_000, 200);
        Assert.Equal(200, server.Cost(1_000), 3);

        // A fast answer τ later: 200/e + 5·(1 − 1/e)
        server.Observe(11_000, 5);
        Assert.Equal(200 / Math.E + 5 * (1 - 1 / Math.E), server.Cost(11_000), 3);
    }

    [Fact]
    public void CostDecaysWithoutTrafficUntilNothingIsKnown()
    {
        var server = new ServerLoad("a:1");
        server.Observe(0, 100);
        Assert.Equal(100 / Math.E, server.Cost(10_000), 3);
        Assert.Equal(0, server.Cost(200_000));
    }

    [Fact]
    public void CostSurvivesClocksThatDisagreeAndTheWrapOfItsStamp()
    {
        var server = new ServerLoad("a:1");
        server.Observe(uint.MaxValue - 5L, 100);
        Assert.Equal(100, server.Cost(uint.MaxValue - 50L), 3);
        Assert.Equal(100 / Math.E, server.Cost(uint.MaxValue - 5L + 10_000), 3);
    }

    [Fact]
    public void FailureCostsMoreThanAFastAnswer()
    {
        var server = new ServerLoad("a:1");
        server.Observe(0, 1);
        server.ObserveFailure(0);
        Assert.Equal(PeakEwma.FailureMs, server.Cost(0), 3);
    }
}
