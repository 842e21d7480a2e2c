using System.Security.Cryptography;
using System.Text;
using Naru.Core.Config;
using Naru.Core.Http1;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Joins;
using Naru.Core.WaitingRoom.Proof;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Where requests name the login of their visitor, and what each login has: the place that it took first is the place of all its
/// devices, in line and inside. Of this node: nodes do not tell each other.
/// Owner: a room's rules. Thread: any loop. Invariants: a reload that leaves the key as it is forgets nobody; a place that is worth
/// nothing any more (spent, missed, revoked) is as good as none.
/// </summary>
internal sealed class RoomIdentity
{
    private readonly RoomIdentityOptions _options;
    private readonly byte[] _name;
    private readonly LoginPlaces _places = new(RandomNumberGenerator.GetBytes(LoginPlaces.KeyBytes));

    private RoomIdentity(RoomIdentityOptions options)
    {
        _options = options;
        _name = Encoding.ASCII.GetBytes(options.Name);
    }

    /// <summary>Null: nothing names a login.</summary>
    public static RoomIdentity? Of(RoomIdentityOptions? options, RoomIdentity? before) =>
        options == null ? null : before?._options == options ? before : new RoomIdentity(options);

    /// <summary>Puts who asks into the visit. False: the request names nobody.</summary>
    public bool TryRead(Exchange exchange)
    {
        exchange.Visit.Login = _places.Hash(Name(exchange));
        return exchange.Visit.Login != 0;
    }

    /// <summary>The login entered without waiting, on another device: a pass for the same place inside.</summary>
    public bool TryFindPass(Exchange exchange, Room room, long nowMs, out Pass pass)
    {
        pass = default;
        // Read first: should everything be revoked in this moment, the pass is void.
        long epoch = room.Node.Epoch;
        var grant = _places.Inside(exchange.Visit.Login, room.Node);
        if (grant.Admission == 0 || room.Node.Touch(grant.Slot, grant.Admission, epoch, nowMs, nowMs) != PassCheck.Valid)
            return false;
        pass = new Pass(epoch, grant.Slot, grant.Admission, 0, RoomRequest.NewVisitor(), nowMs);
        return true;
    }

    /// <summary>
    /// The place that the login took first stands for the ticket that was shown, if any. Where the login has none, it is given the
    /// place of the ticket. False: there is neither.
    /// </summary>
    /// <param name="ticket">That of another device comes without the id of a key: it is still to be given to this one.</param>
    public bool Settle(Exchange exchange, Room room, long nowMs, bool isShown, ref Ticket ticket)
    {
        ulong login = exchange.Visit.Login;
        long epoch = room.Node.Epoch;
        long number = _places.Number(login);
        if (number != 0 && !(isShown && number == ticket.Number) && room.Node.Look(number, epoch, nowMs).State != VisitorState.Unknown)
        {
            ushort noKey = (ushort)~exchange.Visit.Rules.Keys.CurrentId;
            ticket = new Ticket(epoch, number, room.NodeMark, RoomRequest.NewVisitor(), nowMs, KeyId: noKey);
            return true;
        }

        if (isShown && number != ticket.Number)
            _places.Set(login, ticket.Number);
        return isShown;
    }

    public void Joined(ulong login, long number)
    {
        if (login != 0)
            _places.Set(login, number);
    }

    public void Entered(ulong login, in Grant grant)
    {
        if (login != 0)
            _places.Set(login, grant);
    }

    /// <summary>Empty: none. A field is believed from a trusted proxy alone: anybody else could write any name into it.</summary>
    private ReadOnlySpan<byte> Name(Exchange exchange)
    {
        if (!_options.IsCookie)
            return exchange.Rules.Trusts(exchange.Client.Peer) ? OnlyField(exchange) : default;
        var values = new CookieValues(exchange.Client.In!.Data, exchange.Request, _name);
        return values.MoveNext() ? values.Current : default;
    }

    /// <summary>Of two fields one may be the client's, before a proxy that adds instead of overwriting: then nobody is named.</summary>
    private ReadOnlySpan<byte> OnlyField(Exchange exchange)
    {
        ReadOnlySpan<byte> data = exchange.Client.In!.Data, value = default;
        int found = 0;
        foreach (ref readonly var field in exchange.Request.Fields)
        {
            if (!Ascii.EqualsIgnoreCase(field.Name(data), _name))
                continue;
            value = field.Value(data);
            found++;
        }

        return found == 1 ? value : default;
    }
}
