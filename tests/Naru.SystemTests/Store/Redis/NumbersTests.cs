using System.Collections.Concurrent;
using Naru.Core.WaitingRoom;

namespace Naru.SystemTests.Store.Redis;

/// <summary>Places that several nodes hand out at the same time.</summary>
public class NumbersTests(ITestOutputHelper output)
{
    /// <summary>Nobody is admitted: everybody who comes takes a place.</summary>
    private static readonly RoomSettings Room = new() { Name = "numbers", AdmitPerSecond = 1, Active = 1 };

    [Fact]
    public async Task NoNumberRepeatsAndPlacesChangeByATenthOfASecondAtMost()
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 4, Room);
        var joins = new Joins(nodes);
        await joins.RunAsync(TimeSpan.FromSeconds(6));
        foreach (var node in nodes)
            await node.DisposeAsync();

        joins.AssertNoneRepeats();
        double inversionMs = joins.InversionMs();
        output.WriteLine($"{joins.Count} places on 4 nodes in 6 s, {joins.Refused} without a number at hand; largest inversion {inversionMs:0.0} ms");
        output.WriteLine($"report to answer: {Percentiles(nodes)}");
        Assert.True(joins.Count > 10_000);
        Assert.InRange(inversionMs, 0, 100);
        Assert.InRange(joins.Refused, 0, joins.Count / 100);
    }

    private static string Percentiles(ClusterNode[] nodes)
    {
        var all = nodes.SelectMany(n => n.Latencies).Order().ToArray();
        return $"median {all[all.Length / 2]:0.0} ms, 99 % {all[all.Length * 99 / 100]:0.0} ms, largest {all[^1]:0.0} ms of {all.Length}";
    }
}
