namespace Naru.Core.WaitingRoom;

/// <summary>
/// Grants to nodes, and sessions: takes in what visitors took, gives out what slots allow, ends what is over.
/// Owner: the authority. Thread: its. Invariant: sessions and grants together stay within the limit, unless it was lowered.
/// </summary>
internal sealed class AdmissionDesk
{
    /// <summary>Three ticks: one until the answer arrives, one for the next, one for a late one.</summary>
    private const double AheadSeconds = 3 * RoomLimits.TickMs / 1000.0;

    /// <summary>Admissions are set aside in bundles, so that not each one is written down before it is given.</summary>
    private const int AdmissionsAhead = 4096;

    /// <summary>A visitor whom the gate held asks again within this.</summary>
    private const int HoldMs = (int)(RoomLimits.RetryMaxMs * (1 + RoomLimits.PollJitter)) + RoomLimits.TickMs;

    private readonly RoomLedger _ledger;
    private readonly List<NodeSeat> _seats;
    private readonly List<int> _ended = [];
    private readonly Predicate<int> _mayEnd;
    private long _nextAdmission;

    internal AdmissionDesk(RoomLedger ledger, List<NodeSeat> seats, long nowMs)
    {
        _ledger = ledger;
        _seats = seats;
        _nextAdmission = ledger.AdmissionHigh;
        _mayEnd = MayEnd;
        Sessions = new RoomSessions(ledger.Slots);
        News = new SlotNews(nowMs);
    }

    internal RoomSessions Sessions { get; }

    internal SlotNews News { get; private set; }

    internal CallPlan Plan { get; } = new();

    /// <summary>Sessions that end a second.</summary>
    internal EwmaRate Freed { get; } = new(seconds: 10);

    internal EwmaRate Admitted { get; } = new(seconds: 5);

    internal long Expired { get; private set; }

    /// <summary>Since the last <see cref="Measure"/>.</summary>
    internal int AdmittedNow { get; private set; }

    private int FreedNow { get; set; }

    internal int UnusedGrants
    {
        get
        {
            int unused = 0;
            foreach (var seat in _seats)
                unused += seat.Unused.Count;
            return unused;
        }
    }

    internal void Take(NodeReport report, NodeSeat seat, RoomUpdate update, RoomSettings effective, long nowMs)
    {
        if (report.AcceptedNumber != seat.AnsweredNumber)
            TakeBack(seat.LastGrants, seat);
        seat.LastGrants.Clear();
        foreach (long number in report.Came)
            Plan.Came(_ledger.PositionOf(number), _ledger.Serving);
        foreach (var claim in report.Claims)
            TakeClaim(claim, report, seat, update, effective, nowMs);
        TakeBack(report.GrantsReturned, seat);
        foreach (var seen in report.Seen)
            TakeSeen(seen, report, seat, update, effective, nowMs);
        foreach (var grant in report.Released)
            if (_ledger.Slots.Holds(grant) && _ledger.Slots.Use(grant.Slot) == SlotUse.Session)
                End(grant, seat.NodeId, nowMs);
        if (report.Held >= 0)
            seat.Held = report.Held;
        seat.Demand += (report.AdmissionsWanted - seat.Demand) / 4;
    }

    internal void Measure(double elapsedSeconds)
    {
        Admitted.Add(AdmittedNow, elapsedSeconds);
        Freed.Add(FreedNow, elapsedSeconds);
        AdmittedNow = FreedNow = 0;
    }

    internal void EndExpired(int sessionMs, long nowMs, long heardMs)
    {
        _ended.Clear();
        Sessions.CollectEnded(sessionMs, nowMs, heardMs, _mayEnd, _ended);
        foreach (int slot in _ended)
        {
            Expired++;
            End(new Grant(slot, _ledger.Slots.Admission(slot)), author: 0, nowMs);
        }
    }

    /// <summary>A node went silent: who took its grants is not known yet.</summary>
    internal void Orphan(NodeSeat seat, int sessionMs, long nowMs)
    {
        foreach (int slot in seat.Unused.Keys)
            Sessions.Orphan(slot, nowMs, sessionMs);
        seat.Unused.Clear();
        seat.LastGrants.Clear();
    }

    /// <summary>As many slots as the node's share of the rate can take until the next answers arrive.</summary>
    internal void Give(NodeReport report, NodeSeat seat, RoomSettings effective, RateShare share, bool open, RoomUpdate update)
    {
        int free = effective.Active - _ledger.Slots.Active;
        int wanted = share.PerSecond <= 0 ? 0 : (int)Math.Ceiling(share.Burst + share.PerSecond * AheadSeconds);
        update.RecallGrants = !open || free < 0 || report.GrantsAtHand > seat.Unused.Count || seat.Unused.Count > 2 * wanted || HasTooMany(seat);
        if (update.RecallGrants || report.Leaves)
            return;
        int count = Math.Min(wanted - seat.Unused.Count, Share(seat, free));
        if (count <= 0)
            return;
        seat.GivenMs = seat.LastTickMs;
        _ledger.Slots.Grow(effective.Active);
        if (_nextAdmission + count > _ledger.AdmissionHigh)
            _ledger.SetAdmissionHigh(_nextAdmission + count + AdmissionsAhead);
        for (; count > 0; count--)
        {
            int slot = _ledger.Slots.TakeFree();
            if (slot < 0)
                return;
            var grant = new Grant(slot, _nextAdmission++);
            _ledger.Grant(grant);
            seat.Unused.Add(slot, grant.Admission);
            seat.LastGrants.Add(grant);
            update.Grants.Add(grant);
        }
    }

    /// <summary>What happened to slots on other nodes; everything, if the node knows nothing.</summary>
    internal void Tell(NodeReport report, NodeSeat seat, RoomUpdate update)
    {
        update.Sequence = News.Next;
        if (News.TryCollect(report.Sequence, seat.NodeId, update.Slots))
            return;
        update.Reset = true;
        var slots = _ledger.Slots;
        for (int slot = 0; slot < slots.Capacity; slot++)
            if (slots.Use(slot) == SlotUse.Session)
                update.Slots.Add(new SlotChange(new Grant(slot, slots.Admission(slot)), slots.Number(slot), Live: true));
            else if (slots.Use(slot) == SlotUse.Free && slots.Admission(slot) != 0)
                update.Slots.Add(new SlotChange(new Grant(slot, slots.Admission(slot)), 0, Live: false));
        update.Spent.AddRange(_ledger.ClaimedNumbers());
    }

    /// <summary>Nothing that was given counts any more; or nothing is known of it.</summary>
    internal void Restart(long admissionsFrom, long nowMs)
    {
        foreach (var seat in _seats)
        {
            seat.Unused.Clear();
            seat.LastGrants.Clear();
        }
        if (admissionsFrom > _nextAdmission)
        {
            _nextAdmission = admissionsFrom;
            _ledger.SetAdmissionHigh(admissionsFrom);
        }
        News = new SlotNews(Math.Max(nowMs, News.Next + 1));
        Plan.Clear();
    }

    private void TakeClaim(Claim claim, NodeReport report, NodeSeat seat, RoomUpdate update, RoomSettings effective, long nowMs)
    {
        var (number, grant) = claim;
        if (grant.Slot == Grant.LocalSlot)
        {
            if (number != 0 && !_ledger.IsClaimed(number))
                _ledger.Spend(number);
            return;
        }
        var slots = _ledger.Slots;
        if (!slots.Holds(grant))
        {
            TakeSeen(new SessionSeen(grant, number, report.NowMs), report, seat, update, effective, nowMs);
            return;
        }
        if (slots.Use(grant.Slot) == SlotUse.Session && slots.Number(grant.Slot) == number)
            return;
        seat.Unused.Remove(grant.Slot);
        AdmittedNow++;
        if (number != 0)
            Plan.Admitted();
        if (number != 0 && _ledger.IsClaimed(number))
        {
            // Two nodes admitted the same ticket at the same time: the first counts, the visitor finds it by asking again.
            update.Slots.Add(new SlotChange(grant, number, Live: false));
            End(grant, seat.NodeId, nowMs);
            return;
        }
        _ledger.Start(grant, number);
        Sessions.Start(grant.Slot, nowMs, effective.SessionMs);
        News.Add(new SlotChange(grant, number, Live: true), seat.NodeId);
    }

    private void TakeBack(List<Grant> grants, NodeSeat seat)
    {
        foreach (var grant in grants)
        {
            seat.Unused.Remove(grant.Slot);
            if (_ledger.Slots.Holds(grant) && _ledger.Slots.Use(grant.Slot) == SlotUse.Granted)
                _ledger.End(grant);
        }
    }

    private void TakeSeen(SessionSeen seen, NodeReport report, NodeSeat seat, RoomUpdate update, RoomSettings effective, long nowMs)
    {
        // A node that only heard of a session does not know when it was used last.
        long lastSeenMs = seen.LastSeenMs == 0 ? 0 : nowMs - Math.Max(0, report.NowMs - seen.LastSeenMs);
        long startedMs = lastSeenMs == 0 ? nowMs : lastSeenMs;
        int sessionMs = effective.SessionMs;
        var slots = _ledger.Slots;
        var grant = seen.Grant;
        if (slots.Holds(grant))
        {
            // Its claim was lost with a node, but the pass is here.
            if (slots.Use(grant.Slot) == SlotUse.Granted)
            {
                foreach (var other in _seats)
                    other.Unused.Remove(grant.Slot);
                _ledger.Start(grant, seen.Number);
                Sessions.Start(grant.Slot, startedMs, sessionMs);
                News.Add(new SlotChange(grant, seen.Number, Live: true), seat.NodeId);
            }
            Sessions.Seen(grant.Slot, lastSeenMs, sessionMs);
            return;
        }
        // A pass that is newer than anything known of its slot: given out by a line whose memory is lost. The slot had been
        // free by then, so whoever is known to hold it left.
        bool newer = grant.Slot < slots.Capacity && slots.Admission(grant.Slot) < grant.Admission;
        bool adopt = newer && (slots.Use(grant.Slot) != SlotUse.Free || slots.Active < effective.Active);
        if (!adopt)
        {
            update.Slots.Add(new SlotChange(grant, seen.Number, Live: false));
            return;
        }
        if (grant.Admission >= _nextAdmission)
        {
            _nextAdmission = grant.Admission + 1;
            _ledger.SetAdmissionHigh(_nextAdmission + AdmissionsAhead);
        }
        foreach (var other in _seats)
            other.Unused.Remove(grant.Slot);
        _ledger.Start(grant, seen.Number);
        Sessions.Start(grant.Slot, startedMs, sessionMs);
        News.Add(new SlotChange(grant, seen.Number, Live: true), seat.NodeId);
    }

    private void End(Grant grant, long author, long nowMs)
    {
        FreedNow++;
        if (_ledger.Slots.Use(grant.Slot) == SlotUse.Session)
            Sessions.Ended(grant.Slot, nowMs);
        _ledger.End(grant);
        News.Add(new SlotChange(grant, 0, Live: false), author);
    }

    /// <summary>A grant at hand lives as long as its node.</summary>
    private bool MayEnd(int slot)
    {
        if (_ledger.Slots.Use(slot) == SlotUse.Session)
            return true;
        foreach (var seat in _seats)
            if (seat.Unused.ContainsKey(slot))
                return false;
        return true;
    }

    /// <summary>
    /// Nodes share by what visitors tried there lately; one alone gets everything, wanted or not. A node that nobody asks gets
    /// none of the last slots that visitors of another one wait for.
    /// </summary>
    private int Share(NodeSeat seat, int count)
    {
        if (_seats.Count == 1 || count <= 0)
            return count;
        double all = 0;
        foreach (var other in _seats)
            all += other.Demand + 0.1;
        double share = count * (seat.Demand + 0.1) / all;
        return Math.Min(count, (int)(!seat.Asks && OtherStarves(seat) ? Math.Floor(share) : Math.Ceiling(share)));
    }

    /// <summary>
    /// Another node has visitors at the gate and nothing to give, this one has more than its visitors take until whoever was held
    /// has asked again.
    /// </summary>
    private bool HasTooMany(NodeSeat seat) =>
        seat.Unused.Count > seat.Demand * HoldMs / RoomLimits.TickMs && seat.LastTickMs - seat.GivenMs > HoldMs && OtherStarves(seat);

    private bool OtherStarves(NodeSeat seat)
    {
        foreach (var other in _seats)
            if (other != seat && other.Asks && other.Unused.Count == 0)
                return true;
        return false;
    }
}
