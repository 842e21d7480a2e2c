using System.Net;

namespace Naru.SystemTests.Listeners;

/// <summary>How the kernel hands clients over: to every loop by a socket of its own, and over http not before they speak.</summary>
[Collection<Alone>]
public class ListenerSocketTests
{
    [Fact]
    public async Task EachLoopAcceptsOnASocketOfItsOwn()
    {
        const int Loops = 4;
        // The kernel spreads clients by a hash: that a loop gets none of so many happens once in 10^24 times.
        const int Clients = 200;
        await using var origin = Origin.Saying("one");
        var (web, line) = (Ports.TakeAddress(), Ports.TakeAddress());
        await using var naru = await NaruProcess.StartAsync(Config(web, line, origin), loops: Loops);

        foreach (var address in new[] { web, line })
        {
            var clients = await Wires.ConnectAsync(address, Clients);
            foreach (var client in clients)
                await AskAsync(client);

            var loops = (await naru.StatusAsync()).Loops;
            Assert.Equal(Loops, loops.Count);
            Assert.All(loops, loop => Assert.True(loop.Connections > 0, $"{address}: {string.Join(", ", loops.Select(l => l.Connections))} clients on the loops"));
            foreach (var client in clients)
                client.Dispose();
            await Eventually.IsTrue(async () => (await naru.StatusAsync()).Loops.Sum(l => l.Connections) == 0, "all are gone");
        }
    }

    /// <summary>Both clients are on one socket, in the order of their connects: when the second is served, the first has been accepted, or has to speak.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task SilentClientIsAcceptedAtOnceOverTcpAloneSinceThereTheServerMaySpeakFirst(bool isHttp, int accepted)
    {
        await using var origin = Origin.Saying("one");
        var (web, line) = (Ports.TakeAddress(), Ports.TakeAddress());
        await using var naru = await NaruProcess.StartAsync(Config(web, line, origin));
        using var silent = await Wire.ConnectAsync(isHttp ? web : line);
        using var client = await Wire.ConnectAsync(isHttp ? web : line);
        await AskAsync(client);

        Assert.Equal(accepted, (await naru.StatusAsync()).Listeners.Single(l => l.Name == (isHttp ? "web" : "line")).ConnectionsTotal);

        await AskAsync(silent);
    }

    private static async Task AskAsync(Wire client)
    {
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal("one", (await client.ReadResponseAsync()).Text);
    }

    private static string Config(IPEndPoint web, IPEndPoint line, Origin origin) => $$"""
        listeners:
          - { name: web, bind: {{web}}, routes: [{ pool: one }] }
          - { name: line, bind: {{line}}, protocol: tcp, pool: one }
        pools:
          one: { servers: [{{origin.Address}}] }
        """;
}
