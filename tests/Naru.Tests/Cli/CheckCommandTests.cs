namespace Naru.Tests.Cli;

public class CheckCommandTests
{
    private const string Good = """
        listeners:
          - name: web
            bind: 127.0.0.1:8080
            routes:
              - match: { host: shop.example.com, path: /api/*, method: POST, headers: { x-beta: "1" } }
                pool: api
              - match: { path: /old }
                redirect: { to: /new }
              - match: { path: /ping }
                respond: { status: 200, body: pong }
              - match: { host: "*.example.com" }
                pool: web
        pools:
          web: { servers: [127.0.0.1:3001, 127.0.0.1:3002] }
          api: { servers: [127.0.0.1:3003] }
        """;

    [Fact]
    public async Task GoodFileIsCounted()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("naru.yaml", Good);
        var run = await Run.Naru("check", "-c", path);
        Assert.Equal(new Run(0, $"{path} is good: 1 listener, 2 pools, 3 servers\n", ""), run);
    }

    [Theory]
    [InlineData("2020-12-01T20:00:00+09:00", "  concert is open: 2020-12-01 20:00:00 +09:00 has passed\n")]
    [InlineData("2126-12-01T20:00:00+09:00", "; who comes in the 30 min before is drawn by lot\n")]
    public async Task OpeningIsToldSoThatAWrongDayMeetsTheEye(string opens, string told)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("naru.yaml", Good.Replace("pool: api\n", "pool: api\n        waitingRoom: concert\n", StringComparison.Ordinal)
            + $"\nwaitingRooms: {{ concert: {{ admit: 1/s, active: 9, opens: {opens} }} }}\nstore: {{ path: store }}\n");
        var run = await Run.Naru("check", "-c", path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.EndsWith(told, run.Output);
    }

    [Fact]
    public async Task StoreWithoutAFolderToStandInIsToldBeforeTheStart()
    {
        using var folder = new TemporaryFolder();
        var run = await Run.Naru("check", "-c", folder.Write("naru.yaml", Good + "\nstore: { path: no/naru }\n"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("no does not exist on this machine. Make it before Naru starts, or mend the path.\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllErrorsOfABadFileAreToldTogether()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("naru.yaml", "listeners:\n  - bind: 1\n    routs: []\npols: {}\n");
        var run = await Run.Naru("check", "-c", path);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        var lines = run.Error.TrimEnd().Split('\n');
        Assert.All(lines, line => Assert.StartsWith($"naru: {path}:", line));
        Assert.Contains(lines, line => line.Contains("Did you mean routes?"));
        Assert.Contains(lines, line => line.Contains("Did you mean pools?"));
    }

    [Theory]
    [InlineData("http://a.example.com/x", "pool web")]
    [InlineData("http://elsewhere.org:8080/old?x=1", "redirect 308 to /new")]
    [InlineData("/ping", "respond 200")]
    [InlineData("localhost/a/../ping#top", "respond 200")]
    public async Task ExplainNamesTheRouteThatWins(string url, string action)
    {
        var run = await Explain("--explain", url);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($": {action}; ", Assert.Single(run.Output.Split('\n'), line => line.StartsWith("  => ")));
    }

    [Fact]
    public async Task ExplainTakesMethodAndHeaders()
    {
        var run = await Explain("--explain", "http://shop.example.com/api/cart", "--method", "POST", "--header", "X-Beta: 1");
        Assert.Contains("  => routes[0] ", run.Output);
        Assert.Contains(": pool api; ", run.Output);
        var other = await Explain("--explain", "http://shop.example.com/api/cart", "--method", "POST");
        Assert.Contains("     routes[0] (host shop.example.com, path /api/*, method POST, header x-beta = \"1\"): header x-beta is not there\n", other.Output);
    }

    [Theory]
    [InlineData("--method", "POST")]
    [InlineData("--header", "X-Beta: 1")]
    public async Task RequestThatNobodyAsksAboutIsAMistake(string option, string value)
    {
        var run = await Explain(option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--method and --header describe the request that --explain is about: add --explain URL", run.Error);
    }

    [Fact]
    public async Task ExplainNamesTheWaitingRoomInFrontOfThePool()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("naru.yaml", """
            store: { path: store }
            listeners: [{ bind: 127.0.0.1:8080, routes: [{ waitingRoom: concert, pool: web }] }]
            pools: { web: { servers: [127.0.0.1:3001] } }
            waitingRooms: { concert: { admit: 100/s, active: 1000, bypass: [{ path: /assets/* }] } }
            """);
        var run = await Run.Naru("check", "-c", path, "--explain", "/booking");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(": waiting room concert, then pool web; ", run.Output);
        foreach (var past in new[] { "/assets", "/assets/a.css", "/x/../assets/%61.css" })
            Assert.Contains(": pool web, past the waiting room concert by its bypass /assets/*; ", (await Run.Naru("check", "-c", path, "--explain", past)).Output);
        Assert.Equal($"{path} is good: 1 listener, 1 pool, 1 server, 1 waiting room\n", (await Run.Naru("check", "-c", path)).Output);
    }

    [Fact]
    public async Task ExplainFailsWhenNothingTakesTheRequest()
    {
        var run = await Explain("--explain", "http://elsewhere.org/");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("  => no route takes it: 404\n", run.Output);
    }

    [Theory]
    [InlineData("/%zz", "GET", "refuses this with 400: bad-escape.")]
    [InlineData("/a b", "GET", "refuses this with 400")]
    [InlineData("http://user@shop.example.com/", "GET", "refuses this with 400")]
    [InlineData("shop.example.com:8080", "CONNECT", "refuses this with 501")]
    public async Task ExplainRefusesWhatTheListenerRefuses(string url, string method, string message)
    {
        var run = await Explain("--explain", url, "--method", method);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(message, run.Output);
    }

    [Theory]
    [InlineData("ftp://shop.example.com/")]
    [InlineData("http://")]
    [InlineData("")]
    public async Task ExplainOfWhatIsNoUrlIsAMistake(string url)
    {
        var run = await Explain("--explain", url);
        Assert.Equal(new Run(2, "", $"naru: --explain '{url}': write http://HOST[:PORT]/PATH, https://HOST/PATH or /PATH\n"), run);
    }

    [Fact]
    public async Task ExplainOfAPortThatNoListenerHasNamesThoseThatThereAre()
    {
        var run = await Explain("--explain", "http://a.example.com:9999/x");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("No http listener has port 9999: ", run.Output);
        Assert.Contains(":8080", run.Output);
    }

    [Theory]
    [InlineData("https://a.example.com/x")]
    [InlineData("https://a.example.com:8443/x")]
    public async Task ExplainTakesAUrlOfTheTlsInFront(string url) => Assert.Contains(": pool web; ", (await Explain("--explain", url)).Output);

    [Fact]
    public async Task HeaderWithoutAColonIsAMistake()
    {
        var run = await Explain("--explain", "/x", "--header", "bad");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--header 'bad': write 'NAME: VALUE'", run.Error);
    }

    [Fact]
    public async Task SchemaNeedsNoFile()
    {
        var run = await Run.Naru("check", "--schema");
        Assert.Equal(0, run.ExitCode);
        using var schema = System.Text.Json.JsonDocument.Parse(run.Output);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", schema.RootElement.GetProperty("$schema").GetString());
    }

    private static async Task<Run> Explain(params string[] args)
    {
        using var folder = new TemporaryFolder();
        return await Run.Naru(["check", "-c", folder.Write("naru.yaml", Good), .. args]);
    }
}
