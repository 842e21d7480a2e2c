using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Proof;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>A called visitor takes the turn: by loading the page, or by the claim of a program.</summary>
internal static class RoomClaim
{
    /// <summary>True: the exchange holds the slot, and the response gives the pass. Else the visit's view says what is the matter.</summary>
    public static bool TryTake(Exchange exchange, Room room, in Ticket ticket, long nowMs)
    {
        var visit = exchange.Visit;
        var result = room.Node.TryClaim(ticket.Number, ticket.Epoch, nowMs, out var grant, ticket.TurnOrNone);
        if (result == ClaimResult.Admitted)
        {
            var pass = new Pass(room.Node.Epoch, grant.Slot, grant.Admission, ticket.Number, ticket.Visitor, nowMs);
            RoomDoor.Enter(exchange, room, pass, nowMs, isNew: true);
            visit.View = visit.View with { State = VisitorState.Admitted, Ahead = 0, EtaLowS = 0, EtaHighS = 0 };
            return true;
        }

        if (result == ClaimResult.Unknown)
            visit.View = visit.View with { State = VisitorState.Unknown };
        return false;
    }
}
