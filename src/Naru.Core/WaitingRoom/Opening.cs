namespace Naru.Core.WaitingRoom;

/// <summary>
/// When a room takes places and when it serves them: the schedule, the mode, the operator's word; and the draws.
/// Owner: the authority. Thread: its. Invariant: the seed of a draw is chosen, and its hash published, before the first of its
/// numbers is handed out.
/// </summary>
internal sealed class Opening(RoomLedger ledger, NumberDesk numbers, LinePresence presence, FillRandom random)
{
    /// <summary>Leases end within this, or their node is gone.</summary>
    private const int LeaseEndMs = 500;

    /// <summary>A lottery among those present is held at most so often.</summary>
    private const int DrawPauseMs = 1_000;

    private long _closingSinceMs = -1;
    private long _drawnMs = long.MinValue / 2;

    internal RoomPhase Phase { get; private set; }

    /// <summary>When the doors opened to those of a draw; they all polled seldom before.</summary>
    internal long OpenedAtMs { get; private set; } = long.MinValue / 2;

    internal void Advance(RoomSettings settings, List<NodeSeat> seats, long nowMs)
    {
        var controls = ledger.Controls;
        bool scheduled = settings.OpensMs > 0 && ledger.OpenedMs != settings.OpensMs;
        bool due = nowMs >= settings.OpensMs || controls.Override == RoomOverride.Open;
        bool isBegun = ledger.Epoch != 0;
        if (!isBegun)
            scheduled &= nowMs < settings.OpensMs;
        else if (scheduled || settings.Mode == RoomMode.Random)
            AwaitDraw(seats);
        else if (ledger.UndrawnFrom != long.MaxValue)
            ledger.SetUndrawn(long.MaxValue);

        Phase = settings.Mode switch
        {
            RoomMode.Passthrough => RoomPhase.Passthrough,
            RoomMode.Reject => RoomPhase.Closed,
            _ when controls.Override == RoomOverride.Closed => RoomPhase.Closed,
            _ when !scheduled => RoomPhase.Open,
            _ when due || nowMs >= settings.OpensMs - settings.PrequeueMs => RoomPhase.Prequeue,
            _ => RoomPhase.Scheduled,
        };
        if (Phase == RoomPhase.Prequeue && due && isBegun && TryOpen(settings, seats, nowMs))
            Phase = RoomPhase.Open;
        if (Phase == RoomPhase.Open && isBegun && settings.Mode == RoomMode.Random)
            DrawThosePresent(seats, nowMs);
    }

    /// <summary>
    /// A line goes on from a lost one, of which nobody knows more than its numbers. An opening that has passed took place, so what it
    /// drew is served by number; for one that is to come, visitors of both lines are drawn.
    /// </summary>
    internal void Begin(RoomSettings settings, long nowMs)
    {
        if (settings.OpensMs == 0)
            return;
        if (nowMs >= settings.OpensMs)
            ledger.SetOpened(settings.OpensMs);
        else
            ledger.SetUndrawn(ledger.Serving);
    }

    /// <summary>Numbers from now on wait for a draw whose seed is chosen.</summary>
    private void AwaitDraw(List<NodeSeat> seats)
    {
        if (ledger.NextSeed.Length == 0)
        {
            byte[] seed = new byte[WaitingRoom.Draw.SeedBytes];
            random(seed);
            ledger.SetNextSeed(seed);
        }
        if (ledger.UndrawnFrom == long.MaxValue)
            ledger.SetUndrawn(Math.Max(ledger.Serving, numbers.Settled(seats)));
    }

    /// <summary>First every number that was lent before the opening is handed out or void, then all of them are drawn.</summary>
    private bool TryOpen(RoomSettings settings, List<NodeSeat> seats, long nowMs)
    {
        if (_closingSinceMs < 0)
        {
            _closingSinceMs = nowMs;
            numbers.EndBelow = ledger.High;
            return false;
        }
        if (!numbers.Ended(seats) && nowMs - _closingSinceMs < LeaseEndMs)
            return false;
        _closingSinceMs = -1;
        long from = ledger.UndrawnFrom;
        if (from < ledger.BornFrom)
        {
            // Of the lost line, those who were heard of; who came since stands behind them.
            if (presence.TryBound(from, ledger.BornFrom, nowMs, out long first, out long end))
                Draw(first, end, nowMs);
            from = ledger.BornFrom;
        }
        long to = Math.Max(from, Math.Min(numbers.EndBelow, numbers.JoinedTo));
        Draw(from, to, nowMs);
        ledger.SetNextSeed([]);
        ledger.SetUndrawn(settings.Mode == RoomMode.Random ? Math.Max(to, numbers.EndBelow) : long.MaxValue);
        ledger.SetOpened(settings.OpensMs);
        OpenedAtMs = nowMs;
        return true;
    }

    private void DrawThosePresent(List<NodeSeat> seats, long nowMs)
    {
        long to = numbers.Settled(seats);
        if (ledger.Serving < ledger.UndrawnFrom || to <= ledger.UndrawnFrom || nowMs - _drawnMs < DrawPauseMs)
            return;
        Draw(ledger.UndrawnFrom, to, nowMs);
        ledger.SetUndrawn(to);
        // Replaced at once: who comes next sees the hash of the next one.
        byte[] seed = new byte[WaitingRoom.Draw.SeedBytes];
        random(seed);
        ledger.SetNextSeed(seed);
    }

    private void Draw(long from, long to, long nowMs)
    {
        ledger.AddDraw(from, to);
        _drawnMs = nowMs;
    }
}
