using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Naru.SystemTests.Scenarios;

/// <summary>
/// Plays a scenario: 1 names get addresses; 2 servers start; 3 the program starts with the first configuration; 4 the
/// sections of clients and of the program run in order; 5 nothing may be left over.
/// </summary>
internal sealed class ScenarioRunner : IAsyncDisposable
{
    private readonly ScenarioWords _words = new();
    private readonly TestFolder _folder = new();
    private readonly Dictionary<string, ScenarioServer> _servers = [];
    private readonly Dictionary<string, ScenarioClient> _clients = [];
    private NaruProcess? _naru;
    private string _firstListener = "";

    public async Task RunAsync(Scenario scenario)
    {
        // 1, 2
        _words.Set("dir", _folder.Path);
        foreach (var section in scenario.Sections.Where(s => s.Kind == "server"))
        {
            var server = new ScenarioServer(section, _words);
            _servers.Add(section.Name, server);
            _words.Set(section.Name, server.Address.ToString());
            if (section.Heading.Contains("down"))
                await server.Origin.StopAsync();
            if (section.Heading.Contains("full"))
                await server.FillAsync();
        }

        foreach (var name in scenario.Sections.Where(s => s.Kind == "config").SelectMany(s => ScenarioWords.NamesIn(s.Text)).Distinct())
        {
            if (_words.Has(name))
                continue;
            if (_firstListener.Length == 0)
                _firstListener = name;
            _words.Set(name, Ports.TakeAddress().ToString());
        }

        // 3, 4
        foreach (var section in scenario.Sections)
            await PlayAsync(section);

        // 5
        foreach (var client in _clients.Values)
            await client.CheckNothingLeftAsync();
        foreach (var server in _servers.Values)
            server.CheckAllServed();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
            client.Dispose();
        _folder.Dispose();
        try
        {
            if (_naru != null)
                await _naru.DisposeAsync();
        }
        finally
        {
            // All of them end, whichever complains.
            await Task.WhenAll(_servers.Values.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    private async Task PlayAsync(ScenarioSection section)
    {
        switch (section.Kind)
        {
            case "server":
                break;
            case "file":
                _folder.Write(section.Name, _words.Fill(section.Text));
                break;
            case "config" when _naru == null:
                _naru = await NaruProcess.StartAsync(_words.Fill(section.Text));
                break;
            case "config":
                _naru.WriteConfig(_words.Fill(section.Text));
                break;
            case "client":
                await (await ClientAsync(section)).RunAsync(section.Lines);
                break;
            case "naru":
                await ControlAsync(section);
                break;
            default:
                Assert.Fail($"line {section.Number}: no section is called {section.Kind}");
                break;
        }
    }

    private async Task<ScenarioClient> ClientAsync(ScenarioSection section)
    {
        if (_clients.TryGetValue(section.Name, out var client))
            return client;
        string listener = section.Option("to")?.TrimStart('@') ?? _firstListener;
        var from = section.Option("from") is { } address ? IPAddress.Parse(address) : null;
        client = new ScenarioClient(await Wire.ConnectAsync(IPEndPoint.Parse(_words[listener]), from: from), _words);
        _clients.Add(section.Name, client);
        return client;
    }

    private async Task ControlAsync(ScenarioSection section)
    {
        foreach (var line in section.Lines)
        {
            try
            {
                await ControlAsync(_naru!, line);
            }
            catch (Exception e)
            {
                throw new ScenarioException(line, e);
            }
        }
    }

    private async Task ControlAsync(NaruProcess naru, ScenarioLine line)
    {
        var words = line.Words;
        switch (line.Verb)
        {
            case "reloads":
                Assert.True(await naru.ReloadAsync());
                break;
            case "refuses-reload":
                Assert.False(await naru.ReloadAsync());
                break;
            case "restarts":
                await naru.RestartAsync();
                break;
            case "drains":
                Assert.True(await naru.DrainAsync(words[1], _servers[words[2]].Address));
                break;
            case "undrains":
                Assert.True(await naru.UndrainAsync(words[1], _servers[words[2]].Address));
                break;
            case "loses":
                await _servers[words[1]].Origin.StopAsync();
                break;
            case "regains":
                _servers[words[1]].Origin.Start();
                break;
            case "pause":
                await Task.Delay(ScenarioWords.Duration(line.Rest));
                break;

            // ends queue-timeout 1
            case "ends":
                await ReachesAsync(() => naru.EndsAsync(words[1]), words[2], line);
                break;

            // retries web 1
            case "retries":
                await ReachesAsync(async () => (await naru.StatusAsync()).Pools.Single(p => p.Name == words[1]).Retries, words[2], line);
                break;

            // queued web 1
            case "queued":
                await ReachesAsync(async () => (await naru.StatusAsync()).Pools.Single(p => p.Name == words[1]).Queued, words[2], line);
                break;

            // requests web one 3
            case "requests":
                await ReachesAsync(async () => (await naru.ServerAsync(words[1], _servers[words[2]].Address)).Requests, words[3], line);
                break;

            // responses web 5xx 1
            case "responses":
                await ReachesAsync(async () => (await naru.StatusAsync()).Listeners.Single(l => l.Name == words[1]).Responses[words[2][0] - '1'], words[3], line);
                break;

            // connect-failures web one 1
            case "connect-failures":
                await ReachesAsync(async () => (await naru.ServerAsync(words[1], _servers[words[2]].Address)).ConnectFailures, words[3], line);
                break;

            // connections one 1
            case "connections":
                await ReachesAsync(() => Task.FromResult((long)_servers[words[1]].Origin.Accepted), words[2], line);
                break;

            // state web one ejected
            case "state":
                await Eventually.IsTrue(async () => (await naru.ServerAsync(words[1], _servers[words[2]].Address)).State == words[3], line.Text);
                break;

            // log status=503 reason=queue-timeout server=null
            case "log":
                var wanted = words[1..].Select(w => _words.Fill(w).Split('=', 2)).ToArray();
                await naru.LogLineAsync(entry => wanted.All(w => ScenarioWords.Fits(w[1], Shown(entry.GetProperty(w[0])))), line.Rest);
                break;
            default:
                Assert.Fail($"naru does not know: {line.Text}");
                break;
        }
    }

    private static string Shown(JsonElement value) => value.ValueKind == JsonValueKind.Null ? "null" : value.ToString();

    private static async Task ReachesAsync(Func<Task<long>> read, string expected, ScenarioLine line)
    {
        long wanted = long.Parse(expected, CultureInfo.InvariantCulture);
        long seen = -1;
        for (int i = 0; i < 100 && (seen = await read()) != wanted; i++)
            await Task.Delay(20);
        Assert.True(seen == wanted, $"{line.Text}: it is {seen}");
    }
}
