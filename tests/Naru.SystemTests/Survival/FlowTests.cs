using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Naru.SystemTests.Survival;

/// <summary>Long bodies and tunnels: who is slow slows the other side, who goes away ends it.</summary>
[Collection<Alone>]
public class FlowTests
{
    private const long Gibibyte = 1L << 30;

    [Fact]
    public async Task ClientThatNeverReadsAGibibyteCostsNoMemory()
    {
        long sent = 0;
        await using var origin = new Origin(async connection =>
        {
            await connection.NextRequestAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Gibibyte}\r\n\r\n");
            var block = new byte[64 * 1024];
            for (; sent < Gibibyte; sent += block.Length)
                await connection.SendAsync(block);
        });
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, origin.Address));
        await WarmUpAsync(web);
        long before = naru.Process.ResidentBytes;
        using var client = await Wire.ConnectAsync(web, receiveBufferBytes: 16 * 1024);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        await Eventually.IsTrue(() => Volatile.Read(ref sent) > 0, "the server sends");
        await Task.Delay(2000);

        long grown = naru.Process.ResidentBytes - before;
        Assert.True(grown < 16 << 20, $"{grown >> 20} MiB more while the client reads nothing");
        // What the kernel's buffers on both sides hold, and not a gibibyte.
        Assert.True(Volatile.Read(ref sent) < 64 << 20, $"the server could send {sent >> 20} MiB");
    }

    [Fact]
    public async Task GibibyteArrivesWholeAtAReaderThatTakesIt()
    {
        await using var origin = new Origin(async connection =>
        {
            await connection.NextRequestAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Gibibyte}\r\n\r\n");
            var block = new byte[256 * 1024];
            for (long sent = 0; sent < Gibibyte; sent += block.Length)
                await connection.SendAsync(block);
        });
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, origin.Address));
        await WarmUpAsync(web);
        long before = naru.Process.ResidentBytes;

        var (exitCode, output) = await ChildProcess.RunAsync(TimeSpan.FromSeconds(60), "curl", "-sS", "-o", "/dev/null", "-w", "%{size_download}", $"http://{web}/");

        Assert.Equal((0, Gibibyte.ToString(null, null)), (exitCode, output));
        long grown = naru.Process.ResidentBytes - before;
        Assert.True(grown < 16 << 20, $"{grown >> 20} MiB more after a gibibyte");
    }

    [Fact]
    public async Task LeavingClientEndsTheDownloadAtTheServer()
    {
        var ended = new TaskCompletionSource();
        await using var origin = new Origin(async connection =>
        {
            await connection.NextRequestAsync();
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Gibibyte}\r\n\r\n");
            try
            {
                while (true)
                    await connection.SendAsync(new byte[64 * 1024]);
            }
            catch (WireResetException)
            {
                ended.SetResult();
            }
        });
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, origin.Address));
        using var client = await Wire.ConnectAsync(web);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        await client.SkipAsync(1_000_000);
        client.Dispose();

        await ended.Task.WaitAsync(Eventually.Patience);
        await Eventually.IsTrue(async () => await naru.EndsAsync("client-aborted") == 1, "the end is counted");
    }

    [Fact]
    public async Task WebSocketsOfARealClientAndARealServerTalkThroughTheTunnel()
    {
        var address = Ports.TakeAddress();
        using var server = new HttpListener();
        server.Prefixes.Add($"http://{address}/");
        server.Start();
        var echo = EchoAsync(server);
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, address));
        using var client = new ClientWebSocket();
        using var limit = new CancellationTokenSource(Eventually.Patience);

        await client.ConnectAsync(new Uri($"ws://{web}/chat"), limit.Token);
        foreach (int length in (int[])[1, 125, 126, 70_000, 1_000_000])
        {
            var message = Encoding.ASCII.GetBytes(new string('m', length));
            await client.SendAsync(message, WebSocketMessageType.Binary, true, limit.Token);
            Assert.Equal(message, await ReceiveAsync(client, limit.Token));
        }

        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", limit.Token);
        await echo;
        await Eventually.IsTrue(async () => await naru.EndsAsync("relay-completed") == 1, "the tunnel ended in order");
    }

    private static async Task EchoAsync(HttpListener server)
    {
        var context = await (await server.GetContextAsync()).AcceptWebSocketAsync(null);
        using var socket = context.WebSocket;
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
                break;
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket client, CancellationToken limit)
    {
        var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await client.ReceiveAsync(buffer, limit);
            message.Write(buffer, 0, received.Count);
            if (received.EndOfMessage)
                return message.ToArray();
        }
    }

    private static async Task WarmUpAsync(IPEndPoint web)
    {
        using var client = await Wire.ConnectAsync(web);
        for (int i = 0; i < 200; i++)
        {
            await client.SendAsync("GET /warm HTTP/1.1\r\nHost: test\r\n\r\n");
            await client.ReadResponseAsync();
        }
    }

    private static string Config(IPEndPoint web, IPEndPoint server) => $$"""
        listeners:
          - bind: {{web}}
            routes:
              - { match: { path: /warm }, respond: { body: warm } }
              - { pool: web }
        pools:
          web: { servers: [{{server}}] }
        """;
}
