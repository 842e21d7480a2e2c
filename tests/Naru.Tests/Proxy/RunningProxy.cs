using System.Net;
using System.Reflection;
using System.Text;
using Naru.Config;
using Naru.Core.Config;
using Naru.Engine;
using Naru.Engine.Listeners;
using Naru.Engine.Loop;
using Naru.Engine.Pools;
using Naru.Engine.Telemetry;
using Naru.Engine.Workers;
using Naru.Tests.Loop;

namespace Naru.Tests.Proxy;

/// <summary>The engine on a port of the loopback, with one http listener "web" and one pool "web".</summary>
internal sealed class RunningProxy : IAsyncDisposable
{
    private readonly List<string> _log = [];

    /// <param name="servers">The value of <c>servers</c>.</param>
    /// <param name="pool">Further keys of the pool, one a line.</param>
    /// <param name="listener">Further keys of the listener, one a line.</param>
    /// <param name="loops">Of the data plane.</param>
    /// <param name="more">Further pools, one a line.</param>
    /// <param name="connections">Of clients, at most.</param>
    public RunningProxy(string servers, string pool = "", string listener = "", int loops = 1, string more = "", int connections = 1000)
    {
        Engine = NaruEngine.Start(Snapshot(servers, pool, listener, loops, more, connections), Log);
        EndPoint = IPEndPoint.Parse(Engine.Status().Listeners[0].Binds[0]);
    }

    public NaruEngine Engine { get; }

    public IPEndPoint EndPoint { get; }

    public string Complaints
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public ListenerStatus Listener => Engine.Status().Listeners[0];

    public PoolStatus Pool => Engine.Status().Pools[0];

    public Pool InnerPool =>
        ((Dictionary<string, Pool>)Field(Engine, "_pools"))["web"];

    /// <summary>The first one.</summary>
    public EventLoop Loop => Worker.Loop;

    /// <summary>How long the listener's next pause would be when there is no room for a client.</summary>
    public int AcceptPauseMs => (int)Field(((List<Acceptor>)Field(Worker, "_acceptors"))[0], "_pauseMs");

    /// <summary>Sockets of clients and to servers that Naru counts as open.</summary>
    public int Descriptors => (int)Field(Worker.State, "_descriptors");

    /// <summary>As if the process were allowed so many.</summary>
    public void LimitDescriptors(long max) => Worker.State.DescriptorsMax = max;

    /// <summary>The first loop does nothing until the result is disposed.</summary>
    public LoopHold HoldLoop() => new(Loop);

    /// <summary>Ends when the first loop has dealt with all that it could hear of until now.</summary>
    public Task TurnAsync() => TurnWatch.TurnAsync(Loop);

    /// <summary>No check begins, ends or runs into its timeout until the result is disposed.</summary>
    public LoopHold HoldHealthLoop() => new((EventLoop)Field(Field(Engine, "_health"), "_loop"));

    public Task<Peer> ConnectAsync(string? from = null) => Peer.ConnectAsync(EndPoint, from == null ? null : IPAddress.Parse(from));

    public void Reload(string servers, string pool = "", string listener = "") => Engine.Reload(Snapshot(servers, pool, listener, 1, "", 1000));

    private Worker Worker => ((Worker[])Field(Engine, "_workers"))[0];

    /// <summary>Looks again and again until it is so; fails after a minute.</summary>
    public async Task UntilAsync(Func<bool> isSo, string what)
    {
        for (int i = 0; i < 6000; i++)
        {
            if (isSo())
                return;
            await Task.Delay(10);
        }

        Assert.Fail($"Not within a minute: {what}. {Complaints}");
    }

    public async ValueTask DisposeAsync() => await Engine.StopAsync(TimeSpan.Zero);

    private static Snapshot Snapshot(string servers, string pool, string listener, int loops, string more, int connections)
    {
        string yaml = $"""
            process: [[ loops: {loops}, maxConnections: {connections} ]]
            listeners:
              - name: web
                bind: 127.0.0.1:1
            {Indent(listener, 4)}
                routes:
                  - match: [[ path: /ping ]]
                    respond: [[ body: pong ]]
                  - pool: web
            pools:
              web:
                servers: {servers}
            {Indent(pool, 4)}
            {Indent(more, 2)}
            """.Replace("[[", "{", StringComparison.Ordinal).Replace("]]", "}", StringComparison.Ordinal);
        var result = ConfigFile.Parse(Encoding.UTF8.GetBytes(yaml), "test.yaml", new FileConfigSources("/"));
        Assert.True(result.IsValid, result.Report());
        // A file can't ask for any free port; the engine can.
        var read = result.Snapshot.Listeners[0];
        return new Snapshot
        {
            Process = result.Snapshot.Process,
            Pools = result.Snapshot.Pools,
            Listeners =
            [
                new ListenerOptions
                {
                    Name = read.Name,
                    Binds = [new IPEndPoint(IPAddress.Loopback, 0)],
                    Timeouts = read.Timeouts,
                    Limits = read.Limits,
                    Routes = read.Routes,
                },
            ],
        };
    }

    private static object Field(object owner, string name) =>
        owner.GetType().GetField(name, BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(owner)!;

    private static string Indent(string lines, int columns) =>
        string.Join('\n', lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => new string(' ', columns) + l));

    private void Log(string line)
    {
        lock (_log)
            _log.Add(line);
    }
}
