using Naru.Core.Config;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Proof;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// The priority classes of a room: who is of one gets a turn ahead of the line, in the ticket.
/// Owner: a room's rules. Thread: any loop. Invariant: a class that a reload leaves as it is goes on where it was.
/// </summary>
internal sealed class RoomPriority
{
    private readonly (string Name, RoomVisitorTest Test, PriorityLane Lane)[] _classes;

    /// <param name="before">Of the rules until now.</param>
    public RoomPriority(IReadOnlyList<PriorityClassOptions> classes, RoomPriority? before) =>
        _classes = [.. classes.Select(c => (c.Name, new RoomVisitorTest(c.Match), before?.LaneOf(c.Name, c.Share) ?? new PriorityLane(c.Share)))];

    /// <summary>Turns given since the start, by class.</summary>
    public IReadOnlyDictionary<string, long> Given => _classes.ToDictionary(c => c.Name, c => c.Lane.Given);

    /// <summary>Gives the visitor of a place that is not called yet a turn, and the ticket that says so. The first class that fits counts.</summary>
    public void Prefer(Exchange exchange, Room room, ref Ticket ticket)
    {
        var visit = exchange.Visit;
        if (TurnOf(exchange, room, ticket.Number, ticket.Turn) is not (> 0 and var turn))
            return;
        ticket = ticket with { Turn = turn, KeyId = visit.Rules.Keys.CurrentId };
        VisitorProofs.GiveTicket(exchange, ticket);
    }

    /// <summary>0: none. Before a draw nobody has a turn: the draw is of all who are there, and turns are counted from the mark.</summary>
    public long TurnOf(Exchange exchange, Room room, long number, long turn = 0)
    {
        if (_classes.Length == 0 || turn != 0 || room.Node.View is not { } view
            || number >= view.UndrawnFrom || number >= view.High || view.PositionOf(number) < view.Serving)
            return 0;
        var visitor = RoomRequest.Visitor(exchange);
        foreach (var (_, test, lane) in _classes)
        {
            if (test.Matches(exchange.Client.In!.Data, exchange.Request, visitor))
                return lane.Take(view);
        }

        return 0;
    }

    private PriorityLane? LaneOf(string name, double share) => Array.Find(_classes, c => c.Name == name && c.Lane.Share == share).Lane;
}
