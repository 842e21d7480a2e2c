namespace Naru.Tests.Proxy;

/// <summary>What a listener does while there is no room for another client.</summary>
public class AcceptorTests
{
    private const string Ping = "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task PausesGrowAsLongAsThereIsNoRoomAndBeginShortAgainWithTheNextClient()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]", connections: 2);
        Assert.Equal(50, proxy.AcceptPauseMs);
        using var first = await EnterAsync(proxy);
        using var second = await EnterAsync(proxy);
        using var third = await proxy.ConnectAsync();
        await third.SendAsync(Ping);

        var pauses = new List<int>();
        await proxy.UntilAsync(
            () =>
            {
                pauses.Add(proxy.AcceptPauseMs);
                return pauses[^1] == 1000;
            },
            "the pauses are as long as they get");
        Assert.Equal(pauses.Order(), pauses);
        Assert.Subset(new HashSet<int> { 50, 100, 200, 400, 800, 1000 }, pauses.ToHashSet());
        Assert.Contains("not accepting for a moment", proxy.Complaints, StringComparison.Ordinal);

        // Both at once, or the room that one leaves would be taken and the next pause begin.
        using (proxy.HoldLoop())
        {
            first.Dispose();
            second.Dispose();
        }

        await third.ReadHeadAsync();
        Assert.Equal(50, proxy.AcceptPauseMs);
    }

    private static async Task<Peer> EnterAsync(RunningProxy proxy)
    {
        var client = await proxy.ConnectAsync();
        await client.SendAsync(Ping);
        await client.ReadHeadAsync();
        return client;
    }
}
