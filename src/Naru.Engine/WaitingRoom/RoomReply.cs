using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Telemetry;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Visitor;
using Naru.Engine.Loop;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>What a waiting room answers: the page for people, JSON for programs.</summary>
internal static class RoomReply
{
    private static ReadOnlySpan<byte> Json => "application/json"u8;

    /// <summary>Nobody keeps these but the one browser, and not for long.</summary>
    private static ReadOnlySpan<byte> JsonLines => "Cache-Control: private, no-store\r\nX-Content-Type-Options: nosniff\r\n"u8;

    /// <summary>Where the page or the JSON stands in place of what was asked for.</summary>
    private static ReadOnlySpan<byte> HeldJsonLines =>
        "Cache-Control: private, no-store\r\nX-Robots-Tag: noindex\r\nX-Content-Type-Options: nosniff\r\nVary: Accept, Accept-Language, Accept-Encoding, Cookie\r\n"u8;

    /// <summary>In place of what was asked for: the visitor waits, or is not let in. False: the client has gone.</summary>
    public static Job<bool> HoldAsync(Exchange exchange, EndReason reason)
    {
        int status = reason == EndReason.RoomRefused ? 429 : 503;
        bool isLarge = !RoomRequest.WantsJson(exchange);
        var buffer = isLarge ? exchange.Worker.Loop.Buffers.RentLarge() : exchange.Worker.Loop.Buffers.Rent();
        Prepare(exchange);
        return SendAsync(exchange, buffer, status, isLarge ? WritePage(exchange, buffer, status) : WriteView(exchange, buffer, status, HeldJsonLines));
    }

    /// <summary>The visit's view, as it is told to programs. False: the client has gone.</summary>
    public static Job<bool> SendJsonAsync(Exchange exchange, int status)
    {
        var buffer = exchange.Worker.Loop.Buffers.Rent();
        Prepare(exchange);
        return SendAsync(exchange, buffer, status, WriteView(exchange, buffer, status, JsonLines));
    }

    /// <summary>The draws of the room, which are everybody's to check. False: the client has gone.</summary>
    public static Job<bool> SendDrawsAsync(Exchange exchange)
    {
        var buffer = exchange.Worker.Loop.Buffers.Rent();
        Prepare(exchange);
        var scratch = exchange.Worker.Loop.Scratch;
        int bodyBytes = DrawsJson.Write(exchange.Visit.Room!.Node.View, scratch);
        return SendAsync(exchange, buffer, 200, Write(exchange, buffer, 200, Json, JsonLines, scratch.AsSpan(0, bodyBytes)));
    }

    /// <summary>A short complaint to a program: <c>{"error":"…"}</c>. False: the client has gone.</summary>
    /// <param name="line">Of the head, with CRLF, beside the usual ones; empty: none.</param>
    public static Job<bool> SendErrorAsync(Exchange exchange, int status, ReadOnlySpan<byte> body, ReadOnlySpan<byte> line)
    {
        var buffer = exchange.Worker.Loop.Buffers.Rent();
        Prepare(exchange);
        exchange.Visit.AddLine(line);
        return SendAsync(exchange, buffer, status, Write(exchange, buffer, status, Json, JsonLines, body));
    }

    /// <summary>What the head says depends on whether the request's body is still to come.</summary>
    private static void Prepare(Exchange exchange) => exchange.KeepAlive &= exchange.UntakenBytes >= 0;

    /// <summary>The request is passed over only here: until now the answer was made from it.</summary>
    private static Job<bool> SendAsync(Exchange exchange, IoBuffer buffer, int status, int length)
    {
        LocalReply.TakeRequest(exchange);
        return LocalReply.SendAsync(exchange, buffer, status, length);
    }

    /// <summary>The JSON alone; its length.</summary>
    public static int WriteView(Exchange exchange, Span<byte> target)
    {
        var visit = exchange.Visit;
        var room = visit.Room!;
        var view = room.Node.View;
        long opensMs = view?.Phase is RoomPhase.Scheduled or RoomPhase.Prequeue ? view.Settings.OpensMs : 0;
        long inMs = opensMs - room.Clock.At(exchange.Worker.Loop.NowMs);
        var opening = inMs <= 0 ? default
            : new ComingOpening(DateTimeOffset.FromUnixTimeMilliseconds(opensMs).ToOffset(visit.Rules.Options.Opens?.Offset ?? TimeSpan.Zero), inMs);
        return VisitorJson.Write(visit.View, room.Message, opening, target);
    }

    private static int WriteView(Exchange exchange, IoBuffer buffer, int status, ReadOnlySpan<byte> lines)
    {
        var scratch = exchange.Worker.Loop.Scratch;
        int bodyBytes = WriteView(exchange, scratch);
        return Write(exchange, buffer, status, Json, lines, scratch.AsSpan(0, bodyBytes));
    }

    private static int WritePage(Exchange exchange, IoBuffer buffer, int status)
    {
        var visit = exchange.Visit;
        var room = visit.Room!;
        var view = room.Node.View;
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        var page = visit.Rules.Page.In(RoomRequest.Field(exchange, "accept-language"u8));
        var facts = new VisitorFacts
        {
            View = visit.View,
            Phase = view?.Phase ?? RoomPhase.Open,
            NowMs = room.Clock.At(exchange.Worker.Loop.NowMs),
            IssuedMs = visit.IssuedMs,
            OpensMs = view?.Settings.OpensMs ?? 0,
            OpensOffset = visit.Rules.Options.Opens?.Offset ?? TimeSpan.Zero,
            Host = exchange.Request.Host(data),
            Message = room.Message,
            Commitment = view == null || view.Phase == RoomPhase.Open ? default : view.NextCommitment.Span,
            Seed = SeedOf(view, visit.View.Number),
            NoPlace = visit.NoPlace,
            Puzzle = visit.Slip.Puzzle,
            WorkBits = visit.NoPlace == NoPlace.Slowed ? visit.Slip.WorkBits : 0,
            MustResend = exchange.Request.Method is not (Method.Get or Method.Head),
        };
        var scratch = exchange.Worker.Loop.Scratch;
        bool isPacked = AcceptsGzip.In(RoomRequest.Field(exchange, "accept-encoding"u8));
        int bodyBytes = isPacked ? page.WriteGzip(facts, scratch) : page.Write(facts, scratch);
        var lines = isPacked ? page.GzipFieldLines : page.FieldLines;
        return Write(exchange, buffer, status, LocalizedPage.ContentType, lines, scratch.AsSpan(0, bodyBytes));
    }

    /// <summary>Of the draw that gave the number its place: anyone can recompute it.</summary>
    private static ReadOnlySpan<byte> SeedOf(RoomView? view, long number)
    {
        for (int i = (view?.Draws.Count ?? 0) - 1; i >= 0 && number > 0; i--)
        {
            var draw = view!.Draws[i];
            if (number >= draw.From && number < draw.To)
                return draw.Seed;
        }

        return default;
    }

    private static int Write(
        Exchange exchange, IoBuffer buffer, int status, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> fieldLines, ReadOnlySpan<byte> body)
    {
        var visit = exchange.Visit;
        if (visit.Room != null && visit.HasDeadPass)
            visit.AddedLine(visit.Rules.Cookies.WritePassEnd(visit.IsSecure, visit.FreeLines));
        int retryAfterSeconds = status is 503 or 429 ? VisitorFacts.RetryAfter(visit.View.PollAfterMs) : 0;
        int length = LocalResponse.WriteContent(
            buffer.Free, status, contentType, fieldLines, body, LocalReply.Context(exchange, retryAfterSeconds, visit.Lines));
        return length >= 0 ? length : throw new InvalidOperationException("An answer of a waiting room is longer than its buffer.");
    }
}
