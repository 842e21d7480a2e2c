using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Net;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Pools;

namespace Naru.Engine.Proxy;

/// <summary>
/// Steps 5 to 8: brings a request to a server of the pool and its response back, at another server if that fails and may
/// be tried again.
/// </summary>
internal static class RequestForwarder
{
    //   5 pick ─► 6 place ─► 7 connect ─► 8 exchange ─► settle the connection
    //   ▲                        │ failed       │ no byte of a response
    //   └──── may be retried ◄───┴──────────────┘
    public static async Job<EndReason> ForwardAsync(Exchange exchange, Pool pool)
    {
        var rules = pool.Rules;
        var loop = exchange.Worker.Loop;
        exchange.Pool = pool;
        exchange.Gate.Begin(pool, loop, RequestHash.Of(exchange, rules), StickyServer.Find(exchange, rules));
        exchange.Gate.LoopPool.Budget.OnRequest(loop.NowMs);
        Rewrite(exchange);
        EndReason reason;
        long queueDeadlineMs = 0;
        while (true)
        {
            // 5, 6
            var server = exchange.Gate.TryTake();
            if (server == null && exchange.Gate.MustQueue)
            {
                long before = loop.NowUs;
                if (queueDeadlineMs == 0)
                    queueDeadlineMs = loop.NowMs + exchange.Gate.LoopPool.WaitMs(rules);
                exchange.Client.ArmIdle(queueDeadlineMs);
                exchange.Client.Watch();
                (server, reason) = await exchange.Gate.QueueAsync(rules.Options.Queue.Size);
                exchange.QueueUs = Math.Max(0, exchange.QueueUs) + loop.NowUs - before;
                if (server == null)
                    break;
            }

            reason = EndReason.NoServer;
            if (server == null)
                break;

            // 7, 8
            exchange.Server = server;
            exchange.HoldsPlace = true;
            reason = await TryServerAsync(exchange, rules, server);
            Report(exchange, rules, server, reason);
            exchange.HoldsPlace = false;
            pool.Release(server, loop.Index);
            if (reason == EndReason.ConnectionLimit && !exchange.IsCanceled && exchange.Gate.AwaitSocket())
                continue;
            if (!MayRetry(exchange, rules, server, reason))
                break;
            exchange.Gate.LoopPool.Retries++;
        }

        if (exchange.IsCanceled)
            reason = exchange.CancelReason;
        if (!exchange.HasResponseBegun)
            await LocalReply.SendAsync(exchange, reason);
        return reason;
    }

    /// <summary>One try: a connection that was kept if there is one, a fresh one if the kept one turns out to be dead.</summary>
    private static async Job<EndReason> TryServerAsync(Exchange exchange, PoolRules rules, Server server)
    {
        var loopServer = server.ForLoop(exchange.Worker.Loop.Index);
        loopServer.Counters.Requests++;
        if (!exchange.HasRepeated && TakeKept(exchange, rules, loopServer) is { } kept)
        {
            // A request that must not be sent twice is not risked on a connection that has just been closed; nor is a body
            // that is not at hand a second time.
            if ((Methods.IsIdempotent(exchange.Request.Method) && exchange.UntakenBytes >= 0) || kept.IsQuiet())
            {
                exchange.Upstream = kept;
                var reason = await RoundTrip.RunAsync(exchange, rules, kept);
                Settle(exchange, rules, kept, reason);
                if (reason != EndReason.UpstreamReset || !MayRepeat(exchange))
                    return reason;
                exchange.HasRepeated = true;
            }
            else
            {
                kept.Close();
            }
        }

        // 7
        long before = exchange.Worker.Loop.NowUs;
        if (exchange.Worker.OpenUpstream(loopServer, rules) is not { } fresh)
            return EndReason.ConnectionLimit;
        exchange.Upstream = fresh;
        int result = await fresh.ConnectAsync(server.SocketName, rules.ConnectTimeoutMs);
        exchange.ConnectUs = exchange.Worker.Loop.NowUs - before;
        if (result == 0 && rules.Options.SendProxyProtocol != ProxyProtocolVersion.None)
            result = SendProxyHeader(exchange, rules.Options.SendProxyProtocol, fresh);
        if (result == 0)
        {
            var reason = await RoundTrip.RunAsync(exchange, rules, fresh);
            Settle(exchange, rules, fresh, reason);
            return reason;
        }

        exchange.Upstream = null;
        fresh.Close();
        loopServer.Counters.ConnectFailures++;
        return result is Errno.TimedOut or Errno.ConnectionTimedOut ? EndReason.ConnectTimeout : EndReason.ConnectFailed;
    }

    /// <summary>After a PROXY header only what the same client's connection left behind will do.</summary>
    private static UpstreamConnection? TakeKept(Exchange exchange, PoolRules rules, LoopServer server)
    {
        var version = rules.Options.SendProxyProtocol;
        return version == ProxyProtocolVersion.None ? server.TakeIdle() : exchange.Client.Upstreams?.Take(server, version);
    }

    /// <summary>After the exchange the connection is kept for another one, or closed.</summary>
    private static void Settle(Exchange exchange, PoolRules rules, UpstreamConnection upstream, EndReason reason)
    {
        exchange.Upstream = null;
        if (reason == EndReason.Completed && MayKeep(exchange, rules, upstream))
            upstream.Park(IsSurplus(exchange, rules, upstream) ? Math.Min(rules.KeepAliveMs, EngineLimits.SurplusIdleMs) : rules.KeepAliveMs);
        else
            upstream.Close();
    }

    /// <summary>
    /// Writes the head in the form that is forwarded over the one that was received, once for all tries. A body that is not
    /// complete stays where it is, and is read only when a connection exists.
    /// </summary>
    private static void Rewrite(Exchange exchange)
    {
        var worker = exchange.Worker;
        var client = exchange.Client;
        var buffer = client.In!;
        Span<byte> address = stackalloc byte[Endpoint.TextBytesMax];
        Span<byte> host = stackalloc byte[Endpoint.TextBytesMax];
        Span<byte> id = stackalloc byte[HttpLimits.RequestIdBytes];
        worker.NextRequestId(id);
        var context = new ForwardContext
        {
            PeerAddress = address[..client.Client.FormatAddress(address)],
            RequestId = id,
            FallbackHost = exchange.Request.HasHost ? default : LocalHost(client, host),
            PeerTrusted = exchange.Rules.Trusts(client.Peer),
            HidesRoomCookies = exchange.Rules.Rooms != null,
        };
        exchange.Trace.CaptureId(exchange, buffer.Data, context);
        var scratch = worker.Loop.Scratch;
        int length = RequestWriter.Write(buffer.Data, exchange.Request, context, scratch);
        if (length < 0)
            throw new InvalidOperationException("A rewritten head is longer than the codec promises.");
        buffer.ReplacePrefix(exchange.Request.Length, scratch.AsSpan(0, length));
        exchange.HeadBytes = length;
        if (exchange.UntakenBytes >= 0)
            exchange.UntakenBytes += length - exchange.Request.Length;
    }

    /// <summary>The address that the client reached, for a request of HTTP/1.0 that names no host.</summary>
    private static ReadOnlySpan<byte> LocalHost(HttpConnection client, Span<byte> text)
    {
        _ = StreamSocket.LocalAddress(client.Fd, out var local);
        return text[..new Endpoint(local.AddressBytes, local.Port).Format(text)];
    }

    private static int SendProxyHeader(Exchange exchange, ProxyProtocolVersion version, UpstreamConnection upstream)
    {
        var client = exchange.Client;
        var scratch = exchange.Worker.Loop.Scratch;
        int length = client.WriteProxyHeader(version, scratch);
        upstream.BelongTo(client.OwnUpstreams(), version);
        // A fresh socket has room for a header of 107 bytes at the most.
        return Math.Min(0, StreamSocket.Send(upstream.Fd, scratch.AsSpan(0, length)));
    }

    /// <summary>Tells passive health how it went. What the client did is not the server's fault.</summary>
    private static void Report(Exchange exchange, PoolRules rules, Server server, EndReason reason)
    {
        if (exchange.IsCanceled)
            return;
        bool isGatewayError = exchange.HasResponseBegun && exchange.Status is 502 or 503 or 504;
        if (reason.Fault() == EndFault.Server || isGatewayError)
            exchange.Worker.ReportFailure(server, rules);
        else if (exchange.HasResponseBegun)
            server.ReportSuccess();
    }

    /// <summary>
    /// Whether the request may go to another server: before any byte of a response, within attempts and budget, and only if
    /// the server can't have acted on it or acting twice does no harm (RFC 9110 section 9.2.2).
    /// </summary>
    private static bool MayRetry(Exchange exchange, PoolRules rules, Server server, EndReason reason)
    {
        var retry = rules.Options.Retry;
        bool isRetryable = reason switch
        {
            EndReason.ConnectFailed or EndReason.ConnectTimeout => retry.OnConnect,
            EndReason.UpstreamReset => retry.OnReset && MayRepeat(exchange),
            _ => false,
        };
        if (!isRetryable || exchange.IsCanceled)
            return false;
        if (reason == EndReason.ConnectFailed && exchange.Gate.IsFreeTry(server))
            return true;
        if (exchange.Gate.AttemptsCharged >= retry.Attempts)
            return false;
        if (exchange.Gate.LoopPool.Budget.TryRetry(exchange.Worker.Loop.NowMs))
            return true;
        exchange.Gate.LoopPool.RetriesRefused++;
        return false;
    }

    /// <summary>The request was sent and may be sent once more: it is whole in the buffer, unanswered, and harmless.</summary>
    private static bool MayRepeat(Exchange exchange) =>
        exchange.UntakenBytes > 0 && !exchange.IsCanceled && !exchange.HasServerSpoken && Methods.IsIdempotent(exchange.Request.Method);

    private static bool MayKeep(Exchange exchange, PoolRules rules, UpstreamConnection upstream)
    {
        return exchange.Response.KeepAlive
            && rules.Options.Connections.Idle > 0
            && upstream.In == null
            && upstream.IsDrained()
            && !upstream.IsPeerClosed
            && !upstream.Server.Server.IsRemoved
            && upstream.Header == exchange.Pool!.Options.SendProxyProtocol // a reload may have changed it meanwhile
            && upstream.ExpiresMs > exchange.Worker.Loop.NowMs;
    }

    private static bool IsSurplus(Exchange exchange, PoolRules rules, UpstreamConnection upstream)
    {
        int loops = exchange.Worker.LoopCount;
        return upstream.Server.IdleCount >= (rules.Options.Connections.Idle + loops - 1) / loops;
    }
}
