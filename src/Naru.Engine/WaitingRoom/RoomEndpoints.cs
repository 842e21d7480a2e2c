using Naru.Core.Http;
using Naru.Core.Telemetry;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Proof;
using Naru.Engine.Loop;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// What visitors ask of a room itself, on every listener that has a route to it, for the hosts of those routes:
/// <code>
/// GET  /.naru/rooms/{room}/me      200 where the visitor stands
/// POST /.naru/rooms/{room}/claim   200 and the pass | 409 not yet, poll again
/// GET  /.naru/rooms/{room}/events  200 an event stream of the same | 503 too many of them, poll instead
/// GET  /.naru/rooms/{room}/draws   200 what lotteries can be recomputed from
/// </code>
/// No GET changes anything but who counts as present, and the cookies are SameSite: another site can claim nothing for a visitor.
/// </summary>
internal static class RoomEndpoints
{
    private static ReadOnlySpan<byte> NoSuchRoom => """{"error":"there is no such waiting room here"}"""u8;

    private static ReadOnlySpan<byte> WrongMethod => """{"error":"this method has no meaning here"}"""u8;

    private static ReadOnlySpan<byte> CrossSite => """{"error":"another site cannot claim a turn"}"""u8;

    private static ReadOnlySpan<byte> AllowGet => "Allow: GET, HEAD\r\n"u8;

    private static ReadOnlySpan<byte> AllowPost => "Allow: POST\r\n"u8;

    private static ReadOnlySpan<byte> Prefix => "/.naru/rooms/"u8;

    /// <param name="path">Canonical.</param>
    public static bool IsAsked(ReadOnlySpan<byte> path) => path.StartsWith(Prefix);

    public static async Job<EndReason> ServeAsync(Exchange exchange)
    {
        var (verb, room) = Find(exchange);
        if (room == null)
            return await RoomReply.SendErrorAsync(exchange, 404, NoSuchRoom, default) ? EndReason.NoRoute : EndReason.ClientAborted;
        var method = exchange.Request.Method;
        if (verb == Verb.Claim ? method != Method.Post : method is not (Method.Get or Method.Head))
        {
            bool isTold = await RoomReply.SendErrorAsync(exchange, 405, WrongMethod, verb == Verb.Claim ? AllowPost : AllowGet);
            return isTold ? EndReason.MethodNotAllowed : EndReason.ClientAborted;
        }

        exchange.Visit.Begin(room, exchange.Worker.Loop.Index, RoomRequest.IsSecure(exchange));
        return verb switch
        {
            Verb.Me => await LookAsync(exchange, room),
            Verb.Claim => await ClaimAsync(exchange, room),
            Verb.Draws => await RoomReply.SendDrawsAsync(exchange) ? EndReason.RoomAnswered : EndReason.ClientAborted,
            _ => await RoomEvents.StreamAsync(exchange, room),
        };
    }

    private enum Verb : byte
    {
        None,
        Me,
        Claim,
        Events,
        Draws,
    }

    private static (Verb Verb, Room? Room) Find(Exchange exchange)
    {
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        var rest = exchange.Request.Path(data)[Prefix.Length..];
        int slash = rest.IndexOf((byte)'/');
        if (slash < 0)
            return default;
        var name = rest[(slash + 1)..];
        var verb = name.SequenceEqual("me"u8) ? Verb.Me
            : name.SequenceEqual("claim"u8) ? Verb.Claim
            : name.SequenceEqual("events"u8) ? Verb.Events
            : name.SequenceEqual("draws"u8) ? Verb.Draws
            : Verb.None;
        return verb == Verb.None ? default : (verb, exchange.Rules.Rooms!.Find(exchange.Request.Host(data), rest[..slash]));
    }

    private static async Job<EndReason> LookAsync(Exchange exchange, Room room)
    {
        var visit = exchange.Visit;
        long nowMs = room.Clock.At(exchange.Worker.Loop.NowMs);
        var verdict = Look(exchange, room, nowMs, out _);
        if (verdict == PollVerdict.Slow && !await exchange.PauseAsync(visit.DelayMs))
            return exchange.CancelReason;
        if (!await RoomReply.SendJsonAsync(exchange, verdict == PollVerdict.Refuse ? 429 : 200))
            return EndReason.ClientAborted;
        return verdict == PollVerdict.Refuse ? EndReason.RoomRefused : EndReason.RoomAnswered;
    }

    private static async Job<EndReason> ClaimAsync(Exchange exchange, Room room)
    {
        var visit = exchange.Visit;
        if (RoomRequest.IsCrossSite(exchange))
        {
            visit.Counters.Count(RoomRefusal.ClaimCrossSite);
            return await RoomReply.SendErrorAsync(exchange, 403, CrossSite, default) ? EndReason.RoomRefused : EndReason.ClientAborted;
        }

        long nowMs = room.Clock.At(exchange.Worker.Loop.NowMs);
        var verdict = Look(exchange, room, nowMs, out var ticket);
        if (verdict == PollVerdict.Slow)
        {
            if (!await exchange.PauseAsync(visit.DelayMs))
                return exchange.CancelReason;
            // The gate goes by the time of the claim, and the session begins with it.
            nowMs = room.Clock.At(exchange.Worker.Loop.NowMs);
        }

        bool inside = verdict != PollVerdict.Refuse && visit.View.State switch
        {
            // A pass was shown, or the ticket's own has been lost.
            VisitorState.Admitted => ticket.Number == 0 || RoomClaim.TryTake(exchange, room, ticket, nowMs),
            VisitorState.Called => RoomClaim.TryTake(exchange, room, ticket, nowMs),
            _ => false,
        };
        int status = verdict == PollVerdict.Refuse ? 429 : inside ? 200 : 409;
        if (!await RoomReply.SendJsonAsync(exchange, status))
            return EndReason.ClientAborted;
        return verdict == PollVerdict.Refuse ? EndReason.RoomRefused : EndReason.RoomAnswered;
    }

    /// <summary>Puts into the visit where the visitor stands.</summary>
    /// <param name="ticket">Number 0: there is none, or a pass speaks for itself.</param>
    internal static PollVerdict Look(Exchange exchange, Room room, long nowMs, out Ticket ticket)
    {
        var visit = exchange.Visit;
        if (VisitorProofs.TryReadPass(exchange, nowMs, out var pass))
            return Inside(visit, room, pass, out ticket);
        bool hasTicket = VisitorProofs.TryReadTicket(exchange, nowMs, out ticket);
        if (visit.Rules.Identity is { } identity && identity.TryRead(exchange))
        {
            if (identity.TryFindPass(exchange, room, nowMs, out pass))
            {
                VisitorProofs.GivePass(exchange, pass);
                return Inside(visit, room, pass, out ticket);
            }

            hasTicket = identity.Settle(exchange, room, nowMs, hasTicket, ref ticket);
        }

        if (!hasTicket)
        {
            visit.View = RoomDoor.Outside(room);
            return PollVerdict.Pass;
        }

        var verdict = exchange.Worker.Polls.Check(room.Index, ticket.Number, nowMs, out int delayMs);
        visit.DelayMs = delayMs;
        if (verdict == PollVerdict.Refuse)
        {
            visit.Counters.Count(RoomRefusal.PollRefused);
            visit.View = RoomDoor.Nowhere(VisitorState.Unknown, RoomLimits.PollMinMs, room);
            return verdict;
        }

        if (verdict == PollVerdict.Slow)
            visit.Counters.Count(RoomRefusal.PollSlowed);
        visit.Rules.Priority.Prefer(exchange, room, ref ticket);
        visit.View = room.Node.Look(ticket.Number, ticket.Epoch, nowMs, ticket.TurnOrNone);
        if (visit.View.State == VisitorState.Unknown)
        {
            visit.Counters.Count(RoomRefusal.TicketUnknown);
            visit.View = RoomDoor.Outside(room);
        }
        else if (ticket.KeyId != visit.Rules.Keys.CurrentId)
            VisitorProofs.GiveTicket(exchange, ticket);
        return verdict;
    }

    /// <summary>Who is in has nothing to wait for.</summary>
    private static PollVerdict Inside(RoomVisit visit, Room room, in Pass pass, out Ticket ticket)
    {
        ticket = default;
        visit.View = RoomDoor.Nowhere(VisitorState.Admitted, RoomLimits.PollMinMs, room) with { Number = pass.Number };
        return PollVerdict.Pass;
    }
}
