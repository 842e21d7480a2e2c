using System.Globalization;
using System.Net;

namespace Naru.SystemTests.Survival;

/// <summary>Events of many connections that a loop hears of at once, since it stood still when they came.</summary>
[Collection<Alone>]
public sealed class OneTurnTests
{
    // Served between the request and its answer: so the server has answered before the loop looks at its connection.
    private const int Between = 200;

    /// <summary>
    /// A kept connection is given a request while an event of the response before it is still to come in the same turn: the answer
    /// that comes with that event is the request's own, and not something left over.
    /// </summary>
    [Fact]
    public async Task FastAnswerOnAConnectionThatBecameFreeInTheSameTurnIsPassedOn()
    {
        var connected = new TaskCompletionSource<OriginConnection>();
        var done = new TaskCompletionSource();
        await using var origin = new Origin(async connection =>
        {
            connected.TrySetResult(connection);
            await done.Task.WaitAsync(Wire.Patience);
        });
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes:
                  - { match: { path: /fixed }, respond: { status: 200, body: "{{new string('x', 8000)}}" } }
                  - { pool: web }
            pools:
              web: { servers: [{{origin.Address}}] }
            """);

        // A download that the client does not take: Naru has read a full buffer, and more is there.
        using var slow = await Wire.ConnectAsync(web, receiveBufferBytes: 4096);
        await slow.SendAsync("GET /download HTTP/1.1\r\nHost: test\r\n\r\n");
        var server = await connected.Task;
        Assert.NotNull(await server.NextRequestAsync());
        await server.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        string chunks = string.Concat(Enumerable.Repeat($"1000\r\n{new string('y', 4096)}\r\n", 4));
        for (int quiet = 0; quiet < 5; quiet = Unread(origin.Address) > 32 * 1024 ? quiet + 1 : 0)
        {
            if (quiet == 0)
                await server.SendAsync(chunks);
            await Task.Delay(quiet == 0 ? 2 : 20);
        }

        var others = new List<Wire>();
        for (int i = 0; i < Between; i++)
            others.Add(await Wire.ConnectAsync(web));
        using var poster = await Wire.ConnectAsync(web);
        foreach (var client in others.Append(poster))
        {
            await client.SendAsync("GET /fixed HTTP/1.1\r\nHost: test\r\n\r\n");
            Assert.Equal(200, (await client.ReadResponseAsync()).Status);
        }

        // The kernel tells of these in their order.
        naru.Process.Freeze();
        await Task.Delay(50);
        Assert.Equal(WireEnd.Open, await slow.EndWithinAsync(TimeSpan.FromMilliseconds(300)));
        await poster.SendAsync("POST /order HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nhi");
        foreach (var client in others)
            await client.SendAsync("GET /fixed HTTP/1.1\r\nHost: test\r\n\r\n");
        await server.SendAsync("0\r\n\r\n");
        var answered = Task.Run(async () =>
        {
            Assert.Equal("POST", (await server.NextRequestAsync())?.Method);
            await server.AnswerAsync("ordered");
        });
        naru.Process.Thaw();

        var response = await poster.ReadResponseAsync("POST");
        Assert.Equal((200, "ordered"), (response.Status, response.Text));
        await answered;
        Assert.Equal(1, origin.Accepted);
        done.SetResult();
        others.ForEach(client => client.Dispose());
    }

    /// <summary>Bytes that the kernel holds for Naru on its one connection to the server.</summary>
    private static int Unread(IPEndPoint server)
    {
        string port = $":{server.Port:X4}";
        return File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[2].EndsWith(port, StringComparison.Ordinal))
            .Sum(fields => int.Parse(fields[4].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
