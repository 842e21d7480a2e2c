using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Telemetry;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Proof;
using Naru.Core.WaitingRoom.Visitor;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// The event stream (WHATWG HTML, server-sent events): one <c>data:</c> line of JSON whenever the place has changed, a comment when it
/// has not for a while. It ends when the visitor is inside or the ticket is worth nothing, when Naru stops, and when the reader is
/// so slow that events pile up in its socket.
/// </summary>
internal static class RoomEvents
{
    private const int IntervalMs = 2_000;
    private const int CalledIntervalMs = 500;

    // Well under the minute after which proxies and mobile networks forget a silent connection.
    private const int HeartbeatMs = 15_000;
    private const int SendTimeoutMs = 5_000;

    // An event is about 150 bytes: more than a hundred of them unread.
    private const int UnreadBytesMax = 16 * 1024;

    private static ReadOnlySpan<byte> Head =>
        "Cache-Control: private, no-store\r\nX-Accel-Buffering: no\r\nX-Content-Type-Options: nosniff\r\n"u8;

    public static async Job<EndReason> StreamAsync(Exchange exchange, Room room)
    {
        var visit = exchange.Visit;
        var loop = exchange.Worker.Loop;
        var verdict = RoomEndpoints.Look(exchange, room, room.Clock.At(loop.NowMs), out var ticket);
        if (verdict == PollVerdict.Slow && !await exchange.PauseAsync(visit.DelayMs))
            return exchange.CancelReason;
        if (verdict == PollVerdict.Refuse)
            return await RoomReply.SendJsonAsync(exchange, 429) ? EndReason.RoomRefused : EndReason.ClientAborted;
        if (!visit.TryHoldStream())
        {
            visit.Counters.Count(RoomRefusal.TooManyStreams);
            return await RoomReply.SendJsonAsync(exchange, 503) ? EndReason.RoomRefused : EndReason.ClientAborted;
        }

        exchange.KeepAlive = false;
        visit.AddLine(Head);
        LocalReply.TakeRequest(exchange);
        bool isHead = exchange.Request.Method == Method.Head;
        long quietSinceMs = loop.NowMs;
        var told = visit.View;
        bool goesOn = await SendAsync(exchange, Part.First);
        while (goesOn && !isHead && !IsLast(visit.View.State) && !exchange.Client.IsDraining && !room.IsRemoved)
        {
            if (!await exchange.PauseAsync(visit.View.State == VisitorState.Called ? CalledIntervalMs : IntervalMs))
                break;
            if (StreamSocket.UnacknowledgedBytes(exchange.Client.Fd) > UnreadBytesMax)
                return EndReason.ClientTooSlow;
            visit.View = ticket.Number == 0
                ? visit.View
                : room.Node.Look(ticket.Number, ticket.Epoch, room.Clock.At(loop.NowMs), ticket.TurnOrNone);
            if (IsNews(told, visit.View))
            {
                told = visit.View;
                quietSinceMs = loop.NowMs;
                goesOn = await SendAsync(exchange, Part.Event);
            }
            else if (loop.NowMs - quietSinceMs >= HeartbeatMs)
            {
                quietSinceMs = loop.NowMs;
                goesOn = await SendAsync(exchange, Part.Comment);
            }
        }

        // Whoever leaves a stream has seen enough of it.
        return goesOn || exchange.CancelReason == EndReason.ClientAborted ? EndReason.RoomAnswered : EndReason.ClientTimeoutSend;
    }

    private enum Part : byte
    {
        First,
        Event,
        Comment,
    }

    // No more events come after it.
    private static bool IsLast(VisitorState state) => state is VisitorState.Admitted or VisitorState.Unknown;

    // The interval has jitter in it and alone is none.
    private static bool IsNews(in VisitorView before, in VisitorView now) => before with { PollAfterMs = 0 } != now with { PollAfterMs = 0 };

    /// <summary>A buffer is held only while it is sent: thousands of streams hold none.</summary>
    private static async Job<bool> SendAsync(Exchange exchange, Part part)
    {
        var buffer = exchange.Worker.Loop.Buffers.Rent();
        int length = Write(exchange, part, buffer.Free);
        if (part == Part.First)
        {
            exchange.HasResponseBegun = true;
            exchange.Status = 200;
        }

        int sent = await exchange.Client.SendAsync(buffer.Array, buffer.Start, length, SendTimeoutMs);
        exchange.Worker.Loop.Buffers.Return(buffer);
        if (sent < 0)
            return false;
        exchange.BytesOut += length;
        return true;
    }

    private static int Write(Exchange exchange, Part part, Span<byte> target)
    {
        if (part == Part.Comment)
        {
            ":\n\n"u8.CopyTo(target);
            return 3;
        }

        var visit = exchange.Visit;
        int length = part == Part.First
            ? LocalResponse.WriteStreamHead(target, 200, "text/event-stream"u8, LocalReply.Context(exchange, 0, visit.Lines))
            : 0;
        if (part == Part.First && exchange.Request.Method == Method.Head)
            return length;
        "data: "u8.CopyTo(target[length..]);
        length += "data: "u8.Length;
        length += RoomReply.WriteView(exchange, target[length..]);
        "\n\n"u8.CopyTo(target[length..]);
        return length + 2;
    }
}
