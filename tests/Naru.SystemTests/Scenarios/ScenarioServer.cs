using System.Net;
using System.Net.Sockets;

namespace Naru.SystemTests.Scenarios;

/// <summary>
/// A server of a scenario. Its lines are exchanges, each begun by an expected request; the n-th request that comes, on
/// whatever connection, takes the n-th exchange, and the last one serves all that follow. A raw server runs its lines from
/// the top on every connection.
/// </summary>
internal sealed class ScenarioServer : IAsyncDisposable
{
    private readonly ScenarioWords _words;
    private readonly ScenarioSection _section;
    private readonly List<ScenarioLine> _prefaces = [];
    private readonly List<List<ScenarioLine>> _exchanges = [];
    private readonly List<Socket> _fillers = [];
    private int _nextExchange;

    public ScenarioServer(ScenarioSection section, ScenarioWords words)
    {
        _words = words;
        _section = section;
        foreach (var line in section.Lines)
        {
            if (line.Verb == "preface")
                _prefaces.Add(line);
            else if (_exchanges.Count == 0 || IsRequest(line.Text))
                _exchanges.Add([line]);
            else
                _exchanges[^1].Add(line);
        }

        Origin = section.Heading.Contains("raw") ? new Origin(RunRawAsync)
            : section.Heading.Contains("says") ? Origin.Saying(section.Heading[^1])
            : new Origin(RunAsync);
    }

    public Origin Origin { get; }

    public IPEndPoint Address => Origin.Address;

    /// <summary>The n-th request that must have come did.</summary>
    public void CheckAllServed()
    {
        if (!_section.Heading.Contains("raw") && Volatile.Read(ref _nextExchange) < _exchanges.Count)
            Assert.Fail($"line {_exchanges[_nextExchange][0].Number}: server {_section.Name} was never asked this: {_exchanges[_nextExchange][0].Text}");
    }

    /// <summary>Nobody is accepted any more, and the kernel's queue is full: who comes now hears nothing.</summary>
    public async Task FillAsync()
    {
        await Origin.StopAsync();
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _fillers.Add(listener);
        listener.Bind(Address);
        listener.Listen(0);
        for (int i = 0; i < 4; i++)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _fillers.Add(filler);
            _ = Record.Exception(() => filler.Connect(Address));
        }
    }

    public ValueTask DisposeAsync()
    {
        _fillers.ForEach(socket => socket.Dispose());
        return Origin.DisposeAsync();
    }

    private static bool IsRequest(string text) => text == "> *" || (text.StartsWith("> ", StringComparison.Ordinal) && text.Contains(" HTTP/", StringComparison.Ordinal));

    private Task RunRawAsync(OriginConnection connection) => new Peer(connection, _words).RunAsync(_section.Lines);

    private async Task RunAsync(OriginConnection connection)
    {
        var peer = new Peer(connection, _words);
        await peer.RunAsync(_prefaces);
        while (!peer.IsOver && await connection.HasMoreAsync())
        {
            int index = Math.Min(Interlocked.Increment(ref _nextExchange), _exchanges.Count) - 1;
            await peer.RunAsync(_exchanges[index]);
        }
    }

    private sealed class Peer(OriginConnection connection, ScenarioWords words) : ScenarioPeer(words, incoming: '>')
    {
        protected override Wire Wire => connection;

        protected override async Task<HttpMessage> ReceiveHeadAsync() =>
            await connection.ReadRequestHeadAsync() ?? throw new WireClosedException("");

        protected override Task ReceiveBodyAsync(HttpMessage message) => connection.ReadBodyAsync(message);

        protected override async Task ActAsync(ScenarioLine line)
        {
            switch (line.Verb)
            {
                case "preface" when line.Rest.StartsWith("hex ", StringComparison.Ordinal):
                    var fixedPart = await connection.ReadBytesAsync(16);
                    var rest = await connection.ReadBytesAsync((fixedPart[14] << 8) + fixedPart[15]);
                    var hex = Convert.ToHexString([.. fixedPart, .. rest]);
                    Assert.True(ScenarioWords.Fits(line.Rest[4..], hex), $"Expected {line.Rest}, got {hex}");
                    break;
                case "preface":
                    var text = await connection.ReadLineAsync();
                    Assert.True(ScenarioWords.Fits(line.Rest, text), $"Expected {line.Rest}, got {text}");
                    break;
                case "hang":
                    await connection.EndWithinAsync(TimeSpan.FromSeconds(60));
                    IsOver = true;
                    break;
                default:
                    Assert.Fail($"A server does not know: {line.Text}");
                    break;
            }
        }
    }
}
