using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Net;
using Naru.Core.Routing;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Listeners;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Pools;
using Naru.Engine.WaitingRoom;
using Naru.Engine.Workers;

namespace Naru.Engine.Proxy;

/// <summary>
/// One request and its response: all state that lives between its steps. Rented when a request's first byte is there, so
/// that idle connections hold none. Owner: the client's connection. Thread: its loop.
/// Invariant: every request that began is recorded exactly once, with the reason of its end.
/// </summary>
internal sealed class Exchange(Worker worker)
{
    private readonly LoopSignal _pause = new();
    private Server? _awaited;
    private EndReason _cancelReason;
    private bool _isRecorded;

    public Worker Worker { get; } = worker;

    public RequestHead Request { get; private set; } = new();

    public ResponseHead Response { get; } = new();

    public ServerGate Gate { get; } = new();

    public BodyRelay Upload { get; } = new(worker.Pipes);

    public BodyRelay Download { get; } = new(worker.Pipes);

    public RequestTrace Trace { get; } = new();

    /// <summary>Step 3: what the waiting room of the route decided.</summary>
    public RoomVisit Visit { get; } = new();

    public HttpConnection Client { get; private set; } = null!;

    public ListenerRules Rules { get; private set; } = null!;

    public Route? Route { get; private set; }

    public Pool? Pool { get; set; }

    public Server? Server { get; set; }

    /// <summary>A place at <see cref="Server"/> is taken.</summary>
    public bool HoldsPlace { get; set; }

    /// <summary>While the exchange uses one.</summary>
    public UpstreamConnection? Upstream { get; set; }

    /// <summary>Whether the client's connection may serve another request after this one.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>A byte of a final response has gone out: nothing else can be answered any more.</summary>
    public bool HasResponseBegun { get; set; }

    /// <summary>A byte of an answer has come, be it of a 1xx or of half a head: no other server is asked any more.</summary>
    public bool HasServerSpoken { get; set; }

    /// <summary>A kept connection turned out to be dead, and the request was sent anew: from then on only over fresh connections.</summary>
    public bool HasRepeated { get; set; }

    /// <summary>
    /// Bytes of the client's buffer that are this request, when all of it is there: it can be sent again, or passed over.
    /// Negative: more is still to come.
    /// </summary>
    public int UntakenBytes { get; set; }

    /// <summary>How many of the bytes in the client's buffer belong to this request.</summary>
    public int OwnBytes => UntakenBytes >= 0 ? UntakenBytes : Client.In?.Length ?? 0;

    /// <summary>Length of the rewritten head at the front of the client's buffer.</summary>
    public int HeadBytes { get; set; }

    /// <summary>The server that the client's sticky cookie names; null: none.</summary>
    public Server? StickyServer { get; set; }

    /// <summary>After 101.</summary>
    public ByteRelay? Tunnel { get; set; }

    /// <summary>What was wrong with a head that was refused; Done: nothing.</summary>
    public ParseResult Fault { get; private set; }

    /// <summary>Sent to the client; 0: none.</summary>
    public int Status { get; set; }

    public long BytesIn { get; set; }

    public long BytesOut { get; set; }

    public long StartUs { get; private set; }

    public long QueueUs { get; set; }

    public long ConnectUs { get; set; }

    /// <summary>When the present try gave the last byte of the request to the kernel; -1: it has not.</summary>
    public long SentUs { get; set; }

    /// <summary>From <see cref="SentUs"/> to the final response; -1: none, or it came before.</summary>
    public long FirstByteUs { get; set; }

    /// <summary>The exchange is to end: the client has gone, or time is up. <see cref="EndReason.Completed"/>: it is not.</summary>
    public EndReason CancelReason => _cancelReason;

    public bool IsCanceled => _cancelReason != EndReason.Completed;

    /// <summary>Waits on purpose: an answer is held back, or the next event of a stream is not due.</summary>
    public bool IsPaused { get; private set; }

    private EventLoop Loop => Worker.Loop;

    public void Begin(HttpConnection client, ListenerRules rules)
    {
        Client = client;
        Rules = rules;
        if (Request.FieldsMax < rules.HeadLimits.Fields)
            Request = new RequestHead(rules.HeadLimits.Fields);
        Request.Reset();
        Route = null;
        Pool = null;
        Server = null;
        Upstream = null;
        StickyServer = null;
        Fault = ParseResult.Done;
        HoldsPlace = false;
        Tunnel = null;
        KeepAlive = false;
        UntakenBytes = -1;
        HasServerSpoken = HasResponseBegun = HasRepeated = false;
        Status = 0;
        BytesIn = BytesOut = 0;
        StartUs = Loop.NowUs;
        QueueUs = ConnectUs = SentUs = FirstByteUs = -1;
        _cancelReason = EndReason.Completed;
        _isRecorded = false;
        Trace.Reset();
        Visit.Reset();
    }

    // The steps of a request:
    //
    //   1 limits ─► 2 route ─► 4 answer itself (redirect, fixed, what a waiting room is asked)   ─► 9 record
    //                       └► 3 waiting room: through, or an answer of its own
    //                          5 pick a server (sticky, then balancer)
    //                          6 its place, in turn if all are full
    //                          7 upstream connection
    //                          8 exchange; again from 5 if it may be retried

    /// <summary>Serves the request whose head was parsed. True: the client's connection lives on.</summary>
    public async Job<bool> ServeAsync()
    {
        var reason = Direct();
        if (reason != EndReason.Completed)
            await LocalReply.SendAsync(this, reason, reason.Status(), Fault);
        else if (Route == null)
            reason = await RoomEndpoints.ServeAsync(this);
        else if (Route.Pool == null)
            reason = await LocalReply.SendAsync(this, Route);
        else if (Route.Room == null || (reason = await RoomDoor.AskAsync(this, Route.Room)) == EndReason.Completed)
            reason = await RequestForwarder.ForwardAsync(this, Route.Pool);
        Record(reason);
        // Without an answer there is no going on: the request still lies in the buffer, and would be read as the next one.
        return KeepAlive && Status != 0;
    }

    /// <summary>The head is no request.</summary>
    public async Job<bool> RefuseAsync(ParseResult fault)
    {
        var reason = EndOf(fault);
        Fault = fault;
        BytesIn = Client.In?.Length ?? 0;
        await LocalReply.SendAsync(this, reason, HttpError.RequestStatus(fault), fault);
        Record(reason);
        return false;
    }

    public async Job<bool> RefuseAsync(EndReason reason)
    {
        await LocalReply.SendAsync(this, reason);
        Record(reason);
        return false;
    }

    /// <summary>Ends what the exchange waits for; the story that waits finds out why by <see cref="CancelReason"/>.</summary>
    public void Cancel(EndReason reason)
    {
        if (IsCanceled)
            return;
        _cancelReason = reason;
        if (Tunnel is { } tunnel)
        {
            tunnel.Cancel();
        }
        else if (IsPaused)
        {
            EndPause();
        }
        else if (Gate.IsQueued)
        {
            Gate.GiveUp(Errno.Canceled);
        }
        else if (Upstream is { } upstream)
        {
            Upload.Cancel();
            Download.Cancel();
            upstream.CancelWrite();
            upstream.CancelRead();
        }
    }

    /// <summary>After a fault inside Naru: lets go of whatever the exchange holds.</summary>
    public void Abandon()
    {
        Cancel(EndReason.InternalError);
        Client.CancelRead();
        Client.CancelWrite();
        if (Upstream is { } upstream)
        {
            Upstream = null;
            upstream.Close();
        }

        EndWait();
        if (HoldsPlace)
        {
            HoldsPlace = false;
            Pool!.Release(Server!, Loop.Index);
        }

        Record(EndReason.InternalError);
    }

    /// <summary>False: the client has gone meanwhile, or the exchange is to end.</summary>
    public async Job<bool> PauseAsync(int ms)
    {
        if (IsCanceled)
            return false;
        Client.ArmIdle(Loop.NowMs + ms);
        Client.Watch();
        IsPaused = true;
        await _pause.WaitAsync();
        return !IsCanceled;
    }

    public void EndPause()
    {
        IsPaused = false;
        _pause.TrySet(0);
    }

    public void QueueTimedOut() => Gate.GiveUp(Errno.TimedOut);

    /// <summary>For least-time: the server owes the first byte of its response until <see cref="EndWait"/>.</summary>
    public void BeginWait(Server server)
    {
        _awaited = server;
        server.BeginWait(Loop.NowMs);
    }

    /// <summary>Idempotent.</summary>
    public void EndWait()
    {
        _awaited?.EndWait(Loop.NowMs);
        _awaited = null;
    }

    /// <summary>Passes over a request that is wholly in the buffer.</summary>
    public void TakeRequest()
    {
        if (UntakenBytes > 0)
            Client.Consume(UntakenBytes);
        UntakenBytes = 0;
    }

    /// <summary>Step 9. Idempotent: the first reason stands.</summary>
    public void Record(EndReason reason)
    {
        if (_isRecorded)
            return;
        _isRecorded = true;
        Visit.Leave(Loop.NowMs);
        var counters = Client.Counters;
        counters.Requests++;
        counters.CountEnd(reason);
        counters.CountResponse(Status);
        counters.BytesIn += BytesIn;
        counters.BytesOut += BytesOut;
        Worker.LogHttp(this, reason);
    }

    /// <summary>Steps 1 and 2. Completed: the route was found, or none is needed.</summary>
    private EndReason Direct()
    {
        var data = Client.In!.Data;
        var request = Request;
        KeepAlive = request.KeepAlive && !Client.IsDraining;
        Trace.Capture(this, data);
        long bodyBytes = request.Framing == BodyFraming.Length ? request.ContentLength : 0;
        BytesIn = request.Length;
        if (request.Framing != BodyFraming.Chunked && data.Length - request.Length >= bodyBytes)
        {
            UntakenBytes = request.Length + (int)bodyBytes;
            BytesIn = UntakenBytes;
        }

        // 1
        if (request.ContentLength > Rules.Options.Limits.BodyBytes)
            return EndReason.BodyTooLarge;

        // 4: before 2, since no route of the operator's can name what is Naru's own
        if (Rules.Rooms != null && RoomEndpoints.IsAsked(request.Path(data)))
            return EndReason.Completed;

        // 2
        var query = new RouteQuery(request.Host(data), request.Path(data), request.MethodName(data));
        int index = Rules.Table.Find(query, new RequestFields(data, request));
        if (!request.HasPlainPath && Rules.Table.IsAmbiguous(query, new RequestFields(data, request), index, Loop.Scratch))
        {
            Fault = ParseResult.AmbiguousPath;
            KeepAlive = false;
            return EndReason.BadRequest;
        }

        if (index == RouteTable.NoRoute)
            return EndReason.NoRoute;
        Route = Rules.Routes[index];
        return EndReason.Completed;
    }

    private static EndReason EndOf(ParseResult fault) => HttpError.RequestStatus(fault) switch
    {
        414 => EndReason.UriTooLong,
        417 => EndReason.ExpectationFailed,
        431 => EndReason.HeadTooLarge,
        405 => EndReason.MethodNotAllowed,
        501 => EndReason.NotImplemented,
        505 => EndReason.VersionNotSupported,
        _ => EndReason.BadRequest,
    };
}
