using System.Net;
using Naru.Core.Config;
using Naru.Core.Http;
using Naru.Core.Net;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Listeners;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Pools;
using Naru.Engine.Proxy;
using Naru.Engine.Relay;
using Naru.Engine.Telemetry;
using Naru.Engine.WaitingRoom;

namespace Naru.Engine.Workers;

/// <summary>
/// Everything that one loop owns: its acceptors, its client connections, and the pooled objects that serve them.
/// Owner: the engine. Thread: its loop, except where said.
/// </summary>
internal sealed class Worker
{
    private const long LogSeldomMs = 5000;

    private readonly Stack<HttpConnection> _httpConnections = new();
    private readonly Stack<TcpConnection> _tcpConnections = new();
    private readonly Stack<UpstreamConnection> _upstreams = new();
    private readonly Stack<Exchange> _exchanges = new();
    private readonly List<Acceptor> _acceptors = [];
    private readonly HttpDate _date = new();
    private readonly RequestIds _requestIds = new();
    private ClientConnection? _firstOpen;
    private int _openCount;
    private long _nextSeldomLogMs;
    private LogRing? _accessLog;
    private PollLimiter? _polls;

    public Worker(int index, int loopCount, EngineState state)
    {
        State = state;
        LoopCount = loopCount;
        Loop = new EventLoop(index, $"naru-loop-{index}", OnFault);
        Pipes = new PipePool(state);
    }

    public EventLoop Loop { get; }

    public int LoopCount { get; }

    public EngineState State { get; }

    public PipePool Pipes { get; }

    public Random Random { get; } = new();

    /// <summary>Slows visitors who poll a waiting room far too often; made when the first one polls.</summary>
    public PollLimiter Polls => _polls ??= new PollLimiter();

    /// <summary>Client connections of this loop. Thread: any.</summary>
    public int OpenCount => Volatile.Read(ref _openCount);

    public bool HasRoom => State.HasRoom;

    public bool HasAccessLog => _accessLog != null;

    /// <summary>The current date as HTTP writes it.</summary>
    public ReadOnlySpan<byte> Date => _date.At(Loop.NowMs);

    public void NextRequestId(Span<byte> target) => _requestIds.Next(target);

    /// <summary>Takes effect with the next request.</summary>
    public void UseAccessLog(LogRing? ring) => _accessLog = ring;

    public void Listen(Listener listener, IPEndPoint bind, int fd)
    {
        var acceptor = new Acceptor(this, listener, bind, fd);
        _acceptors.Add(acceptor);
        acceptor.Start();
    }

    /// <summary>Gives every acceptor to the listener that has its address now. Those of addresses that nobody has refuse newcomers.</summary>
    public void HandAcceptors(IReadOnlyDictionary<IPEndPoint, Listener> listeners)
    {
        foreach (var acceptor in _acceptors)
        {
            if (listeners.TryGetValue(acceptor.Bind, out var listener))
                acceptor.HandTo(listener);
            else
                acceptor.RefuseNewcomers();
        }
    }

    /// <summary>Closes the acceptors of addresses that are in use no more; who is connected stays.</summary>
    public void CloseAcceptors(IReadOnlyDictionary<IPEndPoint, Listener> listeners)
    {
        foreach (var acceptor in _acceptors.Where(a => !listeners.ContainsKey(a.Bind)).ToArray())
        {
            acceptor.Stop();
            _acceptors.Remove(acceptor);
        }
    }

    public void Accepted(Listener listener, int fd, in SocketName peer)
    {
        var client = new Endpoint(peer.AddressBytes, peer.Port);
        var refusal = listener.TryAddConnection(client, out bool countsForAddress);
        if (refusal != EndReason.Completed)
        {
            Refusal.Give(this, listener, fd, client, refusal);
            Descriptor.Close(fd);
            return;
        }

        State.AddConnection();
        ClientConnection connection = listener.Protocol == ListenerProtocol.Http
            ? _httpConnections.TryPop(out var http) ? http : new HttpConnection(this)
            : _tcpConnections.TryPop(out var tcp) ? tcp : new TcpConnection(this);
        connection.PreviousOpen = null;
        connection.NextOpen = _firstOpen;
        if (_firstOpen is { } first)
            first.PreviousOpen = connection;
        _firstOpen = connection;
        Volatile.Write(ref _openCount, _openCount + 1);
        connection.Begin(listener, fd, client, countsForAddress);
    }

    /// <summary>The connection's story has ended and its socket is closed: the object may serve another one.</summary>
    public void Closed(ClientConnection connection)
    {
        State.RemoveConnection();
        Volatile.Write(ref _openCount, _openCount - 1);
        if (connection.PreviousOpen is { } previous)
            previous.NextOpen = connection.NextOpen;
        else
            _firstOpen = connection.NextOpen;
        if (connection.NextOpen is { } next)
            next.PreviousOpen = connection.PreviousOpen;
        connection.PreviousOpen = connection.NextOpen = null;
        if (connection is HttpConnection http)
            _httpConnections.Push(http);
        else
            _tcpConnections.Push((TcpConnection)connection);
    }

    public Exchange RentExchange() => _exchanges.TryPop(out var exchange) ? exchange : new Exchange(this);

    public void Return(Exchange exchange) => _exchanges.Push(exchange);

    /// <summary>
    /// A connection with a fresh socket, to be connected to the server. Null: Naru has run out of descriptors, which is no fault of
    /// the server.
    /// </summary>
    public UpstreamConnection? OpenUpstream(LoopServer target, PoolRules rules)
    {
        var upstream = _upstreams.TryPop(out var used) ? used : new UpstreamConnection(this);
        int result = upstream.Open(target, rules.MaxAgeMs);
        if (result < 0 && target.Server.Pool.CloseOneIdle(Loop.Index))
            result = upstream.Open(target, rules.MaxAgeMs);
        if (result == 0)
            return upstream;
        upstream.Close();
        LogSeldom($"no socket for {target.Server.Name}: {Errno.Text(result)}.");
        return null;
    }

    public void Return(UpstreamConnection upstream) => _upstreams.Push(upstream);

    /// <summary>Counts a failure of a server for passive health.</summary>
    public void ReportFailure(Server server, PoolRules rules)
    {
        server.ForLoop(Loop.Index).Counters.Failures++;
        if (rules.IsLeastTime)
            server.ObserveFailure(Loop.NowMs);
        server.Judge(Loop.NowMs, -1);
        if (server.ReportFailure(rules.FailureThreshold))
            server.Pool.ReportFailures(server.Pool, server);
    }

    /// <summary>Idle clients are closed, busy ones after their response.</summary>
    public void DrainAll() => DrainAll(_ => true);

    public void DrainAll(Func<ClientConnection, bool> isMeant)
    {
        for (var connection = _firstOpen; connection != null;)
        {
            var next = connection.NextOpen;
            if (isMeant(connection))
                connection.Drain();
            connection = next;
        }
    }

    public void AbortAll()
    {
        for (var connection = _firstOpen; connection != null;)
        {
            var next = connection.NextOpen;
            connection.Abort();
            connection = next;
        }
    }

    public void LogHttp(Exchange exchange, EndReason reason)
    {
        if (_accessLog == null)
            return;
        var trace = exchange.Trace;
        Write(new AccessRecord
        {
            UnixTimeMs = _date.UnixTimeMs(exchange.StartUs / 1000),
            Listener = exchange.Client.Listener.NameBytes,
            Client = exchange.Client.Client,
            Method = trace.Method,
            Host = trace.Host,
            Path = trace.Path,
            Protocol = trace.Method.IsEmpty ? default : trace.MinorVersion == 0 ? "HTTP/1.0"u8 : "HTTP/1.1"u8,
            Detail = exchange.Fault == ParseResult.Done ? default : HttpError.NameUtf8(exchange.Fault),
            Status = exchange.Status,
            Reason = reason,
            Route = exchange.Route is { } route ? route.Name : default,
            Room = exchange.Visit.Room is { } room ? room.NameBytes : default,
            Pool = exchange.Pool is { } pool ? pool.NameBytes : default,
            Server = exchange.Server is { } server ? server.NameBytes : default,
            BytesIn = exchange.BytesIn,
            BytesOut = exchange.BytesOut,
            TotalUs = Loop.NowUs - exchange.StartUs,
            QueueUs = exchange.QueueUs,
            ConnectUs = exchange.ConnectUs,
            FirstByteUs = exchange.FirstByteUs,
            Attempts = exchange.Pool == null ? 0 : exchange.Gate.Attempts,
            RequestId = trace.RequestId,
            UserAgent = trace.UserAgent,
        });
    }

    public void LogTcp(TcpConnection connection, in TcpEnd end)
    {
        if (_accessLog == null)
            return;
        Write(new AccessRecord
        {
            UnixTimeMs = _date.UnixTimeMs(end.StartUs / 1000),
            Listener = connection.Listener.NameBytes,
            Client = connection.Client,
            Protocol = "tcp"u8,
            Reason = end.Reason,
            Pool = end.Pool is { } pool ? pool.NameBytes : default,
            Server = end.Server is { } server ? server.NameBytes : default,
            BytesIn = end.BytesIn,
            BytesOut = end.BytesOut,
            TotalUs = Loop.NowUs - end.StartUs,
            QueueUs = end.QueueUs,
            ConnectUs = end.ConnectUs,
            Attempts = end.Attempts,
        });
    }

    /// <summary>A client that may not come in, before any request of it was read.</summary>
    public void LogRefusal(Listener listener, in Endpoint client, EndReason reason, int status, long bytesOut)
    {
        if (_accessLog == null)
            return;
        Write(new AccessRecord
        {
            UnixTimeMs = _date.UnixTimeMs(Loop.NowMs),
            Listener = listener.NameBytes,
            Client = client,
            Protocol = listener.Protocol == ListenerProtocol.Tcp ? "tcp"u8 : default,
            Status = status,
            Reason = reason,
            BytesOut = bytesOut,
        });
    }

    public void Log(string line) => State.Log(line);

    /// <summary>For what may happen many times a second.</summary>
    public void LogSeldom(string line)
    {
        if (Loop.NowMs < _nextSeldomLogMs)
            return;
        _nextSeldomLogMs = Loop.NowMs + LogSeldomMs;
        Log(line);
    }

    public void LogFault(Exception fault) => LogSeldom($"internal error, one connection was closed: {fault}");

    private void Write(in AccessRecord record)
    {
        int length = AccessLogLine.Write(record, Loop.Scratch);
        _accessLog!.Write(Loop.Scratch.AsSpan(0, length));
    }

    /// <summary>A dispatch threw, which is a bug in Naru: its connection is ended, the loop goes on.</summary>
    private void OnFault(EventTarget? target, Exception fault)
    {
        LogFault(fault);
        if (target is Connection connection)
            connection.CloseSocket();
    }
}
