using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Pools;

namespace Naru.Engine.Proxy;

/// <summary>
/// Step 8: one request and its response over one upstream connection.
///
///   a send the head, with the body if it is whole ─► b upload the rest beside ─► c response head (1xx passed on)
///   ─► d response body ─► e settle the upload          or, after 101: tunnel
/// </summary>
internal static class RoundTrip
{
    public static async Job<EndReason> RunAsync(Exchange exchange, PoolRules rules, UpstreamConnection upstream)
    {
        // a, b
        var client = exchange.Client;
        Job<BodyEnd> upload = default;
        bool uploads = exchange.UntakenBytes < 0;
        exchange.SentUs = -1;
        if (uploads)
        {
            BeginUpload(exchange, rules, upstream);
            upload = UploadAsync(exchange, rules, upstream);
        }
        else
        {
            int sent = await upstream.SendAsync(client.In!.Array, client.In.Start, exchange.UntakenBytes, rules.IdleTimeoutMs);
            if (sent < 0)
                return sent == Errno.TimedOut ? EndReason.FirstByteTimeout : EndReason.UpstreamReset;
            upstream.Server.Counters.BytesOut += exchange.UntakenBytes;
            NoteSent(exchange, rules, upstream);
        }

        // c, d
        client.WatchForEnd();
        // Most responses come after one wait. It stands here, and not where heads are read, so that few methods are suspended
        // by it: each costs some 20 ns.
        long sentTurn = upstream.Loop.Turn;
        int received = uploads ? 1 : await upstream.ReceiveAsync(upstream.Loop.NowMs + rules.FirstByteTimeoutMs);
        // Bytes that the loop had heard of before it sent the request answer another one, or none. The kept connection is
        // given up, as if its server had closed it. Not so for a request that must not be sent twice: the kernel was asked before, and
        // there was nothing, so what came in the same turn is a fast answer.
        bool isStale = upstream.IsReused && !uploads && received > 0 && upstream.Loop.Turn == sentTurn
            && Methods.IsIdempotent(exchange.Request.Method);
        var reason = received > 0 && !isStale
            ? await ReceiveResponseAsync(exchange, rules, upstream, uploads)
            : EndOfWait(exchange, received);

        // e
        if (uploads)
            reason = await SettleUploadAsync(exchange, upstream, upload, reason);
        exchange.EndWait();
        if (reason == EndReason.Completed)
            exchange.TakeRequest();
        else
            exchange.KeepAlive &= !exchange.HasResponseBegun;
        return reason;
    }

    private static void BeginUpload(Exchange exchange, PoolRules rules, UpstreamConnection upstream)
    {
        var request = exchange.Request;
        var upload = exchange.Upload;
        upload.ReadTimeoutMs = exchange.Rules.BodyTimeoutMs;
        // A client that holds its body back is not waited for, but the server that has not asked for it.
        bool awaitsContinue = request.ExpectsContinue && exchange.Client.In!.Length == exchange.HeadBytes;
        upload.ContinueTimeoutMs = awaitsContinue ? rules.FirstByteTimeoutMs : 0;
        upload.ReadRateMin = exchange.Rules.Options.Timeouts.MinRateBytesPerSecond;
        upload.WriteTimeoutMs = rules.IdleTimeoutMs;
        upload.BytesMax = exchange.Rules.Options.Limits.BodyBytes;
        bool isChunked = request.Framing == BodyFraming.Chunked;
        upload.Begin(exchange.Client, upstream, request.Framing, isChunked, Math.Max(0, request.ContentLength));
    }

    private static async Job<BodyEnd> UploadAsync(Exchange exchange, PoolRules rules, UpstreamConnection upstream)
    {
        var end = await exchange.Upload.RunAsync(exchange.HeadBytes);
        if (end == BodyEnd.Completed)
            exchange.UntakenBytes = 0;
        // A response that is under way has deadlines of its own, and is passed on also when the client stopped sending because
        // of it. But a client that is gone, or sent nonsense, gets no more.
        if (exchange.HasResponseBegun && end is not (BodyEnd.SourceEnded or BodyEnd.SourceFailed or BodyEnd.Malformed or BodyEnd.TooLarge))
            return end;
        if (end == BodyEnd.Completed)
            NoteSent(exchange, rules, upstream);
        // A server that refuses the rest of the body may have answered before.
        if (end is BodyEnd.Completed or BodyEnd.TargetFailed)
            upstream.SetReadDeadline(upstream.Loop.NowMs + rules.FirstByteTimeoutMs);
        else if (end == BodyEnd.TargetTimedOut)
            upstream.CancelRead(Errno.TimedOut);
        else if (exchange.Upload.HasSourceFailed)
            upstream.CancelRead();
        return end;
    }

    /// <summary>
    /// The response is there, or none will come. An upload that still runs is ended: after an early answer the server need
    /// not read the rest, so both connections are closed once the answer is out.
    /// </summary>
    private static async Job<EndReason> SettleUploadAsync(Exchange exchange, UpstreamConnection upstream, Job<BodyEnd> upload, EndReason reason)
    {
        exchange.Upload.Cancel();
        var end = await upload;
        exchange.BytesIn = exchange.Request.Length + exchange.Upload.BodyBytes;
        upstream.Server.Counters.BytesOut += exchange.Upload.BytesSent;
        if (end == BodyEnd.Completed)
            return reason;

        exchange.KeepAlive = false;
        exchange.Client.MustLinger = true;
        exchange.Response.DoNotKeep();
        return end switch
        {
            _ when reason == EndReason.Completed => reason,
            BodyEnd.SourceEnded or BodyEnd.SourceFailed => EndReason.ClientAborted,
            BodyEnd.SourceTimedOut => EndReason.ClientTimeoutBody,
            BodyEnd.SourceTooSlow => EndReason.ClientTooSlow,
            BodyEnd.Malformed => EndReason.BadRequestBody,
            BodyEnd.TooLarge => EndReason.BodyTooLarge,
            _ => reason,
        };
    }

    private static async Job<EndReason> ReceiveResponseAsync(Exchange exchange, PoolRules rules, UpstreamConnection upstream, bool uploads)
    {
        for (int interim = 0; ; interim++)
        {
            var reason = await ReadHeadAsync(exchange, rules, upstream, uploads);
            if (reason != EndReason.Completed)
                return reason;
            if (!exchange.Response.IsInterim)
                break;
            if (interim == EngineLimits.InterimResponses)
                return EndReason.UpstreamBadResponse;
            if (!await PassInterimAsync(exchange, upstream))
                return EndReason.ClientAborted;
        }

        NoteFirstByte(exchange, rules, upstream);
        if (exchange.Response.ReleasesVisitor)
            exchange.Visit.Release();
        if (exchange.Response.IsSwitchingProtocols)
            return exchange.Request.AsksUpgrade ? await TunnelAsync(exchange, upstream) : EndReason.UpstreamBadResponse;
        return await PassResponseAsync(exchange, rules, upstream);
    }

    /// <summary>Completed: a head was parsed.</summary>
    private static async Job<EndReason> ReadHeadAsync(Exchange exchange, PoolRules rules, UpstreamConnection upstream, bool uploads)
    {
        long deadlineMs = Connection.NoDeadline;
        exchange.Response.Reset();
        while (true)
        {
            if (upstream.In is { } buffer)
            {
                exchange.HasServerSpoken = true;
                var result = ResponseParser.Parse(buffer.Data, exchange.Response, exchange.Request.Method, HeadLimits.Default);
                if (result == ParseResult.Done)
                    return EndReason.Completed;
                if (result != ParseResult.NeedMore)
                    return EndReason.UpstreamBadResponse;
                if (buffer.Free.Length == 0 && buffer.CapacityBytes < EngineLimits.LargeBufferBytes)
                    upstream.GrowIn();
            }

            if (exchange.IsCanceled)
                return exchange.CancelReason;
            // No answer is due to half a request. How exactly the client failed is told when the upload is settled.
            if (uploads && exchange.Upload.HasSourceFailed)
                return EndReason.ClientAborted;
            // While the body is on its way the server has no reason to answer; the upload sets the deadline when it is out.
            if (deadlineMs == Connection.NoDeadline && !(uploads && exchange.Upload.IsRunning))
                deadlineMs = upstream.Loop.NowMs + rules.FirstByteTimeoutMs;
            int received = await upstream.ReceiveAsync(deadlineMs);
            if (received <= 0)
                return EndOfWait(exchange, received);
        }
    }

    private static EndReason EndOfWait(Exchange exchange, int received) =>
        exchange.IsCanceled ? exchange.CancelReason
        : received == Errno.TimedOut ? EndReason.FirstByteTimeout
        : EndReason.UpstreamReset;

    /// <summary>1xx: passed on to clients that know them (RFC 9110 section 15.2).</summary>
    private static async Job<bool> PassInterimAsync(Exchange exchange, UpstreamConnection upstream)
    {
        var buffer = upstream.In!;
        if (exchange.Request.MinorVersion == 0)
        {
            upstream.Consume(exchange.Response.Length);
            return true;
        }

        int length = WriteHead(exchange, buffer, default);
        int sent = await exchange.Client.SendAsync(buffer.Array, buffer.Start, length, exchange.Rules.BodyTimeoutMs);
        if (sent < 0)
            return false;
        exchange.BytesOut += length;
        upstream.Consume(length);
        if (exchange.Response.Status == 100)
            exchange.Upload.Continue();
        return true;
    }

    private static async Job<EndReason> PassResponseAsync(Exchange exchange, PoolRules rules, UpstreamConnection upstream)
    {
        var response = exchange.Response;
        var download = exchange.Download;
        int minorVersion = exchange.Request.MinorVersion;
        var framing = ResponseWriter.FramingToClient(response, minorVersion);
        exchange.KeepAlive &= framing != BodyFraming.UntilClose
            && !exchange.Client.IsDraining
            && exchange.UntakenBytes >= 0; // or the rest of the request would be read as the next one
        exchange.Status = response.Status;
        int headBytes = WriteHead(exchange, upstream.In!, StickyServer.CookieFor(exchange, rules));

        download.ReadTimeoutMs = rules.IdleTimeoutMs;
        download.WriteTimeoutMs = exchange.Rules.BodyTimeoutMs;
        download.WriteRateMin = exchange.Rules.Options.Timeouts.MinRateBytesPerSecond;
        download.Begin(upstream, exchange.Client, response.Framing, framing == BodyFraming.Chunked, response.ContentLength);
        exchange.HasResponseBegun = true;
        var end = await download.RunAsync(headBytes);
        exchange.BytesOut += download.BytesSent;
        upstream.Server.Counters.BytesIn += download.BytesSent;
        if (end == BodyEnd.Completed)
            return EndReason.Completed;

        // The client must not take what it got for the whole.
        exchange.KeepAlive = false;
        exchange.Client.MustReset = true;
        if (exchange.IsCanceled)
            return exchange.CancelReason;
        return end switch
        {
            BodyEnd.SourceTimedOut or BodyEnd.SourceTooSlow => EndReason.UpstreamIdleTimeout,
            BodyEnd.SourceEnded or BodyEnd.SourceFailed => EndReason.UpstreamCut,
            BodyEnd.Malformed or BodyEnd.TooLarge => EndReason.UpstreamBadBody,
            BodyEnd.TargetTimedOut => EndReason.ClientTimeoutSend,
            BodyEnd.TargetTooSlow => EndReason.ClientTooSlow,
            _ => EndReason.ClientAborted,
        };
    }

    /// <summary>After 101 the connection belongs to another protocol: bytes both ways, never parsed.</summary>
    private static async Job<EndReason> TunnelAsync(Exchange exchange, UpstreamConnection upstream)
    {
        var client = exchange.Client;
        var buffer = upstream.In!;
        exchange.TakeRequest();
        exchange.KeepAlive = false;
        exchange.HasResponseBegun = true;
        exchange.Status = 101;
        int length = WriteHead(exchange, buffer, default);
        int sent = await client.SendAsync(buffer.Array, buffer.Start, length, exchange.Rules.BodyTimeoutMs);
        if (sent < 0)
            return EndReason.ClientAborted;
        upstream.Consume(length);
        exchange.BytesOut += length;
        exchange.Response.DoNotKeep();

        var tunnel = new ByteRelay(exchange.Worker.Pipes);
        exchange.Tunnel = tunnel;
        var end = await tunnel.RunAsync(client, upstream, exchange.Rules.IdleTimeoutMs);
        exchange.Tunnel = null;
        exchange.BytesIn += tunnel.BytesForth;
        exchange.BytesOut += tunnel.BytesBack;
        if (end != RelayEnd.Completed)
        {
            client.MustReset = true;
            StreamSocket.ResetOnClose(upstream.Fd);
        }

        return end.Reason();
    }

    /// <summary>Replaces the head in the buffer by the one for the client; its length.</summary>
    private static int WriteHead(Exchange exchange, IoBuffer buffer, ReadOnlySpan<byte> setCookie)
    {
        var scratch = exchange.Worker.Loop.Scratch;
        var context = new ResponseContext
        {
            Date = exchange.Worker.Date,
            ClientMinorVersion = exchange.Request.MinorVersion,
            KeepAlive = exchange.KeepAlive,
            SetCookie = setCookie,
            AddedLines = exchange.Visit.Lines,
        };
        int length = ResponseWriter.Write(buffer.Data, exchange.Response, context, scratch);
        if (length < 0)
            throw new InvalidOperationException("A rewritten head is longer than the codec promises.");
        buffer.ReplacePrefix(exchange.Response.Length, scratch.AsSpan(0, length));
        return length;
    }

    /// <summary>The last byte of the request is out: from now on the server is waited for.</summary>
    private static void NoteSent(Exchange exchange, PoolRules rules, UpstreamConnection upstream)
    {
        exchange.SentUs = upstream.Loop.NowUs;
        if (rules.IsLeastTime)
            exchange.BeginWait(upstream.Server.Server);
    }

    private static void NoteFirstByte(Exchange exchange, PoolRules rules, UpstreamConnection upstream)
    {
        // An answer before the end of the request does not tell how long answers take.
        if (exchange.SentUs < 0)
            return;
        long firstByteUs = upstream.Loop.NowUs - exchange.SentUs;
        exchange.FirstByteUs = firstByteUs;
        ref var counts = ref upstream.Server.Counters;
        counts.LatencyUs += (firstByteUs - counts.LatencyUs) / 8;
        var server = upstream.Server.Server;
        server.Judge(upstream.Loop.NowMs, firstByteUs);
        if (rules.IsLeastTime)
            server.Observe(upstream.Loop.NowMs, firstByteUs / 1000.0);
        exchange.EndWait();
    }
}
