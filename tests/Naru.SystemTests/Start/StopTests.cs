using System.Net;
using System.Runtime.InteropServices;

namespace Naru.SystemTests.Start;

/// <summary>How long a stop waits: as long as the file says, and not at all when told twice.</summary>
[Collection<Alone>]
public class StopTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task SecondSignalEndsAtOnceAsAFailure()
    {
        await using var hung = new Origin(HangAsync);
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, hung, "10m"));
        using var client = await AskAsync(web, hung);

        naru.Process.Signal(PosixSignal.SIGTERM);
        await Eventually.IsTrue(() => naru.Process.Lines.Any(l => l.StartsWith("naru: stopping", StringComparison.Ordinal)), "the stop has begun");

        Assert.Equal(1, await naru.StopAsync(Soon));
        Assert.Contains("naru: stopped at once", naru.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DrainLastsAsLongAsTheFileSaidAtTheLastReload()
    {
        await using var hung = new Origin(HangAsync);
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, hung, "10m"));
        using var client = await AskAsync(web, hung);
        naru.WriteConfig(Config(web, hung, "1s"));
        Assert.True(await naru.ReloadAsync());

        Assert.Equal(0, await naru.StopAsync(Soon));
        Assert.Contains("1 connections are cut: the drain timeout of 1 s is over", naru.Process.Output, StringComparison.Ordinal);
    }

    private static async Task<Wire> AskAsync(IPEndPoint web, Origin hung)
    {
        var client = await Wire.ConnectAsync(web);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
        await Eventually.IsTrue(() => hung.Requests.Count == 1, "the request is at the server");
        return client;
    }

    private static async Task HangAsync(OriginConnection connection)
    {
        while (await connection.NextRequestAsync() != null)
        {
        }
    }

    private static string Config(IPEndPoint web, Origin server, string drainTimeout) => $$"""
        process: { loops: 1, drainTimeout: {{drainTimeout}} }
        listeners: [{ name: web, bind: {{web}}, routes: [{ pool: web }] }]
        pools: { web: { servers: [{{server.Address}}], timeouts: { firstByte: 20m } } }
        """;
}
