using Naru.Core.WaitingRoom;
using Naru.Engine.Store;

namespace Naru.SystemTests.Store.Redis;

/// <summary>Nodes die, connections are cut, the store is killed, slow, or empty: no number repeats, and nobody loses a place.</summary>
public class FailureTests(ITestOutputHelper output)
{
    /// <summary>Nobody is admitted: everybody who comes takes a place.</summary>
    private static readonly RoomSettings Room = new() { Name = "failure", AdmitPerSecond = 0.1, Active = 1 };

    [Fact]
    public async Task LeaderThatDiesIsReplacedAndPlacesGoOn()
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 4, Room);
        var leader = nodes.Single(n => n.Room.Leads);
        var others = nodes.Where(n => n != leader).ToArray();
        var joins = new Joins(others);
        var joining = joins.RunAsync(TimeSpan.FromSeconds(5));
        await Task.Delay(2_000);
        long before = others.Max(n => n.Node.View!.High);
        long epoch = leader.Node.Epoch;
        await leader.KillAsync();
        await joining;
        output.WriteLine($"{joins.Count} places; none for {joins.LongestGapMs():0} ms when the leader died; largest inversion {joins.InversionMs():0.0} ms");
        Assert.Single(others, n => n.Room.Leads);
        Assert.All(others, n => Assert.True(n.Node.View!.High > before));
        Assert.Equal(epoch, others[0].Node.Epoch);
        joins.AssertNoneRepeats();
        Assert.InRange(joins.InversionMs(), 0, 100);
        Assert.InRange(joins.LongestGapMs(), 0, 1_500);
        await EndAsync(nodes);
    }

    [Fact]
    public async Task LeaderThatLeavesHandsOverAtOnce()
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 3, Room);
        var leader = nodes.Single(n => n.Room.Leads);
        var others = nodes.Where(n => n != leader).ToArray();
        var joins = new Joins(others);
        var joining = joins.RunAsync(TimeSpan.FromSeconds(3));
        await Task.Delay(1_500);
        await leader.DisposeAsync();
        await joining;
        output.WriteLine($"{joins.Count} places; none for {joins.LongestGapMs():0} ms when the leader left");
        joins.AssertNoneRepeats();
        Assert.InRange(joins.LongestGapMs(), 0, 400);
        await EndAsync(others);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task NodeThatIsCutOffHoldsItsVisitorsAndComesBack(bool isLeader)
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 3, Room);
        var lost = nodes.First(n => n.Room.Leads == isLeader);
        var joins = new Joins(nodes);
        var joining = joins.RunAsync(TimeSpan.FromSeconds(6));
        await Task.Delay(1_000);
        lost.Cut();
        await Eventually.IsTrue(() => lost.Room.State.Condition == StoreCondition.Lost, "the node knows that it is cut off");
        output.WriteLine($"the node says: {lost.Room.State.Reason}");
        Assert.True(lost.Node.IsStoreLost(lost.NowMs));
        Assert.Equal(JoinResult.NoneNow, lost.Node.TryJoin(lost.NowMs, out _));
        await Eventually.IsTrue(() => nodes.Count(n => n != lost && n.Room.Leads) == 1, "another leads");
        Assert.All(nodes.Where(n => n != lost), n => Assert.True(n.Room.State.IsOk));
        await Task.Delay(1_000);
        lost.Mend();
        await Eventually.IsTrue(() => lost.Room.State.IsOk, "the node is back");
        await joining;
        Assert.Single(nodes, n => n.Room.Leads);
        Assert.True(joins.Join(lost));
        joins.AssertNoneRepeats();
        Assert.InRange(joins.InversionMs(), 0, 100);
        await EndAsync(nodes);
    }

    [Fact]
    public async Task StoreThatLostItsDataIsFilledAgainFromTheLeadersMemory()
    {
        await using var server = await RedisServer.StartAsync();
        var (nodes, joins, epoch) = await StartLineAsync(server, 3);
        await server.KillAsync();
        await Eventually.IsTrue(() => nodes.All(n => !n.Room.State.IsOk), "every node knows");
        await server.RestartAsync();
        await Eventually.IsTrue(() => nodes.All(n => n.Room.State.IsOk), "every node is answered");
        await joins.RunAsync(TimeSpan.FromSeconds(1));
        Print(nodes);
        Assert.Contains(nodes.SelectMany(n => n.Log), l => l.EndsWith("from this node's memory.", StringComparison.Ordinal));
        Assert.Equal(epoch, nodes[0].Node.Epoch);
        joins.AssertNoneRepeats();
        AssertPlacesAreKept(nodes, joins, epoch);
        await EndAsync(nodes);
    }

    [Fact]
    public async Task FlushWhileNodesRunCostsNothing()
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 3, Room);
        var joins = new Joins(nodes);
        long epoch = nodes[0].Node.Epoch;
        var joining = joins.RunAsync(TimeSpan.FromSeconds(5));
        await Task.Delay(1_000);
        Assert.Equal("OK", await server.AskAsync("FLUSHALL"));
        await joining;
        await Eventually.IsTrue(() => nodes.All(n => n.Room.State.IsOk), "every node is answered");
        output.WriteLine($"{joins.Count} places; none for {joins.LongestGapMs():0} ms");
        foreach (var node in nodes)
            await Eventually.IsTrue(() => joins.Join(node), "every node has numbers");
        joins.AssertNoneRepeats();
        Assert.All(nodes, n => Assert.Equal(epoch, n.Node.Epoch));
        AssertPlacesAreKept(nodes, joins, epoch);
        await EndAsync(nodes);
    }

    [Fact]
    public async Task FlushWhileNoNodeRunsIsMadeUpForByTickets()
    {
        await using var server = await RedisServer.StartAsync();
        var (nodes, joins, epoch) = await StartLineAsync(server, 3);
        foreach (var node in nodes)
            await node.KillAsync();
        Assert.Equal("OK", await server.AskAsync("FLUSHALL"));
        await EndAsync(nodes);

        var again = Enumerable.Range(0, 3).Select(_ => new ClusterNode(server)).ToArray();
        foreach (var node in again)
            await node.OpenAsync(Room);
        await Eventually.IsTrue(() => again.All(n => n.Node.View != null), "every node is answered");
        // One of many visitors shows up in time, at one of the nodes.
        long some = joins.Numbers.ElementAt(joins.Count / 2);
        await Eventually.IsTrue(() =>
        {
            again[1].Node.Look(some, epoch, again[1].NowMs);
            return again.All(n => n.Node.Epoch > 0);
        }, "the line is there again");
        await JoinBehindAsync(again, joins, epoch);
        Assert.All(again, n => Assert.True(n.Node.Epoch > epoch));
        await EndAsync(again);
    }

    [Fact]
    public async Task StoreThatIsLostWithItsLeaderIsRebuiltFromWhatNodesKnow()
    {
        await using var server = await RedisServer.StartAsync();
        var (nodes, joins, epoch) = await StartLineAsync(server, 3);
        var leader = nodes.Single(n => n.Room.Leads);
        long high = nodes.Max(n => n.Node.View!.High);
        await leader.KillAsync();
        await server.KillAsync();
        await server.RestartAsync();
        var others = nodes.Where(n => n != leader).ToArray();
        await Eventually.IsTrue(() => others.All(n => n.Room.State.IsOk && n.Node.View!.Epoch > epoch), "every node is answered");
        var later = await JoinBehindAsync(others, joins, epoch);
        Print(others);
        // The leader lent numbers that the others had not heard of: the gap is far wider than those.
        Assert.InRange(later.Numbers.Min(), high + (RoomLimits.FailoverGap * 9 / 10), high + (RoomLimits.FailoverGap * 11 / 10));
        await EndAsync(nodes);
    }

    [Fact]
    public async Task LineIsThereAfterStoreAndNodesStartedAgain()
    {
        await using var server = await RedisServer.StartAsync("appendonly yes", "appendfsync always");
        var (nodes, joins, epoch) = await StartLineAsync(server, 2);
        foreach (var node in nodes)
            await node.KillAsync();
        await server.KillAsync();
        await server.RestartAsync();
        await EndAsync(nodes);
        var again = await ClusterNode.StartAsync(server, 2, Room);
        var later = await JoinBehindAsync(again, joins, epoch);
        // No node that lived could tell that the store had lost nothing.
        Assert.InRange(later.Numbers.Min(), 0, joins.Numbers.Max() + RoomLimits.FailoverGap + 20_000);
        await EndAsync(again);
    }

    [Fact]
    public async Task FlushOfScriptsAndASlowStoreCostNoNumber()
    {
        await using var server = await RedisServer.StartAsync("enable-debug-command yes");
        var nodes = await ClusterNode.StartAsync(server, 3, Room);
        var joins = new Joins(nodes);
        long epoch = nodes[0].Node.Epoch;
        var joining = joins.RunAsync(TimeSpan.FromSeconds(7));
        await Task.Delay(500);
        Assert.Equal("OK", await server.AskAsync("SCRIPT", "FLUSH"));
        foreach (string seconds in new[] { "0.2", "0.4", "0.7", "1.5" })
        {
            await Task.Delay(500);
            await server.AskAsync("DEBUG", "SLEEP", seconds);
        }

        await joining;
        await Eventually.IsTrue(() => nodes.All(n => n.Room.State.IsOk), "every node is answered");
        output.WriteLine($"{joins.Count} places; none for {joins.LongestGapMs():0} ms; largest inversion {joins.InversionMs():0.0} ms");
        foreach (var node in nodes)
            await Eventually.IsTrue(() => joins.Join(node), "every node has numbers");
        joins.AssertNoneRepeats();
        Assert.InRange(joins.InversionMs(), 0, 100);
        Assert.Equal(epoch, nodes[0].Node.Epoch);
        await EndAsync(nodes);
    }

    [Fact]
    public async Task ReplicaThatBecomesTheMasterCarriesTheLineOn()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync($"replicaof 127.0.0.1 {master.Port}", "repl-diskless-sync-delay 0");
        await Eventually.IsTrue(async () => (await master.AskAsync("INFO", "replication")).Contains("state=online", StringComparison.Ordinal), "the replica follows");
        var nodes = Enumerable.Range(0, 3).Select(_ => new ClusterNode(master, with: o => o with
        {
            Endpoints = [new("127.0.0.1", replica.Port), new("127.0.0.1", master.Port)],
        })).ToArray();
        foreach (var node in nodes)
            await node.OpenAsync(Room);
        await Eventually.IsTrue(() => nodes.All(n => n.Room.State.IsOk && n.Node.Epoch > 0), "every node is answered");
        var joins = new Joins(nodes);
        long epoch = nodes[0].Node.Epoch;
        var joining = joins.RunAsync(TimeSpan.FromSeconds(5));
        await Task.Delay(1_500);
        await master.KillAsync();
        await replica.AskAsync("REPLICAOF", "NO", "ONE");
        await joining;
        await Eventually.IsTrue(() => nodes.All(n => n.Room.State.IsOk), "every node is answered");
        output.WriteLine($"{joins.Count} places; none for {joins.LongestGapMs():0} ms");
        foreach (var node in nodes)
            await Eventually.IsTrue(() => joins.Join(node), "every node has numbers");
        joins.AssertNoneRepeats();
        AssertPlacesAreKept(nodes, joins, epoch);
        await EndAsync(nodes);
    }

    /// <summary>Nodes at which visitors have joined for a second.</summary>
    private static async Task<(ClusterNode[] Nodes, Joins Joins, long Epoch)> StartLineAsync(RedisServer server, int count)
    {
        var nodes = await ClusterNode.StartAsync(server, count, Room);
        var joins = new Joins(nodes);
        await joins.RunAsync(TimeSpan.FromSeconds(1));
        return (nodes, joins, nodes[0].Node.Epoch);
    }

    /// <summary>The line goes on: whoever joins now stands behind the earlier ones, and those keep their places.</summary>
    private static async Task<Joins> JoinBehindAsync(ClusterNode[] nodes, Joins earlier, long epoch)
    {
        var later = new Joins(nodes);
        await later.RunAsync(TimeSpan.FromSeconds(1));
        Assert.True(later.Numbers.Min() > earlier.Numbers.Max());
        later.AssertNoneRepeats();
        AssertPlacesAreKept(nodes, earlier, epoch);
        return later;
    }

    /// <summary>Every ticket still stands somewhere.</summary>
    private static void AssertPlacesAreKept(ClusterNode[] nodes, Joins joins, long epoch)
    {
        foreach (var node in nodes)
            foreach (long number in joins.Numbers.Take(500))
                Assert.True(node.Node.Look(number, epoch, node.NowMs).State is VisitorState.Waiting or VisitorState.Called);
    }

    private void Print(ClusterNode[] nodes)
    {
        foreach (var node in nodes)
            foreach (string line in node.Log)
                output.WriteLine(line);
    }

    private static async Task EndAsync(ClusterNode[] nodes)
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
    }
}
