using System.Net;
using Naru.Core.Config;
using Naru.Core.WaitingRoom;
using Naru.Engine.Loop;
using Naru.Engine.Pools;
using Naru.Engine.WaitingRoom;
using Naru.Tests.Loop;

namespace Naru.Tests.WaitingRoom.Engine;

/// <summary>What a room is told of the pools behind it.</summary>
public class RoomPulseTests
{
    [Fact]
    public void PoolsAreSummedSinceTheLastLookAndAFailedConnectIsOneError()
    {
        using var running = new RunningLoop();
        var loop = running.Loop;
        var (first, second) = (Pool(loop), Pool(loop));
        var pulse = new RoomPulse([first, second]);
        Add(first, requests: 1_000, failures: 7, connectFailures: 7, latencyUs: 20_000);
        Assert.Equal(default, Look(pulse)); // what was before it is not of now

        // A connect that failed is a failure of the server, too, and is counted as both.
        Add(first, requests: 3_000, failures: 40, connectFailures: 30, latencyUs: 20_000);
        Add(second, requests: 4_000, failures: 2, connectFailures: 0, latencyUs: 10_000);
        Assert.Equal(new PoolPulse(7_000, 42, 15), Look(pulse));
        Assert.Equal(default, Look(pulse));
    }

    private static PoolPulse Look(RoomPulse pulse)
    {
        var report = new NodeReport();
        pulse.Fill(report);
        return report.Pulse;
    }

    private static void Add(Pool pool, long requests, long failures, long connectFailures, long latencyUs)
    {
        ref var counters = ref pool.Servers[0].ForLoop(0).Counters;
        counters.Requests += requests;
        counters.Failures += failures;
        counters.ConnectFailures += connectFailures;
        counters.LatencyUs = latencyUs;
    }

    private static Pool Pool(EventLoop loop)
    {
        var server = new ServerOptions { Address = "127.0.0.1:1", Host = "127.0.0.1", Port = 1 };
        var options = new PoolOptions { Name = "web", Servers = [server] };
        var pool = new Pool(options, [loop], (_, _) => { });
        pool.Apply(options, [new Server(pool, server, new IPEndPoint(IPAddress.Loopback, 1), 1)], null);
        return pool;
    }
}
