namespace Naru.Core.WaitingRoom;

/// <summary>
/// Lends numbers to nodes. A node alone keeps its lease until it is used up. Of several nodes each gets a new lease with every
/// answer: above all that were lent before, for <see cref="RoomLimits.LeaseMs"/> from its report, never renewed. Whoever gets a
/// higher number gets it later than this one was lent, so visitors who come further apart never change places. Owner: the authority. Thread: its. Invariant: the high-water mark is in the changes before a
/// number below it is lent.
/// </summary>
internal sealed class NumberDesk(RoomLedger ledger)
{
    private const int AloneMin = 16_384;

    /// <summary>What nobody takes within a tenth of a second is void, so an idle node gets few: 4 nodes use up 64 million in 14 hours.</summary>
    private const int SharedMin = 16;

    /// <summary>Numbers below are handed out or void, but for those of <see cref="Settled"/>.</summary>
    internal long JoinedTo { get; private set; } = 1;

    /// <summary>Behind the last gap: the line's length is counted from here, since a gap takes next to no memory.</summary>
    internal long LineFrom { get; set; } = 1;

    /// <summary>Leases that start below it end, so that a draw is among those who came before.</summary>
    internal long EndBelow { get; set; }

    /// <summary>Whoever will still get a number gets this or a higher one.</summary>
    internal long Settled(List<NodeSeat> seats)
    {
        long settled = ledger.High;
        foreach (var seat in seats)
            foreach (var lease in seat.Leases)
                settled = Math.Min(settled, lease.Next);
        return settled;
    }

    internal bool Ended(List<NodeSeat> seats) => seats.TrueForAll(s => s.Leases.TrueForAll(l => l.From >= EndBelow));

    /// <summary>How far the node got. Leases that it does not report never reached it, and are void.</summary>
    internal void Take(NodeReport report, NodeSeat seat)
    {
        for (int i = seat.Leases.Count - 1; i >= 0; i--)
        {
            var lease = seat.Leases[i];
            if (!report.Leases.Exists(u => u.From == lease.From && u.To == lease.To))
                seat.Leases.RemoveAt(i);
        }
        foreach (var use in report.Leases)
        {
            var lease = seat.Leases.Find(l => l.From == use.From && l.To == use.To);
            if (lease is null)
            {
                // Lent before the authority was restored. What it does not know to be lent is not renewed.
                if (use.Closed || use.To > ledger.High)
                    continue;
                seat.Leases.Add(lease = new SeatLease(new NumberLease(use.From, use.To, long.MaxValue), use.Next));
            }
            if (use.Next > lease.Next)
            {
                ledger.Join(lease.Next, use.Next);
                lease.Next = use.Next;
            }
            if (use.Next > use.From)
                JoinedTo = Math.Max(JoinedTo, use.Next);
            if (use.Closed)
                seat.Leases.Remove(lease);
        }
    }

    internal void Give(NodeReport report, NodeSeat seat, bool alone, RoomUpdate update)
    {
        if (report.TakesNoNumbers || report.Leaves)
            return;
        long left = 0;
        foreach (var lease in seat.Leases)
        {
            lease.Ending |= !alone || lease.Next >= lease.To || lease.From < EndBelow;
            if (!lease.Ending)
                left += lease.To - lease.Next;
        }
        long wanted = Math.Max(alone ? AloneMin : SharedMin, 2L * report.NumbersWanted);
        if (left < wanted / 2 && ledger.High + wanted - Math.Max(Math.Max(ledger.History.GraceFrom, ledger.BornFrom), LineFrom) <= RoomLimits.LineMax)
        {
            var lease = new NumberLease(ledger.High, ledger.High + wanted, 0);
            ledger.SetHigh(lease.To);
            seat.Leases.Add(new SeatLease(lease, lease.From));
        }
        foreach (var lease in seat.Leases)
        {
            if (lease.Ending)
                continue;
            lease.ExpiresMs = alone ? long.MaxValue : report.NowMs + RoomLimits.LeaseMs;
            update.Leases.Add(new NumberLease(lease.From, lease.To, lease.ExpiresMs));
        }
    }

    internal void Restart()
    {
        JoinedTo = ledger.High;
        EndBelow = ledger.High;
    }
}
