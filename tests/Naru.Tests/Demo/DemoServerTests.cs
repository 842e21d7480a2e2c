using System.Net.Sockets;
using System.Text;
using Naru.Demo;
using Naru.Tests.Store.Redis;

namespace Naru.Tests.Demo;

/// <summary>The keys of the demo do to a server what they say. On loopback, with the server's delays on a clock moved by hand.</summary>
public sealed class DemoServerTests : IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly HttpDemoServer _server;

    public DemoServerTests() => _server = new HttpDemoServer("web-1", Delay, _time);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task KillResetsConnectionsAndRefusesNewOnesUntilItIsRevived()
    {
        using var client = await ConnectAsync();
        Assert.Equal("ok\n", await AskAsync(client, "/healthz"));

        _server.Become(DemoCondition.Dead);

        var end = await Assert.ThrowsAsync<SocketException>(() => ReadAsync(client));
        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
        var refused = await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        _server.Become(DemoCondition.Well);
        using var next = await ConnectAsync();
        Assert.Equal("ok\n", await AskAsync(next, "/healthz"));
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/")]
    public async Task HungServerAcceptsAndAnswersNothingUntilItIsRevived(string path)
    {
        _server.Become(DemoCondition.Hung);
        using var client = await ConnectAsync();
        await SendAsync(client, path);

        var answer = ReadAsync(client);
        Assert.NotSame(answer, await Task.WhenAny(answer, Task.Delay(Silence, TestContext.Current.CancellationToken)));
        Assert.Equal(0, _time.Armed);

        _server.Become(DemoCondition.Well);
        if (path == "/")
            await WorkIsDueAfterAsync(Delay);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await answer.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SlowServerAddsToEachAnswerUntilItIsRevivedAndItsHealthDoesNotShowIt()
    {
        using var client = await ConnectAsync();
        foreach (var (condition, time) in new[] { (DemoCondition.Slow, Delay + DemoServer.SlowBy), (DemoCondition.Well, Delay) })
        {
            _server.Become(condition);
            Assert.Equal("ok\n", await AskAsync(client, "/healthz"));

            var answer = AskAsync(client, "/");
            await WorkIsDueAfterAsync(time);
            Assert.Equal("Hello from web-1\n", await answer);
        }
    }

    /// <summary>Moves the clock to the one delay that the server takes, which is so long.</summary>
    private async Task WorkIsDueAfterAsync(TimeSpan time)
    {
        Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => _time.Armed > 0, Patience)), "the server works");
        long before = _time.GetTimestamp();
        _time.AdvanceToNext();
        Assert.Equal(time, _time.GetElapsedTime(before));
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_server.EndPoint, TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<string> AskAsync(Socket client, string path)
    {
        await SendAsync(client, path);
        return (await ReadAsync(client)).Split("\r\n\r\n")[1];
    }

    private static async Task SendAsync(Socket client, string path) => await client.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n"));

    /// <summary>An answer is small and sent at once: one receive has it.</summary>
    private static async Task<string> ReadAsync(Socket client)
    {
        var buffer = new byte[1024];
        using var limit = new CancellationTokenSource(Patience);
        return Encoding.ASCII.GetString(buffer, 0, await client.ReceiveAsync(buffer, limit.Token));
    }
}
