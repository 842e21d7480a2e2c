using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace Naru.SystemTests.Survival;

/// <summary>Layer 4 under load: every byte arrives, in order, in both directions at once, and both ends are passed on.</summary>
[Collection<Alone>]
public class RelayTests
{
    private const int Clients = 10;
    private const int StreamsPerClient = 8;
    private const int StreamBytesMax = 6_000_000;

    [Fact]
    public async Task StreamsOfAnySizeArriveWholeBothWays()
    {
        int seed = int.Parse(Environment.GetEnvironmentVariable("NARU_SEED") ?? $"{Random.Shared.Next()}", CultureInfo.InvariantCulture);
        await using var echo = new Origin(EchoAsync);
        var line = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(line, echo.Address), loops: 2);

        var fault = await Record.ExceptionAsync(() => Task.WhenAll(Enumerable.Range(0, Clients).Select(i => TalkAsync(line, new Random(seed + i)))));

        Assert.True(fault == null, $"NARU_SEED={seed}\n{fault}");
        await Eventually.IsTrue(async () => await naru.EndsAsync("relay-completed") == Clients * StreamsPerClient, "all relays ended in order");
    }

    [Fact]
    public async Task ServerThatDiesResetsItsClientsAndNewOnesGoElsewhere()
    {
        await using var one = new Origin(EchoAsync);
        await using var two = new Origin(EchoAsync);
        var line = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(line, one.Address, two.Address));
        var clients = await Wires.ConnectAsync(line, 10);
        foreach (var client in clients)
            await PingAsync(client);

        await one.StopAsync();

        var ends = await Task.WhenAll(clients.Select(c => c.EndWithinAsync(TimeSpan.FromMilliseconds(500))));
        Assert.Equal((5, 5), (ends.Count(e => e == WireEnd.Reset), ends.Count(e => e == WireEnd.Open)));
        for (int i = 0; i < 20; i++)
        {
            using var client = await Wire.ConnectAsync(line);
            await PingAsync(client);
        }

        foreach (var client in clients)
            client.Dispose();
    }

    private static async Task PingAsync(Wire client)
    {
        await client.SendAsync("ping");
        Assert.Equal("ping"u8.ToArray(), await client.ReadBytesAsync(4));
    }

    private static async Task TalkAsync(IPEndPoint line, Random random)
    {
        for (int i = 0; i < StreamsPerClient; i++)
        {
            using var client = await Wire.ConnectAsync(line);
            var bytes = new byte[random.Next(3) == 0 ? random.Next(StreamBytesMax) : random.Next(5000)];
            random.NextBytes(bytes);
            var sending = SendAsync(client, bytes, random);
            Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await client.ReadToEndAsync()));
            await sending;
        }
    }

    private static async Task SendAsync(Wire client, ReadOnlyMemory<byte> bytes, Random random)
    {
        while (bytes.Length > 0)
        {
            int piece = random.Next(1, Math.Min(bytes.Length, random.Next(2) == 0 ? 100 : 500_000) + 1);
            await client.SendAsync(bytes[..piece]);
            bytes = bytes[piece..];
        }

        client.End();
    }

    // The last bytes go back only when the client has ended its side.
    private static async Task EchoAsync(OriginConnection connection)
    {
        while (await connection.HasMoreAsync())
            await connection.SendAsync(await connection.ReadBytesAsync(connection.Unread.Length));
        connection.End();
    }

    private static string Config(IPEndPoint line, params IPEndPoint[] servers) => $$"""
        listeners:
          - { bind: {{line}}, protocol: tcp, pool: line }
        pools:
          line: { servers: [{{string.Join(", ", servers.Select(s => s.ToString()))}}] }
        """;
}
