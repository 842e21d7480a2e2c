using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Listeners;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Pools;
using Naru.Engine.Proxy;
using Naru.Engine.Workers;

namespace Naru.Engine.Relay;

/// <summary>
/// One client of a tcp listener.
///
///   accept ─► 1 who is it, may it come in (PROXY header, deny, allow)
///          ─► 2 pick a server, in turn if all are full
///          ─► 3 connect; another server if that fails
///          ─► 4 say who the client is (PROXY header to the server)
///          ─► 5 relay both ways until both ends are reached
///          ─► 6 record
///
/// Owner: its worker, which pools it. Thread: its loop.
/// </summary>
internal sealed class TcpConnection(Worker worker) : ClientConnection(worker)
{
    private readonly ServerGate _gate = new();
    private readonly ByteRelay _relay = new(worker.Pipes);
    private Pool? _pool;
    private Server? _server;
    private UpstreamConnection? _upstream;
    private long _startUs;
    private long _queueUs;
    private long _connectUs;
    private bool _isRelaying;

    public override void Drain()
    {
        // A relay has no end that Naru could ask for: it goes on until the drain time is over.
    }

    protected override void EndWaits()
    {
        _gate.GiveUp(Errno.Canceled);
        if (_isRelaying)
        {
            _relay.Cancel();
            return;
        }

        CancelRead();
        _upstream?.CancelWrite();
    }

    protected override void Run() => RunAsync().Detach();

    protected override void OnUnawaitedInput()
    {
        if (IsPeerClosed && _gate.IsQueued && !HasUnreadInput())
            _gate.GiveUp(Errno.Canceled);
    }

    protected override void OnIdleTimeout() => _gate.GiveUp(Errno.TimedOut);

    private async Job<bool> RunAsync()
    {
        _pool = null;
        _server = null;
        _queueUs = _connectUs = -1;
        _startUs = Loop.NowUs;
        var rules = Listener.Rules;
        EndReason reason;
        try
        {
            reason = await ServeAsync(rules);
        }
        catch (Exception fault)
        {
            // A bug in Naru: it costs this connection, and nobody else's.
            Worker.LogFault(fault);
            reason = EndReason.InternalError;
            Abandon();
        }

        Finish(reason);
        return true;
    }

    private async Job<EndReason> ServeAsync(ListenerRules rules)
    {
        var reason = await AdmitAsync(rules, Loop.NowMs + rules.HeaderTimeoutMs);
        if (reason != EndReason.Completed)
        {
            Counters.ConnectionsRefused++;
            return reason;
        }

        _pool = rules.Pool!;
        reason = await ConnectAsync(_pool);
        return reason == EndReason.Completed ? await RelayAsync(rules) : reason;
    }

    private void Abandon()
    {
        _upstream?.Close();
        _upstream = null;
        if (_server is { } server)
            server.Pool.Release(server, Loop.Index);
        _server = null;
    }

    private async Job<EndReason> ConnectAsync(Pool pool)
    {
        var poolRules = pool.Rules;
        _gate.Begin(pool, Loop, Pool.PlacementHash.Hash(Client.HashBytes));
        _gate.LoopPool.Budget.OnRequest(Loop.NowMs);
        long queueDeadlineMs = 0;
        while (true)
        {
            // 2
            var server = _gate.TryTake();
            if (server == null && _gate.MustQueue)
            {
                long before = Loop.NowUs;
                if (queueDeadlineMs == 0)
                    queueDeadlineMs = Loop.NowMs + _gate.LoopPool.WaitMs(poolRules);
                ArmIdle(queueDeadlineMs);
                Watch();
                (server, var queueEnd) = await _gate.QueueAsync(poolRules.Options.Queue.Size);
                _queueUs = Math.Max(0, _queueUs) + Loop.NowUs - before;
                if (server == null)
                    return IsAborted ? EndReason.Shutdown : queueEnd;
            }

            if (server == null)
                return EndReason.NoServer;

            // 3
            _server = server;
            var reason = await ConnectAsync(poolRules, server.ForLoop(Loop.Index));
            if (reason == EndReason.Completed)
                return reason;
            _server = null;
            pool.Release(server, Loop.Index);
            if (IsAborted)
                return EndReason.Shutdown;
            if (reason == EndReason.ConnectionLimit && _gate.AwaitSocket())
                continue;
            if (reason.Fault() == EndFault.Server)
                Worker.ReportFailure(server, poolRules);
            if (poolRules.Options.Retry.OnConnect && reason == EndReason.ConnectFailed && _gate.IsFreeTry(server))
                continue;
            if (!poolRules.Options.Retry.OnConnect || _gate.AttemptsCharged >= poolRules.Options.Retry.Attempts)
                return reason;
            if (!_gate.LoopPool.Budget.TryRetry(Loop.NowMs))
            {
                _gate.LoopPool.RetriesRefused++;
                return reason;
            }

            _gate.LoopPool.Retries++;
        }
    }

    private async Job<EndReason> ConnectAsync(PoolRules rules, LoopServer server)
    {
        long before = Loop.NowUs;
        if (Worker.OpenUpstream(server, rules) is not { } upstream)
            return EndReason.ConnectionLimit;
        // Before it is known how it ends: successes are what was tried less what failed.
        server.Counters.Requests++;
        _upstream = upstream;
        int result = await upstream.ConnectAsync(server.Server.SocketName, rules.ConnectTimeoutMs);

        _connectUs = Loop.NowUs - before;

        // 4
        if (result == 0 && rules.Options.SendProxyProtocol != ProxyProtocolVersion.None)
        {
            int length = WriteProxyHeader(rules.Options.SendProxyProtocol, Loop.Scratch);
            // A fresh socket has room for a header of 107 bytes at the most.
            result = Math.Min(0, StreamSocket.Send(upstream.Fd, Loop.Scratch.AsSpan(0, length)));
        }

        if (result == 0)
            return EndReason.Completed;
        _upstream = null;
        upstream.Close();
        server.Counters.ConnectFailures++;
        return result is Errno.TimedOut or Errno.ConnectionTimedOut ? EndReason.ConnectTimeout : EndReason.ConnectFailed;
    }

    private async Job<EndReason> RelayAsync(ListenerRules rules)
    {
        // 5
        var server = _server!;
        var upstream = _upstream!;
        server.ReportSuccess();
        _isRelaying = true;
        var end = await _relay.RunAsync(this, upstream, rules.IdleTimeoutMs);
        _isRelaying = false;
        _upstream = null;
        if (end != RelayEnd.Completed)
        {
            // A cut stream must not look like a whole one.
            StreamSocket.ResetOnClose(Fd);
            StreamSocket.ResetOnClose(upstream.Fd);
        }

        upstream.Close();
        ref var counts = ref server.ForLoop(Loop.Index).Counters;
        counts.BytesIn += _relay.BytesBack;
        counts.BytesOut += _relay.BytesForth;
        server.Pool.Release(server, Loop.Index);
        return end.Reason();
    }

    private void Finish(EndReason reason)
    {
        // 6
        Counters.Requests++;
        Counters.CountEnd(reason);
        var end = new TcpEnd(reason, _pool, _server, _startUs, _queueUs, _connectUs, _pool == null ? 0 : _gate.Attempts, 0, 0);
        if (_server != null)
            end = end with { BytesIn = _relay.BytesForth, BytesOut = _relay.BytesBack };
        else
            StreamSocket.ResetOnClose(Fd);
        Counters.BytesIn += end.BytesIn;
        Counters.BytesOut += end.BytesOut;
        Worker.LogTcp(this, end);
        Close();
    }
}
