using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Naru.Core.WaitingRoom;

namespace Naru.SystemTests.Store.Redis;

/// <summary>Places that several nodes hand out at the same time.</summary>
[Collection<Alone>]
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
        var (callsBefore, secondsBefore) = await CostAsync(server);
        var watch = Stopwatch.StartNew();
        await joins.RunAsync(TimeSpan.FromSeconds(6));
        var (calls, seconds) = await CostAsync(server);
        output.WriteLine($"{(calls - callsBefore) / watch.Elapsed.TotalSeconds / nodes.Length:0} script calls a second and node, "
            + $"{(seconds - secondsBefore) / watch.Elapsed.TotalSeconds:0.0 %} of a core of Redis for all");
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

    /// <summary>Script calls, and seconds on a CPU.</summary>
    private static async Task<(double Calls, double Seconds)> CostAsync(RedisServer server)
    {
        string commands = await server.AskAsync("INFO", "commandstats");
        string cpu = await server.AskAsync("INFO", "cpu");
        return (
            double.Parse(Regex.Match(commands, @"cmdstat_evalsha:calls=(\d+)").Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(Regex.Match(cpu, @"used_cpu_sys:([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture)
                + double.Parse(Regex.Match(cpu, @"used_cpu_user:([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private static string Percentiles(ClusterNode[] nodes)
    {
        var all = nodes.SelectMany(n => n.Latencies).Order().ToArray();
        return $"median {all[all.Length / 2]:0.0} ms, 99 % {all[all.Length * 99 / 100]:0.0} ms, largest {all[^1]:0.0} ms of {all.Length}";
    }
}
