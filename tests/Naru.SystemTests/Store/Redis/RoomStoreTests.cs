using Naru.Core.Config;
using Naru.Core.WaitingRoom;
using Naru.Engine;
using Naru.Engine.Store;
using Naru.Engine.Store.Redis;

namespace Naru.SystemTests.Store.Redis;

/// <summary>What an operator does with rooms that several nodes share.</summary>
public class RoomStoreTests
{
    private static readonly RoomSettings Room = new() { Name = "콘서트", AdmitPerSecond = 0.1, Active = 1 };

    [Fact]
    public async Task OperatorsChangesReachEveryNodeAndOutliveTheLeader()
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 3, Room);
        var leader = nodes.Single(n => n.Room.Leads);
        var follower = nodes.First(n => n != leader);
        var controls = new RoomControls { Paused = true, Message = "잠시만요", AdmitPerSecond = 7.5, Active = 3 };
        Assert.True(await follower.Room.ControlAsync(controls, follower.NowMs));
        await Eventually.IsTrue(() => nodes.All(n => n.Node.View!.Controls == controls), "every node knows");
        Assert.All(nodes, n => Assert.Equal((7.5, 3), (n.Node.View!.Settings.AdmitPerSecond, n.Node.View.Settings.Active)));

        await leader.KillAsync();
        var others = nodes.Where(n => n != leader).ToArray();
        await Eventually.IsTrue(() => others.Count(n => n.Room.Leads) == 1, "another leads");
        await Eventually.IsTrue(() => others.All(n => n.Room.State.IsOk), "every node is answered");
        Assert.All(others, n => Assert.Equal(controls, n.Node.View!.Controls));
        await EndAsync(nodes);
    }

    [Fact]
    public async Task ChangeThatNobodyTakesIsToldToHaveFailed()
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 1, Room);
        nodes[0].Cut();
        Assert.False(await nodes[0].Room.ControlAsync(new RoomControls { Paused = true }, nodes[0].NowMs));
        nodes[0].Mend();
        await Eventually.IsTrue(() => nodes[0].Room.State.IsOk, "the node is back");
        Assert.Equal(RoomControls.None, nodes[0].Node.View!.Controls);
        await EndAsync(nodes);
    }

    [Fact]
    public async Task ReloadedSettingsOfTheLeaderCount()
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 2, Room);
        foreach (var node in nodes)
            await node.Room.ConfigureAsync(Room with { Active = 77 }, node.NowMs);
        await Eventually.IsTrue(() => nodes.All(n => n.Node.View!.Settings.Active == 77), "every node knows");
        await EndAsync(nodes);
    }

    [Fact]
    public async Task WrongPasswordIsToldAndNobodyIsHeldUpByIt()
    {
        await using var server = await RedisServer.StartAsync("requirepass right");
        await using var node = new ClusterNode(server, with: o => o with { Password = "wrong" });
        await node.OpenAsync(Room);
        await Eventually.IsTrue(() => node.Room.State.Reason.Contains("WRONGPASS", StringComparison.Ordinal), "the reason is told");
        Assert.Equal(StoreCondition.Lost, node.Store.State.Condition);
        Assert.Equal(JoinResult.NoneNow, node.Node.TryJoin(node.NowMs, out _));
        Assert.DoesNotContain(node.Log, l => l.Contains("wrong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UserNeedsNoMoreThanTheDocumentSays()
    {
        await using var server = await RedisServer.StartAsync(
            "user naru on >secret resetchannels ~{naru:room:* ~naru:rooms &{naru:room:* -@all +hello +ping +subscribe +publish +eval +evalsha"
            + " +time +hset +hget +hmget +hgetall +hdel +hkeys +hexists +hincrby +rpush +lrange +llen +ltrim +rename +del +sadd +srem +smembers");
        await using var node = new ClusterNode(server, with: o => o with { Username = "naru", Password = "secret" });
        await node.OpenAsync(Room);
        await Eventually.IsTrue(() => node.Room.State.IsOk, "the node is answered");
        Assert.True(await node.Room.ControlAsync(new RoomControls { Message = "x" }, node.NowMs));
        await Eventually.IsTrue(() => node.Store.Unused.Count == 0 && node.Node.View!.Controls.Message == "x", "the change is in force");
    }

    [Fact]
    public async Task RoomThatLeftTheConfigurationIsFoundAndDropped()
    {
        await using var server = await RedisServer.StartAsync();
        var first = await ClusterNode.StartAsync(server, 1, Room);
        Assert.False(await first[0].Store.ForgetAsync(Room.Name));
        await EndAsync(first);

        var second = await ClusterNode.StartAsync(server, 1, Room with { Name = "other" });
        await Eventually.IsTrue(() => second[0].Store.Unused.Select(r => r.Name).SequenceEqual([Room.Name]), "the room is found");
        Assert.True(await second[0].Store.ForgetAsync(Room.Name));
        Assert.Empty(second[0].Store.Unused);
        Assert.DoesNotContain(Room.Name, await server.AskAsync("--raw", "KEYS", "*"), StringComparison.Ordinal);
        Assert.False(await second[0].Store.ForgetAsync(Room.Name));
        await EndAsync(second);
    }

    [Fact]
    public async Task KeyOfARoomIsNeverKeptInTheStore()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = new RedisRoomStore(new RedisOptions { Endpoints = [new("127.0.0.1", server.Port)] }, _ => { });
        var refused = await Assert.ThrowsAsync<EngineException>(() => store.SecretAsync("concert").AsTask());
        Assert.Contains("keyFile", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RoomThatCannotBeReadIsToldAndLeftAlone()
    {
        await using var server = await RedisServer.StartAsync();
        var nodes = await ClusterNode.StartAsync(server, 1, Room);
        await EndAsync(nodes);
        string snapshot = $"{{naru:room:{Room.Name}}}:snap";
        await server.AskAsync("LSET", snapshot, "0", "no snapshot");
        await using var again = new ClusterNode(server);
        await again.OpenAsync(Room);
        await Eventually.IsTrue(() => again.Room.State.Reason.Contains("damaged", StringComparison.Ordinal), "the damage is told");
        Assert.Single(again.Log, l => l.Contains("cannot lead", StringComparison.Ordinal));
        Assert.Equal("no snapshot", await server.AskAsync("LINDEX", snapshot, "0"));
    }

    [Fact]
    public async Task LineLivesInACluster()
    {
        await using var cluster = await RedisCluster.StartAsync();

        // Each node knows another member.
        var nodes = cluster.Members.Select(server => new ClusterNode(server, with: o => o with { Endpoints = [new("127.0.0.1", server.Port)] })).ToArray();
        foreach (var node in nodes)
            await node.OpenAsync(Room);
        await Eventually.IsTrue(() => nodes.All(n => n.Room.State.IsOk), "every node is answered");
        await Eventually.IsTrue(() => nodes.All(n => n.Node.View?.Nodes == 3 && n.Node.Epoch > 0), "all nodes take part");
        var joins = new Joins(nodes);
        await joins.RunAsync(TimeSpan.FromSeconds(2));
        Assert.Single(nodes, n => n.Room.Leads);
        Assert.True(joins.Count > 1_000);
        joins.AssertNoneRepeats();
        await EndAsync(nodes);
    }

    private static async Task EndAsync(ClusterNode[] nodes)
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
    }
}
