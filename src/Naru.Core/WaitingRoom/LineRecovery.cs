namespace Naru.Core.WaitingRoom;

/// <summary>
/// How a line goes on when what was stored of it is old or gone. Owner: the authority. Thread: its.
/// <para>
/// A failover, when a node knows more than the restored state (an old backup, an asynchronous replica), or visitors show genuine
/// tickets from beyond it, starts a new epoch, but keeps places: numbers go on behind a gap, and tickets of the epochs since the last
/// revocation stay valid.
/// </para>
/// <para>
/// A line whose memory is lost while its key is kept (every store and node of it) is rebuilt from the tickets that visitors show. It
/// listens for <see cref="RoomLimits.ListenMs"/> first, and gives nothing out. Numbers of one line lie less than
/// <see cref="RoomLimits.LineMax"/> apart, so behind the highest that was shown and that much there is room for new ones, and nobody
/// has them. Then those who wait have the time of the longest poll interval to show up, before the first of them is called. Nobody
/// showed up: the line begins behind a gap, and whoever comes later with an older ticket is called at once. Epochs tell the lines apart
/// (<see cref="LineEpoch"/>).
/// </para>
/// </summary>
internal sealed class LineRecovery(RoomLedger ledger, NumberDesk numbers, AdmissionDesk admissions, Opening opening)
{
    /// <summary>
    /// After a restart, until every node that may still live told what it holds, or stopped by itself: nobody is admitted.
    /// </summary>
    private const int SettleMs = RoomLimits.StoreLostMs + 100;

    /// <summary>Where the memory of admissions is lost they go on from here, times the Unix second: nobody admits so many a second for long.</summary>
    private const int AdmissionsPerSecondMax = 65_536;

    /// <summary>A line that goes on from a lost one begins so many numbers later each minute; most lend fewer.</summary>
    private const long BeginningStep = 65_536;

    private const long BeginningsMax = 256;

    /// <summary>From the newest ticket back to the oldest, over the gap behind a lost line that is not served yet.</summary>
    private const long ReachMax = 3 * RoomLimits.LineMax;

    private long _settledFromMs = long.MinValue;
    private long _listenUntilMs = long.MinValue;
    private long _seenEpoch;
    private long _seenLow = long.MaxValue;
    private long _seenHigh;

    /// <summary>There is a line; before, visitors of a lost one may have to be heard of.</summary>
    internal bool IsBegun => ledger.Epoch != 0;

    /// <summary>Until then visitors of a lost line are awaited.</summary>
    internal long AwaitsUntilMs { get; private set; } = long.MinValue;

    /// <summary>Visitors of a lost line are awaited: nobody is called, and nobody enters past them.</summary>
    internal bool IsRebuilding(long nowMs) => !IsBegun || nowMs < AwaitsUntilMs;

    /// <summary>Every node has told what it holds of an earlier life of the room, or has stopped by itself.</summary>
    internal bool IsSettled(long nowMs) => nowMs >= _settledFromMs;

    /// <summary>Takes up what is stored, before the first report.</summary>
    /// <param name="isAlone">No node of an earlier life is alive.</param>
    internal void Resume(RoomSettings settings, bool isAlone, long nowMs)
    {
        _settledFromMs = isAlone ? nowMs : nowMs + SettleMs;
        // Nobody knows who of the lost line is there before they are heard of again.
        if (IsBegun && ledger.Serving < ledger.BornFrom && nowMs >= settings.OpensMs)
            AwaitsUntilMs = nowMs + RoomLimits.SilenceMaxMs;
    }

    /// <summary>A node tells what it, or a visitor, knows of the line.</summary>
    internal void Take(NodeReport report, RoomSettings settings, long turnMs, long nowMs)
    {
        if (!IsBegun && report.Epoch == 0)
            Listen(report, settings, nowMs);
        else if (KnowsMore(report))
            FailOver(report, settings, turnMs, nowMs);
    }

    /// <summary>What was given out so far is void, so nobody of it is awaited.</summary>
    internal void Revoke(RoomSettings settings, long nowMs)
    {
        if (!IsBegun)
            BeginAfterNobody(settings, nowMs);
        long epoch = LineEpoch.NextRevoked(ledger.Epoch, nowMs);
        ledger.SetEpoch(epoch, epoch);
        AwaitsUntilMs = long.MinValue;
    }

    /// <summary>The last changes are lost, and what rested on them may have been given out.</summary>
    internal void SkipAhead()
    {
        ledger.SetEpoch(ledger.Epoch + 1, ledger.RevokedBelow);
        ledger.SetHigh(ledger.High + RoomLimits.FailoverGap);
        numbers.LineFrom = ledger.High;
        ledger.SetAdmissionHigh(ledger.AdmissionHigh + RoomLimits.FailoverGap);
    }

    /// <summary>The node, or a ticket that it saw, comes from a later state of this line.</summary>
    private bool KnowsMore(NodeReport report) =>
        report.Epoch > ledger.Epoch || report.SeenEpoch > ledger.Epoch || report.RevokedBelow > ledger.RevokedBelow
        || report.High > ledger.High || report.SeenNumberHigh >= ledger.High || report.Serving > ledger.Serving
        || report.AdmissionHigh > ledger.AdmissionHigh;

    private void FailOver(NodeReport report, RoomSettings settings, long turnMs, long nowMs)
    {
        bool wasBegun = IsBegun;
        long high = Math.Max(ledger.High, Math.Max(report.High, report.SeenNumberHigh + 1)) + RoomLimits.FailoverGap;
        long epoch = LineEpoch.Next(Math.Max(ledger.Epoch, Math.Max(report.Epoch, report.SeenEpoch)), nowMs);
        ledger.SetEpoch(epoch, Math.Max(ledger.RevokedBelow, report.RevokedBelow));
        ledger.SetHigh(high);
        numbers.LineFrom = high;
        if (report.Serving > ledger.Serving)
            ledger.SetServing(report.Serving, turnMs);
        // No place lies further back, be it in a line that goes on from a lost one: what the store had is older than all tickets.
        long oldest = high - RoomLimits.FailoverGap - ReachMax;
        if (oldest > ledger.Serving)
            ledger.SetServing(oldest, turnMs);
        if (oldest > ledger.History.GraceFrom)
            ledger.SetGrace(oldest);
        RestartAdmissions(Math.Max(ledger.AdmissionHigh, report.AdmissionHigh) + RoomLimits.FailoverGap, settings, nowMs);
        _settledFromMs = nowMs + SettleMs;
        // Where the mark stood is known to no node: everybody gets the time to show up before somebody is called.
        if (report.High == 0 || report.SeenNumberHigh >= report.High)
            AwaitsUntilMs = nowMs + RoomLimits.SilenceMaxMs;
        else if (report.Serving >= ledger.Serving)
            AwaitsUntilMs = long.MinValue;
        if (!wasBegun)
            opening.Begin(settings, nowMs);
    }

    /// <summary>No node knows the line: visitors do, if there was one.</summary>
    private void Listen(NodeReport report, RoomSettings settings, long nowMs)
    {
        if (_listenUntilMs == long.MinValue)
        {
            _listenUntilMs = nowMs + RoomLimits.ListenMs;
            // Passes of the lost line come in from now on, and each must find its slot.
            ledger.Slots.IsFromTop = true;
            RestartAdmissions(nowMs / 1000 * AdmissionsPerSecondMax, settings, nowMs);
        }
        _seenEpoch = Math.Max(_seenEpoch, report.SeenEpoch);
        if (report.SeenNumberHigh > 0)
        {
            _seenLow = Math.Min(_seenLow, report.SeenNumberLow);
            _seenHigh = Math.Max(_seenHigh, report.SeenNumberHigh);
        }
        if (nowMs < _listenUntilMs)
            return;
        if (_seenHigh == 0)
            BeginAfterNobody(settings, nowMs);
        else
            BeginAfterLost(settings, nowMs);
    }

    /// <summary>Nobody waits who could be heard of so soon: the mark stands at the first new number, if there is no draw to come.</summary>
    private void BeginAfterNobody(RoomSettings settings, long nowMs)
    {
        long from = RoomLimits.FailoverGap + Later(nowMs) + 1;
        ledger.Begin(LineEpoch.Next(0, nowMs), LineEpoch.First, from, serving: nowMs < settings.OpensMs ? 1 : from, graceFrom: 1);
        numbers.Restart();
        opening.Begin(settings, nowMs);
    }

    private void BeginAfterLost(RoomSettings settings, long nowMs)
    {
        long first = Math.Max(1, Math.Max(_seenLow - RoomLimits.LineMax, _seenHigh - ReachMax));
        ledger.Begin(LineEpoch.Next(_seenEpoch, nowMs), LineEpoch.RevokedBelow(_seenEpoch), _seenHigh + RoomLimits.LineMax + Later(nowMs) + 1, first, first);
        numbers.Restart();
        opening.Begin(settings, nowMs);
        AwaitsUntilMs = nowMs + RoomLimits.SilenceMaxMs;
    }

    /// <summary>
    /// Of two losses within hours, the later one begins later, also where nobody was heard of who joined between them: those numbers
    /// lie behind what both begin from.
    /// </summary>
    private static long Later(long nowMs) => nowMs / 60_000 % BeginningsMax * BeginningStep;

    private void RestartAdmissions(long admissionsFrom, RoomSettings settings, long nowMs)
    {
        numbers.Restart();
        admissions.Restart(admissionsFrom, nowMs);
        ledger.Slots.Grow(settings.Active);
        admissions.Sessions.Restart(settings.SessionMs, nowMs);
    }
}
