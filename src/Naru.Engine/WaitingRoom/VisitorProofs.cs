using Naru.Core.Http1;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Joins;
using Naru.Core.WaitingRoom.Proof;
using Naru.Engine.Proxy;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Reads what a visitor shows and writes what a visitor gets: tickets, passes and slips in cookies. Whatever is forged, cut, swapped
/// or stale is counted by its reason and then is as if it had not been shown.
/// </summary>
internal static class VisitorProofs
{
    // Each costs a MAC. A browser that sends more of one name was made to.
    private const int TriesMax = 4;

    /// <summary>A pass whose session lives. It counts as seen now.</summary>
    public static bool TryReadPass(Exchange exchange, long nowMs, out Pass pass)
    {
        var visit = exchange.Visit;
        var room = visit.Room!;
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        var host = exchange.Request.Host(data);
        var codec = visit.Rules.ProofFor(exchange.Worker.Loop.Index).Passes;
        var values = new CookieValues(data, exchange.Request, visit.Rules.Cookies.PassName);
        for (int tries = 0; tries < TriesMax && values.MoveNext(); tries++)
        {
            visit.HasDeadPass = true;
            var result = codec.Read(values.Current, host, room.Node.Epoch, out pass);
            if (result != ProofResult.Ok && !(result == ProofResult.WrongEpoch && room.Node.IsCurrentEpoch(pass.Epoch, pass.IssuedMs, nowMs)))
            {
                visit.Counters.Count(RoomRefusal.PassMalformed, result);
                continue;
            }

            var check = room.Node.Touch(pass.Slot, pass.Admission, pass.Epoch, pass.IssuedMs, nowMs);
            if (check == PassCheck.Valid)
            {
                visit.HasDeadPass = false;
                return true;
            }

            visit.Counters.Count(check == PassCheck.Expired ? RoomRefusal.PassExpired : RoomRefusal.PassSuperseded);
        }

        pass = default;
        return false;
    }

    /// <summary>A genuine ticket; whether its number still counts is the line's to say.</summary>
    public static bool TryReadTicket(Exchange exchange, long nowMs, out Ticket ticket)
    {
        var visit = exchange.Visit;
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        var host = exchange.Request.Host(data);
        var node = visit.Room!.Node;
        var codec = visit.Rules.ProofFor(exchange.Worker.Loop.Index).Tickets;
        var values = new CookieValues(data, exchange.Request, visit.Rules.Cookies.TicketName);
        for (int tries = 0; tries < TriesMax && values.MoveNext(); tries++)
        {
            var result = codec.Read(values.Current, host, node.Epoch, out ticket);
            // An epoch grows with a failover too, which voids nothing.
            if (result == ProofResult.Ok || (result == ProofResult.WrongEpoch && node.IsCurrentEpoch(ticket.Epoch, ticket.IssuedMs, nowMs)))
                return true;
            visit.Counters.Count(RoomRefusal.TicketMalformed, result);
        }

        ticket = default;
        return false;
    }

    /// <summary>A genuine slip; whether its turn has come is the desk's to say.</summary>
    public static bool TryReadSlip(Exchange exchange, out Slip slip)
    {
        var visit = exchange.Visit;
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        var host = exchange.Request.Host(data);
        var codec = visit.Rules.ProofFor(exchange.Worker.Loop.Index).Slips;
        var values = new CookieValues(data, exchange.Request, visit.Rules.Cookies.SlipName);
        for (int tries = 0; tries < TriesMax && values.MoveNext(); tries++)
        {
            var result = codec.Read(values.Current, host, out slip);
            if (result == ProofResult.Ok)
                return true;
            visit.Counters.Count(RoomRefusal.SlipMalformed, result);
        }

        slip = default;
        return false;
    }

    /// <summary>What the visitor's browser worked out; empty: nothing.</summary>
    public static ReadOnlySpan<byte> Work(Exchange exchange)
    {
        ReadOnlySpan<byte> data = exchange.Client.In!.Data;
        var values = new CookieValues(data, exchange.Request, exchange.Visit.Rules.Cookies.WorkName);
        return values.MoveNext() ? values.Current : default;
    }

    public static void GivePass(Exchange exchange, in Pass pass)
    {
        var visit = exchange.Visit;
        Span<byte> value = stackalloc byte[PassCodec.ValueBytes];
        visit.Rules.ProofFor(exchange.Worker.Loop.Index).Passes.Write(pass, exchange.Request.Host(exchange.Client.In!.Data), value);
        visit.AddedLine(visit.Rules.Cookies.WritePass(value, visit.IsSecure, visit.FreeLines));
        visit.HasDeadPass = false;
    }

    public static void GiveTicket(Exchange exchange, in Ticket ticket)
    {
        var visit = exchange.Visit;
        Span<byte> value = stackalloc byte[TicketCodec.ValueBytes];
        visit.Rules.ProofFor(exchange.Worker.Loop.Index).Tickets.Write(ticket, exchange.Request.Host(exchange.Client.In!.Data), value);
        visit.AddedLine(visit.Rules.Cookies.WriteTicket(value, visit.IsSecure, visit.FreeLines));
        visit.IssuedMs = ticket.IssuedMs;
    }

    public static void GiveSlip(Exchange exchange, in Slip slip, long nowMs)
    {
        var visit = exchange.Visit;
        Span<byte> value = stackalloc byte[SlipCodec.ValueBytes];
        visit.Rules.ProofFor(exchange.Worker.Loop.Index).Slips.Write(slip, exchange.Request.Host(exchange.Client.In!.Data), value);
        int seconds = (int)Math.Max(1, (slip.ExpiresMs - nowMs) / 1000);
        visit.AddedLine(visit.Rules.Cookies.WriteSlip(value, seconds, visit.IsSecure, visit.FreeLines));
    }
}
