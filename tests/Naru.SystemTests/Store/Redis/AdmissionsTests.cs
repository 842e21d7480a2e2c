using Naru.Core.WaitingRoom;

namespace Naru.SystemTests.Store.Redis;

/// <summary>What all nodes together let in.</summary>
[Collection<Alone>]
public class AdmissionsTests(ITestOutputHelper output)
{
    [Fact]
    public async Task RateOfAllNodesTogetherStaysWithinTheBound()
    {
        var room = new RoomSettings { Name = "rate", AdmitPerSecond = 200, Active = 5_000 };
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 4, room);
        var crowd = new Crowd(nodes, stayMs: 100);
        await crowd.RunAsync(visitors: 800, TimeSpan.FromSeconds(10));
        double beyond = crowd.MostBeyond(room.AdmitPerSecond);
        output.WriteLine($"{crowd.Admitted} admitted on 4 nodes in 10 s at {room.AdmitPerSecond}/s; most beyond rate · t in any window {beyond:0.0} of {0.1 * room.AdmitPerSecond}");
        foreach (var node in nodes)
            await node.DisposeAsync();
        Assert.InRange(beyond, 0, (0.1 * room.AdmitPerSecond) + 1);
        Assert.InRange(crowd.Admitted, 0.8 * room.AdmitPerSecond * 10, (room.AdmitPerSecond * 10) + 21);
        crowd.AssertNobodyWasAdmittedTwice();
        Assert.Equal(0, crowd.Lost);
    }

    [Fact]
    public async Task SessionsOfAllNodesTogetherStayWithinTheLimit()
    {
        var room = new RoomSettings { Name = "active", AdmitPerSecond = 5_000, Active = 100 };
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 4, room);
        var crowd = new Crowd(nodes, stayMs: 500);
        await crowd.RunAsync(visitors: 600, TimeSpan.FromSeconds(12));
        output.WriteLine($"{crowd.Admitted} admitted on 4 nodes in 12 s, staying 0.5 s; most inside {crowd.InsideMost} of {room.Active}");
        foreach (var node in nodes)
            await node.DisposeAsync();
        Assert.InRange(crowd.InsideMost, room.Active / 4, room.Active);
        Assert.InRange(crowd.Admitted, 100, int.MaxValue);
        crowd.AssertNobodyWasAdmittedTwice();
        Assert.Equal(0, crowd.Lost);
    }
}
