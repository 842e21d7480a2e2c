using System.Net;

namespace Naru.SystemTests.Survival;

/// <summary>Servers die, hang and talk nonsense under load; the clients of the others notice nothing.</summary>
[Collection<Alone>]
public class FailingServerTests
{
    [Fact]
    public async Task KilledServerCostsNoIdempotentRequest()
    {
        await using var one = await NginxServer.StartAsync();
        await using var two = await NginxServer.StartAsync();
        await using var three = await NginxServer.StartAsync();
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, [one.Address, two.Address, three.Address]), loops: 2);
        await using var load = new Load(web, clients: 16);
        await load.MoreAsync(2000);

        await two.KillAsync();
        await load.MoreAsync(4000);
        await Eventually.IsTrue(async () => (await naru.ServerAsync("web", two.Address)).State != "up", "the dead server is noticed");
        await two.RestartAsync();
        await Eventually.IsTrue(async () => (await naru.ServerAsync("web", two.Address)).State == "up", "the server is up again");
        await load.MoreAsync(2000);

        await load.StopAsync();
    }

    [Fact]
    public async Task AllServersDownIsToldAndOverAsSoonAsOneIsBack()
    {
        await using var one = await NginxServer.StartAsync();
        await using var two = await NginxServer.StartAsync();
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, [one.Address, two.Address]));
        await using var load = new Load(web, clients: 4, accepts: answer => answer.Status is 502 or 503);
        await load.MoreAsync(500);

        await one.KillAsync();
        await two.KillAsync();
        await load.MoreAsync(2000);
        Assert.True(await naru.EndsAsync("connect-failed") > 0);
        await one.RestartAsync();
        await Eventually.IsTrue(async () => (await naru.ServerAsync("web", one.Address)).State == "up", "the server is up again");
        await load.StopAsync();

        await using var after = new Load(web, clients: 4);
        await after.MoreAsync(500);
        await after.StopAsync();
    }

    [Fact]
    public async Task MisbehavingServersNeverMixAnswersUp()
    {
        var random = new Random(20);
        await using var bad = new Origin(connection => MisbehaveAsync(connection, random));
        await using var good = Origin.Answering(request => request.Target);
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, [bad.Address, good.Address], health: "health: { passive: off }"));
        // What the client must never get is an answer that is not its own; the load looks at every one. A body that is cut is no answer.
        await using var load = new Load(web, clients: 8, accepts: answer => answer.Status is 502 or 504);

        await load.MoreAsync(3000);

        await load.StopAsync();
        Assert.True(bad.Requests.Count > 500, $"The bad server was asked {bad.Requests.Count} times.");
    }

    [Fact]
    public async Task CutResponseIsAnErrorForCurl()
    {
        await using var origin = new Origin(async connection =>
        {
            await connection.NextRequestAsync();
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + new string('x', 5000));
        });
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(web, [origin.Address]));

        var (exitCode, _) = await ChildProcess.RunAsync(Eventually.Patience, "curl", "-sS", "-o", "/dev/null", $"http://{web}/");

        Assert.True(exitCode is 18 or 56, $"curl ended with {exitCode}: 18 is a partial file, 56 a failure in receiving.");
        Assert.Equal(1, await naru.EndsAsync("upstream-cut"));
    }

    private static async Task MisbehaveAsync(OriginConnection connection, Random random)
    {
        while (await connection.NextRequestAsync() is { } request)
        {
            int trick;
            lock (random)
                trick = random.Next(8);
            string well = $"HTTP/1.1 200 OK\r\nContent-Length: {request.Target.Length}\r\n\r\n{request.Target}";
            switch (trick)
            {
                case 0:
                    connection.Reset();
                    return;
                case 1:
                    await connection.SendAsync("\x16\x03\x01 nonsense");
                    return;
                case 2:
                    await connection.EndWithinAsync(TimeSpan.FromSeconds(5));
                    return;
                case 3:
                    await connection.DripAsync(System.Text.Encoding.Latin1.GetBytes(well), TimeSpan.FromMilliseconds(1));
                    break;
                case 4:
                    await connection.SendAsync(well + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n/evil");
                    break;
                case 5:
                    // Says that it goes on, and closes.
                    await connection.SendAsync(well);
                    return;
                default:
                    await connection.SendAsync(well);
                    break;
            }
        }
    }

    private static string Config(IPEndPoint web, IPEndPoint[] servers, string health = "health: { slowStart: 0s, floor: 0%, active: { type: tcp, interval: 200ms, rise: 1, fall: 2 }, passive: { ejectFor: 500ms } }") => $$"""
        listeners:
          - bind: {{web}}
            routes: [{ pool: web }]
        pools:
          web:
            servers: [{{string.Join(", ", servers.Select(s => s.ToString()))}}]
            timeouts: { firstByte: 200ms }
            {{health}}
        """;
}
