namespace Naru.SystemTests.Store.Redis;

/// <summary>Three masters of a real Redis cluster, the slots shared out in their order.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private RedisCluster(RedisServer[] members) => Members = members;

    public RedisServer[] Members { get; }

    public static async Task<RedisCluster> StartAsync()
    {
        var members = new RedisServer[3];
        for (int i = 0; i < members.Length; i++)
            members[i] = await RedisServer.StartAsync("cluster-enabled yes", "cluster-config-file nodes.conf", "cluster-node-timeout 2000", $"cluster-port {Ports.Take()}");
        var made = await ChildProcess.RunAsync(
            Eventually.Patience, ["redis-cli", "--cluster", "create", .. members.Select(m => $"127.0.0.1:{m.Port}"), "--cluster-yes"]);
        Assert.True(made.ExitCode == 0, made.Output);
        foreach (var member in members)
            await Eventually.IsTrue(async () => (await member.AskAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal), "every member agrees");
        return new RedisCluster(members);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
            await member.DisposeAsync();
    }
}
