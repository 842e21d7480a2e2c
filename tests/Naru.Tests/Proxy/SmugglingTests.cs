namespace Naru.Tests.Proxy;

/// <summary>Bytes of one message are never read as another one.</summary>
public class SmugglingTests
{
    private const string Hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task BodyOfARequestThatNaruAnswersItselfIsPassedOver()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync($"POST /ping HTTP/1.1\r\nHost: a\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string answers = await client.ReadToEndAsync();
        Assert.Equal(2, answers.Split("HTTP/1.1 200 OK").Length - 1);
        Assert.False(origin.HasCaller);
        Assert.Equal(2, proxy.Listener.Requests);
    }

    [Theory]
    [InlineData("Content-Length: 50000\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nffff\r\n")]
    public async Task ConnectionEndsWhenTheBodyOfAnAnsweredRequestIsStillToCome(string rest)
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST /ping HTTP/1.1\r\nHost: a\r\n" + rest);
        string head = await client.ReadHeadAsync();
        Assert.Contains("Connection: close\r\n", head);
        await client.SendAsync(Hidden);
        client.EndSending();
        Assert.Equal("pong", await client.ReadToEndAsync());
        Assert.False(origin.HasCaller);
        Assert.Equal(1, proxy.Listener.Requests);
    }

    [Fact]
    public async Task ConnectionEndsAfterTheAnswerToABrokenBody()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxX\r\n" + Hidden);
        string answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 400 ", answer);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
        Assert.DoesNotContain("hidden", answer);
        Assert.Equal(1, proxy.Listener.Requests);
    }

    [Fact]
    public async Task ServerThatAnswersTwiceLosesItsConnection()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using var server = await origin.AcceptAfterAsync(client, "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
        await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        await client.ReadHeadAsync();
        Assert.Equal("ok", await client.ReadAsync(2));
        using var second = await origin.AcceptAfterAsync(client, "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
        await second.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood");
        await client.ReadHeadAsync();
        Assert.Equal("good", await client.ReadAsync(4));
    }

    [Fact]
    public async Task ResponseThatIsCutIsResetTowardsTheClient()
    {
        using var origin = new Origin();
        await using var proxy = new RunningProxy($"[{origin.Address}]");
        using var client = await proxy.ConnectAsync();
        using (var server = await origin.AcceptAfterAsync(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
            await server.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        Assert.EndsWith("<reset>", await client.ReadToEndAsync());
        await proxy.UntilAsync(() => proxy.Listener.Ends.ContainsKey("upstream-cut"), "the end is recorded");
    }
}
