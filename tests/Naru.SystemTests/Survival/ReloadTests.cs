namespace Naru.SystemTests.Survival;

/// <summary>The configuration changes under load, and stops; no client notices.</summary>
[Collection<Alone>]
public class ReloadTests
{
    private const int Reloads = 100;

    [Fact]
    public async Task HundredReloadsUnderLoadFailNoRequest()
    {
        await using var one = await NginxServer.StartAsync();
        await using var two = await NginxServer.StartAsync();
        var (web, extra) = (Ports.TakeAddress(), Ports.TakeAddress());
        await using var naru = await NaruProcess.StartAsync(Config(0), loops: 2);
        await using var load = new Load(web, clients: 8);
        int good = 0;

        for (int i = 1; i <= Reloads; i++)
        {
            bool isBad = i % 5 == 0;
            naru.WriteConfig(isBad ? $"{Config(i)}\n  lonely: {{ servres: [] }}" : Config(i));
            if (i % 2 == 0)
                await naru.HangUpAsync();
            else
                Assert.Equal(!isBad, await naru.ReloadAsync());
            good += isBad ? 0 : 1;
        }

        await load.MoreAsync(500);
        await load.StopAsync();
        Assert.Equal(good, (await naru.StatusAsync()).Reloads);

        // Servers come and go, balancers change, a second listener opens and closes.
        string Config(int i) => $$"""
            listeners:
              - name: web
                bind: {{(i % 3 == 0 ? $"[{web}, {extra}]" : web)}}
                timeouts: { idle: {{10 + i}}s }
                routes: [{ pool: web }]
            pools:
              web:
                balance: {{(i % 4 < 2 ? "round-robin" : "two-choices")}}
                servers: [{{(i % 7 == 0 ? two.Address : i % 2 == 0 ? $"{one.Address}, {two.Address}" : one.Address)}}]
                connections: { idle: {{16 + i}} }
            """;
    }

    /// <summary>
    /// What a reload takes out is freed: the rooms, pools and servers before, with all that was built for them. The first reloads
    /// compile code and let the heap grow to its first collections, so that the later ones are held against them. When the heap is
    /// collected is not exact; a room that stays costs 670 KiB or more, which makes 118 MiB.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("store: { path: STORE }")]
    public async Task ReloadsThatReplaceEverythingRunInConstantMemory(string store)
    {
        const int First = 60, Later = 180;
        using var folder = new TestFolder();
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config(0), loops: 2);
        for (int i = 1; i <= First; i++)
            await ReloadAsync(i);
        long first = naru.Process.ResidentBytes;
        for (int i = 1; i <= Later; i++)
            await ReloadAsync(First + i);
        long later = naru.Process.ResidentBytes;
        Assert.True(later - first < 64 << 20, $"{first >> 20} MiB after {First} reloads, {later >> 20} MiB after {Later} more");

        async Task ReloadAsync(int i)
        {
            naru.WriteConfig(Config(i));
            Assert.True(await naru.ReloadAsync());
        }

        string Config(int i) => $$"""
            {{store.Replace("STORE", folder.File("store"), StringComparison.Ordinal)}}
            listeners:
              - bind: {{web}}
                routes: [{ waitingRoom: room-{{i}}, pool: pool-{{i}} }]
            pools:
              pool-{{i}}:
                servers: [127.0.0.{{1 + (i % 200)}}:1]
                health: { active: { type: tcp, interval: 1s } }
            waitingRooms:
              room-{{i}}: { admit: auto, active: 1000, joins: { perAddress: 10/s } }
            """;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task StopUnderLoadLosesNoRequest(bool keepsConnections)
    {
        await using var server = await NginxServer.StartAsync();
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes: [{ pool: web }]
            pools:
              web: { servers: [{{server.Address}}] }
            """, loops: 2);
        await using var load = new Load(web, clients: 16, keepsConnections: keepsConnections);
        await load.MoreAsync(1000);

        load.MayEnd = true;
        Assert.Equal(0, await naru.StopAsync(TimeSpan.FromSeconds(60)));

        await load.StopAsync();
    }

    [Fact]
    public async Task AddressThatMovesOrClosesUnderLoadLosesNoRequest()
    {
        const int Moves = 12;
        await using var server = await NginxServer.StartAsync();
        var (stays, comes) = (Ports.TakeAddress(), Ports.TakeAddress());
        await using var naru = await NaruProcess.StartAsync(Config(0), loops: 2);
        await using var load = new Load(stays, clients: 8, keepsConnections: false);
        await load.MoreAsync(100);

        for (int i = 1; i <= Moves; i++)
        {
            await using var passing = i % 2 == 0 ? new Load(comes, clients: 8, keepsConnections: false) : null;
            if (passing != null)
            {
                await passing.MoreAsync(100);
                passing.MayEnd = true;
            }

            naru.WriteConfig(Config(i));
            Assert.True(await naru.ReloadAsync());
            if (passing != null)
                await passing.StopAsync();
        }

        await load.MoreAsync(100);
        await load.StopAsync();

        // The address goes from one listener to the other and back; the second address is there in every other file.
        string Config(int i) => $$"""
            listeners:
              - name: {{(i % 4 < 2 ? "one" : "two")}}
                bind: {{(i % 2 == 0 ? stays : $"[{stays}, {comes}]")}}
                routes: [{ pool: web }]
            pools:
              web: { servers: [{{server.Address}}] }
            """;
    }

    [Fact]
    public async Task AddressNarrowsFromAllToOne()
    {
        await using var server = await NginxServer.StartAsync();
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync(Config($"0.0.0.0:{web.Port}"));

        naru.WriteConfig(Config(web.ToString()));

        Assert.True(await naru.ReloadAsync());
        using var client = await Wire.ConnectAsync(web);
        await client.SendAsync("GET /x HTTP/1.1\r\nHost: test\r\n\r\n");
        Assert.Equal("/x", (await client.ReadResponseAsync()).Text);

        string Config(string bind) => $$"""
            listeners:
              - bind: {{bind}}
                routes: [{ pool: web }]
            pools:
              web: { servers: [{{server.Address}}] }
            """;
    }

    [Fact]
    public async Task StopWaitsForWhatIsInFlight()
    {
        const int Clients = 50;
        await using var slow = new Origin(async connection =>
        {
            while (await connection.NextRequestAsync() is { } request)
            {
                await Task.Delay(500);
                await connection.AnswerAsync(request.Target);
            }
        });
        var web = Ports.TakeAddress();
        await using var naru = await NaruProcess.StartAsync($$"""
            listeners:
              - bind: {{web}}
                routes: [{ pool: web }]
            pools:
              web: { servers: [{{slow.Address}}] }
            """, loops: 2);
        var clients = await Wires.ConnectAsync(web, Clients);
        await clients.AskAsync("/");
        await Eventually.IsTrue(() => slow.Requests.Count == Clients, "all requests are at the server");

        int exitCode = await naru.StopAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(0, exitCode);
        foreach (var (i, client) in clients.Index())
        {
            var answer = await client.ReadResponseAsync();
            Assert.Equal($"/{i}", answer.Text);
            Assert.True(answer.Closes);
            client.Dispose();
        }
    }
}
