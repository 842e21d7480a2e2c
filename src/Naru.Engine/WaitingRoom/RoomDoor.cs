using System.Text;
using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Telemetry;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Joins;
using Naru.Core.WaitingRoom.Proof;
using Naru.Core.WaitingRoom.Visitor;
using Naru.Core.Config;
using Naru.Engine.Loop;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Step 3 of a request: lets it through to the pool, or answers it with a place in the line. The route has been found by the one
/// canonical host and path that are also forwarded, so no spelling of either goes around.
/// </summary>
internal static class RoomDoor
{
    // New numbers come with the next tick of the keeper. A visitor who meets an empty hand in a burst is held for some ticks: that
    // is kinder than a page that has no place to tell, and cheaper than the same visitor's next request.
    private const int NumberWaits = 6;

    // Without a place there is no interval of one's own: about when an answer may be another one.
    private const int HeldRetryMs = 3_000;
    private const int ClosedRetryMs = 20_000;

    private enum Answer : byte
    {
        Through,

        /// <summary>The visitor is told where they stand.</summary>
        Hold,

        /// <summary>No number is at hand; one may come with the next tick.</summary>
        NoNumber,
        Closed,
        Refused,
    }

    //   a bypass ──────────────────────────────► through
    //   b pass: its session lives ─────────────► through; the slot is held meanwhile, the cookie renewed now and then
    //   c store lost: as the operator chose
    //   d ticket: called, and a page is loaded ─► claim ─► through; else told the place
    //     where a login is named, what it has already stands for the ticket
    //   e nobody waits ────────────────────────► through, with a pass on the response
    //   f join limits: later, or refused
    //   g a number and its ticket; told the place
    //
    // What is shown and not worth anything is counted, and the request goes on to the next step as if it had not been shown.

    /// <summary>Completed: the request goes to the pool. Otherwise it has been answered.</summary>
    public static async Job<EndReason> AskAsync(Exchange exchange, Room room)
    {
        var answer = Ask(exchange, room);
        for (int waits = 0; answer == Answer.NoNumber && waits < NumberWaits; waits++)
        {
            if (!await exchange.PauseAsync(RoomLimits.TickMs))
                return exchange.CancelReason;
            answer = Join(exchange, room, room.Clock.At(exchange.Worker.Loop.NowMs));
        }

        if (answer == Answer.Through)
        {
            // The response may be one that caches keep, and a pass is not for everybody.
            if (exchange.Visit.Lines.Length > 0)
                exchange.Visit.AddLine("Cache-Control: private\r\n"u8);
            return EndReason.Completed;
        }

        if (exchange.Visit.DelayMs > 0 && !await exchange.PauseAsync(exchange.Visit.DelayMs))
            return exchange.CancelReason;
        var reason = answer switch
        {
            Answer.Closed => EndReason.RoomClosed,
            Answer.Refused => EndReason.RoomRefused,
            _ => EndReason.Waiting,
        };
        exchange.Visit.Counters.Held++;
        return await RoomReply.HoldAsync(exchange, reason) ? reason : EndReason.ClientAborted;
    }

    private static Answer Ask(Exchange exchange, Room room)
    {
        var loop = exchange.Worker.Loop;
        var visit = exchange.Visit;
        long nowMs = room.Clock.At(loop.NowMs);
        visit.Begin(room, loop.Index, RoomRequest.IsSecure(exchange));
        var rules = visit.Rules;

        // a
        if (room.Node.View?.Phase == RoomPhase.Passthrough)
            return Answer.Through;
        if (!rules.Bypass.IsEmpty && rules.Bypass.Matches(exchange.Client.In!.Data, exchange.Request, RoomRequest.Visitor(exchange)))
        {
            visit.Counters.Bypassed++;
            return Answer.Through;
        }

        // b
        if (VisitorProofs.TryReadPass(exchange, nowMs, out var pass))
        {
            visit.Counters.Passed++;
            Enter(exchange, room, pass, nowMs, nowMs - pass.IssuedMs > rules.RenewAfterMs || pass.KeyId != rules.Keys.CurrentId);
            return Answer.Through;
        }

        // c
        if (rules.Options.OnStoreLoss != StoreLossMode.Hold && room.Node.IsStoreLost(nowMs))
            return rules.Options.OnStoreLoss == StoreLossMode.Open ? Answer.Through : Close(visit);

        // d
        bool hasTicket = VisitorProofs.TryReadTicket(exchange, nowMs, out var ticket);
        if (rules.Identity is { } identity && identity.TryRead(exchange))
        {
            if (identity.TryFindPass(exchange, room, nowMs, out pass))
            {
                Enter(exchange, room, pass, nowMs, isNew: true);
                return Answer.Through;
            }

            hasTicket = identity.Settle(exchange, room, nowMs, hasTicket, ref ticket);
        }

        if (hasTicket)
        {
            var answer = Show(exchange, room, ticket, nowMs);
            if (visit.View.State != VisitorState.Unknown || answer == Answer.Refused)
                return answer;
            visit.Counters.Count(RoomRefusal.TicketUnknown);
        }

        // e
        if (room.Node.TryEnterDirectly(nowMs, out var grant))
        {
            rules.Identity?.Entered(visit.Login, grant);
            Enter(exchange, room, new Pass(room.Node.Epoch, grant.Slot, grant.Admission, 0, RoomRequest.NewVisitor(), nowMs), nowMs, isNew: true);
            return Answer.Through;
        }

        return MayJoin(exchange, room, nowMs) is { } held ? held : Join(exchange, room, nowMs);
    }

    /// <summary>d: somebody with a place. Unknown in the view: the place is worth nothing any more.</summary>
    private static Answer Show(Exchange exchange, Room room, Ticket ticket, long nowMs)
    {
        var visit = exchange.Visit;
        var verdict = exchange.Worker.Polls.Check(room.Index, ticket.Number, nowMs, out int delayMs);
        if (verdict == PollVerdict.Refuse)
        {
            visit.Counters.Count(RoomRefusal.PollRefused);
            visit.View = Nowhere(VisitorState.Unknown, RoomLimits.PollMinMs, room);
            return Answer.Refused;
        }

        visit.Rules.Priority.Prefer(exchange, room, ref ticket);
        visit.View = room.Node.Look(ticket.Number, ticket.Epoch, nowMs, ticket.TurnOrNone);
        visit.IssuedMs = ticket.IssuedMs;
        // Who is admitted and shows no pass has lost it: the answer never came, or the browser was closed.
        bool claims = visit.View.State == VisitorState.Admitted
            || (visit.View.State == VisitorState.Called && RoomRequest.LoadsPage(exchange));
        if (claims && RoomClaim.TryTake(exchange, room, ticket, nowMs))
            return Answer.Through;
        if (verdict == PollVerdict.Slow)
        {
            visit.Counters.Count(RoomRefusal.PollSlowed);
            visit.DelayMs = delayMs;
        }

        if (ticket.KeyId != visit.Rules.Keys.CurrentId)
            VisitorProofs.GiveTicket(exchange, ticket);
        return visit.View.State == VisitorState.Closed ? Answer.Closed : Answer.Hold;
    }

    /// <summary>f: null when the visitor may join now.</summary>
    private static Answer? MayJoin(Exchange exchange, Room room, long nowMs)
    {
        var visit = exchange.Visit;
        if (visit.Rules.Joins is not { } limits)
            return null;
        if (VisitorProofs.TryReadSlip(exchange, out var slip))
        {
            switch (visit.Rules.Slips.Take(slip, VisitorProofs.Work(exchange), nowMs, out int waitMs))
            {
                case SlipResult.Join:
                    visit.AddedLine(visit.Rules.Cookies.WriteSlipEnd(visit.IsSecure, visit.FreeLines));
                    return null;
                case SlipResult.NotYet:
                    return Slow(visit, room, slip, waitMs);
                default:
                    visit.Counters.Count(RoomRefusal.SlipSpent);
                    break;
            }
        }

        var visitor = RoomRequest.Visitor(exchange);
        var said = limits.Ask(visitor.Address, nowMs);
        if (said.Verdict == JoinVerdict.Join)
            return null;
        if (said.Verdict == JoinVerdict.Refuse)
        {
            visit.Counters.Count(RoomRefusal.JoinRefused);
            visit.View = Nowhere(VisitorState.Unknown, said.DelayMs, room);
            visit.NoPlace = NoPlace.Held;
            return Answer.Refused;
        }

        visit.Counters.Count(RoomRefusal.JoinSlowed);
        slip = new Slip(RoomRequest.NewPuzzle(), nowMs + said.DelayMs, visit.Rules.Options.ProofOfWork ? said.WorkBits : 0);
        VisitorProofs.GiveSlip(exchange, slip, nowMs);
        return Slow(visit, room, slip, (int)(slip.ReadyUnsolvedMs - nowMs));
    }

    /// <summary>g</summary>
    private static Answer Join(Exchange exchange, Room room, long nowMs)
    {
        var visit = exchange.Visit;
        // Read first: should everything be revoked in this moment, the ticket is void and not one of the new line.
        long epoch = room.Node.Epoch;
        switch (room.Node.TryJoin(nowMs, out long number))
        {
            case JoinResult.Joined:
                long turn = visit.Rules.Priority.TurnOf(exchange, room, number);
                var ticket = new Ticket(epoch, number, room.NodeMark, RoomRequest.NewVisitor(), nowMs, turn);
                VisitorProofs.GiveTicket(exchange, ticket);
                visit.Rules.Identity?.Joined(visit.Login, number);
                visit.View = room.Node.Look(number, epoch, nowMs, ticket.TurnOrNone);
                visit.NoPlace = NoPlace.None;
                return Answer.Hold;
            case JoinResult.NoneNow:
                // Tried again and again while the answer is held back, and one refusal all the same.
                if (visit.NoPlace != NoPlace.Held)
                    visit.Counters.Count(RoomRefusal.JoinNoNumber);
                visit.View = Nowhere(VisitorState.Unknown, HeldRetryMs, room);
                visit.NoPlace = NoPlace.Held;
                return Answer.NoNumber;
            case JoinResult.Draining:
                visit.View = Nowhere(VisitorState.Closed, ClosedRetryMs, room);
                visit.NoPlace = NoPlace.Draining;
                return Answer.Closed;
            default:
                return Close(visit);
        }
    }

    /// <summary>The request goes on, and its session with it.</summary>
    internal static void Enter(Exchange exchange, Room room, in Pass pass, long nowMs, bool isNew)
    {
        var visit = exchange.Visit;
        visit.Hold(new Grant(pass.Slot, pass.Admission));
        if (!isNew)
            return;
        VisitorProofs.GivePass(exchange, pass with { IssuedMs = nowMs });
    }

    private static Answer Slow(RoomVisit visit, Room room, in Slip slip, int waitMs)
    {
        visit.Slip = slip;
        visit.NoPlace = NoPlace.Slowed;
        visit.View = Nowhere(VisitorState.Unknown, waitMs, room);
        return Answer.Hold;
    }

    private static Answer Close(RoomVisit visit)
    {
        visit.View = Nowhere(VisitorState.Closed, ClosedRetryMs, visit.Room!);
        return Answer.Closed;
    }

    /// <summary>What somebody without a place is told who asks for none.</summary>
    internal static VisitorView Outside(Room room)
    {
        bool isClosed = room.Node.View is { } view && (view.Draining || view.Phase is RoomPhase.Closed or RoomPhase.Scheduled);
        return isClosed ? Nowhere(VisitorState.Closed, ClosedRetryMs, room) : Nowhere(VisitorState.Unknown, RoomLimits.PollMinMs, room);
    }

    internal static VisitorView Nowhere(VisitorState state, int pollAfterMs, Room room) =>
        new(state, 0, 0, 0, 0, pollAfterMs, room.Node.View?.Paused ?? false, room.Node.Epoch);
}
