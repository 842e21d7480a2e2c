using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Listeners;
using Naru.Engine.Loop;
using Naru.Engine.Workers;

namespace Naru.Engine.Proxy;

/// <summary>
/// One client of an http listener.
///
///   accept ─► who is it, may it come in ─► ┌─ wait for a request ◄─┐
///                                          └► read its head ─► serve it (Exchange) ─► keep alive?
///          close ◄─ linger, so that an answer given early is read ◄─ no
///
/// Owner: its worker, which pools it. Thread: its loop. Invariant: requests of one connection are served one after the
/// other, so answers come in order however many requests were sent ahead.
/// </summary>
internal sealed class HttpConnection(Worker worker) : ClientConnection(worker)
{
    // An answer that was sent while the request was still coming would be lost by a reset: what comes is read for so long.
    private const int LingerMs = 1000;
    private const int WatchAfterMs = 50;

    // A stop does not close an idle connection at once: a request may be on its way, and would be lost. Clients that are
    // busy send their next one within this time, and are told in its answer that it was the last.
    private const int DrainGraceMs = 1000;

    private Exchange? _exchange;
    private bool _isIdle;

    /// <summary>Kept for this client alone; null: there has never been one.</summary>
    public ClientUpstreams? Upstreams { get; private set; }

    /// <summary>Set by the exchange: the client may still send what nobody will read.</summary>
    public bool MustLinger { get; set; }

    /// <summary>Set by the exchange: the response is cut, and must not look whole.</summary>
    public bool MustReset { get; set; }

    /// <summary>The current request is to be the last.</summary>
    public bool IsDraining => Worker.State.IsDraining || Listener.IsRemoved;

    public override bool BeginsWork => true;

    public ClientUpstreams OwnUpstreams() => Upstreams ??= new ClientUpstreams();

    public override void Drain()
    {
        if (_isIdle)
            SetReadDeadline(Loop.NowMs + DrainGraceMs);
    }

    protected override void EndWaits()
    {
        _exchange?.Cancel(EndReason.Shutdown);
        CancelRead();
        CancelWrite();
    }

    protected override void Run() => RunAsync().Detach();

    protected override void OnUnawaitedInput()
    {
        // A client that closes, or ends its side, while it waits for a response has gone away (as in nginx). One that sent
        // its next request ahead has not.
        if (_exchange is { Tunnel: null } exchange && IsPeerClosed && !HasUnreadInput(exchange.OwnBytes))
            exchange.Cancel(EndReason.ClientAborted);
    }

    /// <summary>
    /// While a response is waited for, a client that goes away is to be noticed. Most responses come sooner than it matters,
    /// so a connection that is not watched yet (its first request came with it) is watched only after a while: that saves
    /// a call to the kernel for each client that connects for one request.
    /// </summary>
    public void WatchForEnd()
    {
        if (!IsWatched)
            ArmIdle(Loop.NowMs + WatchAfterMs);
    }

    protected override void OnIdleTimeout()
    {
        if (_exchange is not { } exchange)
            return;
        if (exchange.Gate.IsQueued)
            exchange.QueueTimedOut();
        else if (exchange.IsPaused)
            exchange.EndPause();
        else
            Watch();
    }

    private async Job<bool> RunAsync()
    {
        MustLinger = MustReset = false;
        await ServeAllAsync(Listener.Rules);
        if (MustReset)
            StreamSocket.ResetOnClose(Fd);
        Upstreams?.CloseAll();
        Close();
        return true;
    }

    private async Job<bool> ServeAllAsync(ListenerRules rules)
    {
        try
        {
            var admitted = await AdmitAsync(rules, Loop.NowMs + rules.HeaderTimeoutMs);
            if (admitted != EndReason.Completed)
            {
                Refusal.Give(Worker, Listener, Fd, Client, admitted);
                return false;
            }

            int waitMs = rules.HeaderTimeoutMs;
            long turn = Loop.Turn;
            int requests = 0;
            while (await ServeNextAsync(waitMs))
            {
                waitMs = IsDraining ? DrainGraceMs : Listener.Rules.IdleTimeoutMs;
                if (turn != Loop.Turn)
                {
                    turn = Loop.Turn;
                    requests = 0;
                }
                else if (++requests == EngineLimits.RequestsPerTurn)
                {
                    await Loop.YieldAsync();
                    if (IsAborted)
                        break;
                }
            }

            // Closing a socket with unread bytes is a reset, which may overtake the last response (RFC 9112 section 9.6).
            MustLinger |= !IsPeerClosed && (In != null || !IsDrained());
            if (MustLinger && !MustReset && !IsAborted)
                await LingerAsync();
            return true;
        }
        catch (Exception fault)
        {
            // A bug in Naru: it costs this connection, and nobody else's.
            Worker.LogFault(fault);
            _exchange?.Abandon();
            _exchange = null;
            MustReset = true;
            return false;
        }
    }

    /// <summary>True: the connection lives on.</summary>
    private async Job<bool> ServeNextAsync(int waitMs)
    {
        if (In == null)
        {
            _isIdle = true;
            int received = await ReceiveAsync(Loop.NowMs + waitMs);
            _isIdle = false;
            if (received <= 0)
                return false;
        }

        var exchange = Worker.RentExchange();
        exchange.Begin(this, Listener.Rules);
        _exchange = exchange;
        bool keepAlive = await ReadHeadAsync(exchange) && await exchange.ServeAsync();
        _exchange = null;
        Worker.Return(exchange);
        return keepAlive && !IsAborted;
    }

    /// <summary>False: there is no request to serve; what had to be answered was answered.</summary>
    private async Job<bool> ReadHeadAsync(Exchange exchange)
    {
        long deadlineMs = Loop.NowMs + exchange.Rules.HeaderTimeoutMs;
        while (true)
        {
            var result = RequestParser.Parse(In!.Data, exchange.Request, exchange.Rules.HeadLimits);
            if (result == ParseResult.Done)
                return true;
            if (result != ParseResult.NeedMore)
            {
                await exchange.RefuseAsync(result);
                return false;
            }

            if (In.Free.Length == 0 && In.CapacityBytes < EngineLimits.LargeBufferBytes)
                GrowIn();
            int received = await ReceiveAsync(deadlineMs);
            if (received > 0)
                continue;
            if (received == Errno.TimedOut)
                await exchange.RefuseAsync(EndReason.ClientTimeoutHeader);
            else
                exchange.Record(IsAborted ? EndReason.Shutdown : EndReason.ClientAborted);
            return false;
        }
    }

    private async Job<bool> LingerAsync()
    {
        StreamSocket.ShutdownWrite(Fd);
        ReleaseIn();
        // First as long as the client takes what it has not yet of the answer, then for a little of the rest of its request.
        int bodyTimeoutMs = Listener.Rules.BodyTimeoutMs;
        int untaken = StreamSocket.UnacknowledgedBytes(Fd);
        long giveUpMs = Loop.NowMs + bodyTimeoutMs;
        long deadlineMs = Loop.NowMs + LingerMs;
        long discarded = 0;
        while (discarded < EngineLimits.LingerBytes)
        {
            int received = await ReceiveAsync(deadlineMs);
            if (received <= 0 && (received != Errno.TimedOut || untaken <= 0))
                break;
            ReleaseIn();
            if (untaken <= 0)
            {
                discarded += received;
                continue;
            }

            int left = StreamSocket.UnacknowledgedBytes(Fd);
            if (left < untaken)
                giveUpMs = Loop.NowMs + bodyTimeoutMs;
            else if (Loop.NowMs >= giveUpMs)
                break;
            untaken = left;
            // Nothing tells when the client takes more: it is looked at again and again.
            if (left <= 0 || Loop.NowMs >= deadlineMs)
                deadlineMs = Loop.NowMs + LingerMs;
        }

        return true;
    }
}
