using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Naru.Admin;
using Naru.Cli;
using Naru.Core.Config;
using Naru.Engine;
using Naru.Engine.Telemetry;

namespace Naru.Demo;

/// <summary>
/// The demo as a whole: servers, the real engine, its admin, the load, the view.
/// Owner: <c>naru demo</c>. Invariant: however it ends, the terminal is as it was and every port is closed.
/// </summary>
internal sealed class DemoProgram : IAsyncDisposable
{
    private static readonly TimeSpan FrameEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(1);

    private readonly DemoText _text;
    private readonly IReadOnlyList<DemoServer> _servers;
    private readonly NaruEngine _engine;
    private readonly AdminServer? _admin;
    private readonly string? _adminAddress;
    private readonly IPEndPoint _http;
    private readonly IPEndPoint _tcp;
    private readonly IPEndPoint _shop;
    private readonly ShopDemoServer _shopServer;
    private readonly DemoCrowd _crowd;
    private readonly DemoLoad _load;
    private readonly DemoControls _controls;
    private readonly DemoEvents _events;
    private readonly DemoSampler _sampler;
    private readonly long _began = Stopwatch.GetTimestamp();

    private DemoProgram(
        DemoText text, IReadOnlyList<DemoServer> servers, ShopDemoServer shopServer, DemoControls controls, NaruEngine engine,
        IPEndPoint http, IPEndPoint tcp, IPEndPoint shop, (AdminServer Server, string Address)? admin)
    {
        _text = text;
        _servers = servers;
        _controls = controls;
        _engine = engine;
        _http = http;
        _tcp = tcp;
        (_shop, _shopServer, _crowd) = (shop, shopServer, new DemoCrowd(new Uri($"http://{shop}/")));
        _admin = admin?.Server;
        _adminAddress = admin?.Address;
        _load = new DemoLoad(http, tcp);
        _events = new DemoEvents(text, servers.ToDictionary(s => s.EndPoint.ToString(), s => s.Name));
        _sampler = new DemoSampler(servers, _load.Http, _load.Tcp, _events);
    }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_began);

    /// <returns>The exit code: failed when not one request was answered.</returns>
    public static async Task<int> RunAsync(DemoText text, TimeSpan? duration, TextWriter output)
    {
        using var over = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        await using var demo = await StartAsync(text);
        if (duration is { } limit)
            over.CancelAfter(limit);
        var load = Task.WhenAll(demo._load.RunAsync(over.Token), demo._crowd.RunAsync(over.Token));
        if (ReferenceEquals(output, Console.Out) && DemoScreen.IsUsable)
            await demo.ShowAsync(over.Token);
        else
            await demo.PrintAsync(output, over.Token);
        await over.CancelAsync();
        await load;
        var answered = demo._load.Http.Answered + demo._load.Tcp.Answered;
        output.WriteLine(text.Ended(answered, demo._load.Http.Failed + demo._load.Tcp.Failed));
        return answered > 0 ? ExitCode.Ok : ExitCode.Failed;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            over.Cancel();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _load.Dispose();
        _crowd.Dispose();
        if (_admin is not null)
            await _admin.DisposeAsync();
        await _engine.StopAsync(TimeSpan.Zero);
        await _engine.DisposeAsync();
        foreach (var server in _servers)
            await server.DisposeAsync();
        await _shopServer.DisposeAsync();
    }

    private static async Task<DemoProgram> StartAsync(DemoText text)
    {
        DemoServer[] servers =
        [
            new HttpDemoServer("web-1", TimeSpan.FromMilliseconds(4)),
            new HttpDemoServer("web-2", TimeSpan.FromMilliseconds(8)),
            new HttpDemoServer("web-3", TimeSpan.FromMilliseconds(16)),
            new RegionDemoServer("line-1", TimeSpan.FromMilliseconds(5)),
            new RegionDemoServer("line-2", TimeSpan.FromMilliseconds(10)),
            new RegionDemoServer("line-3", TimeSpan.FromMilliseconds(20)),
        ];
        var shopServer = new ShopDemoServer("shop", TimeSpan.FromMilliseconds(3));
        var controls = new DemoControls();
        var http = FreePort(preferred: 8080);
        var tcp = FreePort(preferred: 7000);
        var shop = FreePort(preferred: 8081);
        try
        {
            // What the engine would log is told by the view, from the status.
            var engine = NaruEngine.Start(Config(http, tcp, shop, servers, shopServer, controls), static _ => { });
            return new DemoProgram(text, servers, shopServer, controls, engine, http, tcp, shop, await StartAdmin(engine));
        }
        catch (EngineException e)
        {
            throw new CliException(e.Message);
        }
    }

    private static Snapshot Config(
        IPEndPoint http, IPEndPoint tcp, IPEndPoint shop, IReadOnlyList<DemoServer> servers, DemoServer shopServer, DemoControls controls)
        => DemoConfig.Create(http, tcp, shop, servers.Take(servers.Count / 2), servers.Skip(servers.Count / 2), shopServer, controls);

    /// <summary>So that <c>naru status</c> in another terminal shows the demo. It goes on without when the port is busy.</summary>
    private static async Task<(AdminServer Server, string Address)?> StartAdmin(NaruEngine engine)
    {
        var (address, _) = AdminServer.Check(new AdminOptions());
        var actions = new AdminActions
        {
            IsDraining = () => false,
            Status = engine.Status,
            Drain = engine.Drain,
            Undrain = engine.Undrain,
            Rooms = engine.Rooms,
            ControlRoom = engine.ControlRoomAsync,
            Reload = () => new ReloadOutcome(false, ["the demo has no configuration file to read again"], []),
        };
        try
        {
            return (await AdminServer.StartAsync(address, token: null, actions), address.ToString());
        }
        catch (AdminException)
        {
            return null;
        }
    }

    /// <summary>A port that is easy to remember when it is free, otherwise any.</summary>
    private static IPEndPoint FreePort(int preferred)
    {
        foreach (var port in (int[])[preferred, 0])
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return (IPEndPoint)socket.LocalEndPoint!;
            }
            catch (SocketException)
            {
            }
        }
        throw new CliException("no free port on 127.0.0.1 for the demo");
    }

    private async Task ShowAsync(CancellationToken over)
    {
        var keys = Console.IsInputRedirected ? null : ReadKeys();
        var view = new DemoView(_text, _controls, Addresses(), new DemoRoomView(_text, $"http://{_shop}/"));
        using var screen = new DemoScreen();
        while (!_controls.IsOver && !over.IsCancellationRequested)
        {
            var frame = Sample();
            screen.Show((width, height) => view.Draw(frame, width, height));
            await WaitForKey(keys, over);
        }
    }

    private async Task PrintAsync(TextWriter output, CancellationToken over)
    {
        foreach (var address in Addresses())
            output.WriteLine($"{_text.Try}: {address}");
        output.WriteLine($"{_text.OpenInBrowser} http://{_shop}/");
        var lines = new DemoLines(output);
        Sample();
        while (true)
        {
            try
            {
                await Task.Delay(LineEvery, over);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            lines.Write(Sample(), _events.Count);
        }
    }

    private DemoFrame Sample()
    {
        _crowd.IsPaused = _controls.IsPaused;
        (_load.HttpRate, _load.TcpRate) = _controls.IsPaused ? (0, 0) : (_controls.HttpRate, _controls.TcpRate);
        return _sampler.Sample(Elapsed, _engine.Status());
    }

    private List<string> Addresses()
    {
        List<string> addresses = [$"curl {_http}", $"nc {_tcp.Address} {_tcp.Port}"];
        if (_adminAddress is not null)
            addresses.Add("naru status");
        return addresses;
    }

    /// <summary>A thread of its own, because reading a key blocks. It ends with the process.</summary>
    private static ChannelReader<char> ReadKeys()
    {
        var keys = Channel.CreateBounded<char>(64);
        var reader = new Thread(() =>
        {
            while (true)
                keys.Writer.TryWrite(Console.ReadKey(intercept: true).KeyChar);
        })
        {
            IsBackground = true,
            Name = "naru-demo-keys",
        };
        reader.Start();
        return keys.Reader;
    }

    /// <summary>Until the next frame is due, or a key was pressed: then the frame is drawn at once.</summary>
    private async Task WaitForKey(ChannelReader<char>? keys, CancellationToken over)
    {
        using var due = CancellationTokenSource.CreateLinkedTokenSource(over);
        due.CancelAfter(FrameEvery);
        try
        {
            if (keys is null)
                await Task.Delay(Timeout.Infinite, due.Token);
            else
                await keys.WaitToReadAsync(due.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        var before = (_controls.HttpBalance, _controls.TcpBalance);
        var (crowds, isPaused) = (_controls.Crowds, _controls.IsRoomPaused);
        while (keys!.TryRead(out var key))
        {
            if (_controls.Press(key) is { } condition)
                Do(condition);
        }
        if (before != (_controls.HttpBalance, _controls.TcpBalance))
            _engine.Reload(Config(_http, _tcp, _shop, _servers, _shopServer, _controls));
        if (crowds != _controls.Crowds)
            SendCrowd();
        if (isPaused != _controls.IsRoomPaused)
            await HoldRoom(_controls.IsRoomPaused);
    }

    private void SendCrowd()
    {
        _crowd.Send();
        _events.Add(Elapsed, "white", _text.CrowdCame(DemoRoom.CrowdSize));
    }

    private async Task HoldRoom(bool isPaused)
    {
        await _engine.ControlRoomAsync(DemoRoom.Name, new RoomControl(isPaused ? RoomAction.Pause : RoomAction.Resume));
        _events.Add(Elapsed, "white", _text.RoomPaused(isPaused));
    }

    private void Do(DemoCondition condition)
    {
        var server = _servers[_controls.Selected];
        if (server.Condition == condition)
            return;
        server.Become(condition);
        _events.Add(Elapsed, "white", _text.Did(server.Name, condition));
    }
}
