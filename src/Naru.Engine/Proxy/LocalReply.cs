using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Telemetry;
using Naru.Engine.Listeners;
using Naru.Engine.Loop;

namespace Naru.Engine.Proxy;

/// <summary>Step 4: the responses that Naru gives itself. They are built in a buffer of their own, since the client may be slow to take them.</summary>
internal static class LocalReply
{
    private const int RetryAfterSeconds = 1;

    /// <summary>The response that belongs to a reason; nothing when there is none or another response has begun.</summary>
    public static Job<bool> SendAsync(Exchange exchange, EndReason reason) => SendAsync(exchange, reason, reason.Status(), ParseResult.Done);

    /// <param name="fault">More exact than the reason; Done: there is no more to say.</param>
    public static async Job<bool> SendAsync(Exchange exchange, EndReason reason, int status, ParseResult fault)
    {
        if (status == 0 || exchange.HasResponseBegun)
        {
            // The request still lies in the buffer: on a connection that lived on it would be served again.
            exchange.KeepAlive = false;
            return false;
        }

        exchange.KeepAlive &= TakeRequest(exchange);
        var buffer = exchange.Worker.Loop.Buffers.Rent();
        var text = fault == ParseResult.Done ? reason.Utf8Name() : HttpError.NameUtf8(fault);
        int length = LocalResponse.Write(buffer.Free, status, text, Context(exchange, status == 503 ? RetryAfterSeconds : 0));
        return await SendAsync(exchange, buffer, status, length);
    }

    /// <summary>A redirect or a fixed response.</summary>
    public static async Job<EndReason> SendAsync(Exchange exchange, Route route)
    {
        exchange.KeepAlive &= TakeRequest(exchange);
        var buffer = exchange.Worker.Loop.Buffers.RentLarge();
        int status;
        int length;
        if (route.Redirect is { } redirect)
        {
            status = redirect.Status;
            length = LocalResponse.WriteRedirect(buffer.Free, status, route.RedirectTo, Context(exchange, 0));
        }
        else
        {
            status = route.Respond!.Status;
            length = LocalResponse.WriteFixed(buffer.Free, status, route.RespondBody, Context(exchange, 0));
        }

        if (!await SendAsync(exchange, buffer, status, length))
            return EndReason.ClientAborted;
        return route.Redirect == null ? EndReason.Responded : EndReason.Redirected;
    }

    /// <param name="addedLines">Whole lines; empty: none.</param>
    internal static LocalContext Context(Exchange exchange, int retryAfterSeconds, ReadOnlySpan<byte> addedLines = default) => new()
    {
        Date = exchange.Worker.Date,
        KeepAlive = exchange.KeepAlive,
        ClientMinorVersion = exchange.Request.Length > 0 ? exchange.Request.MinorVersion : 1,
        HeadOnly = exchange.Request.Method == Method.Head,
        RetryAfterSeconds = retryAfterSeconds,
        AddedLines = addedLines,
    };

    /// <summary>Sends what was written into the buffer, and gives the buffer back.</summary>
    internal static async Job<bool> SendAsync(Exchange exchange, IoBuffer buffer, int status, int length)
    {
        exchange.HasResponseBegun = true;
        exchange.Status = status;
        int sent = await exchange.Client.SendAsync(buffer.Array, buffer.Start, length, exchange.Rules.BodyTimeoutMs);
        exchange.Worker.Loop.Buffers.Return(buffer);
        if (sent < 0)
        {
            exchange.KeepAlive = false;
            return false;
        }

        exchange.BytesOut += length;
        return true;
    }

    /// <summary>Passes over the request, so that the next one can be read. False: its body is still to come, so the connection ends.</summary>
    internal static bool TakeRequest(Exchange exchange)
    {
        if (exchange.UntakenBytes < 0)
        {
            exchange.Client.MustLinger = true;
            return false;
        }

        exchange.TakeRequest();
        return true;
    }
}
