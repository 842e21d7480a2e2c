namespace Naru.Core.WaitingRoom;

/// <summary>A part of the room's rate that a node may use.</summary>
/// <param name="PerSecond">0: nobody gets in here.</param>
/// <param name="Burst">Admissions at once; at least 1, or 0 with no rate.</param>
public readonly record struct RateShare(double PerSecond, double Burst)
{
    /// <summary>Of a whole room: the bound that the specification gives, and at least one admission.</summary>
    public static RateShare Whole(double perSecond) =>
        perSecond <= 0 ? default : new(perSecond, Math.Max(1, perSecond * RoomLimits.BurstSeconds));
}

/// <summary>
/// Holds admissions of one node to a share of the rate, to the millisecond: the generic cell rate algorithm (ITU-T I.371, virtual
/// scheduling). Debt is the time until the bucket is full again; an admission adds the interval 1 / rate to it and needs room for it.
/// Owner: the node. Thread: loops admit, the keeper changes the share.
/// Invariant: admissions in any window t ≤ burst + rate · t, and a new share starts without credit.
/// </summary>
internal sealed class RateGate
{
    private const long NsPerMs = 1_000_000;
    private const double NsPerSecond = 1e9;

    /// <summary>As many go first as come back within a part of the shortest interval.</summary>
    private const double RankSeconds = RoomLimits.RetryMinMs / 1000.0 / 2;

    private const int RanksFirst = 3;

    /// <summary>A bucket that holds less is full before those who were first ask again: whoever comes by takes what there is.</summary>
    internal const double RankedBurst = 2.1;

    private sealed record Terms(RateShare Share, long IntervalNs, long ToleranceNs);

    private Terms _terms = new(default, 0, 0);
    private long _lastIntervalNs;
    private long _fullAtNs;

    internal RateShare Share => Volatile.Read(ref _terms).Share;

    /// <param name="rank">Visitors who were held before this one.</param>
    /// <param name="held">Visitors who are held.</param>
    internal bool TryAdmit(long nowMs, int rank = 0, int held = 0)
    {
        var terms = Volatile.Read(ref _terms);
        if (terms.IntervalNs == 0)
            return false;
        long nowNs = nowMs * NsPerMs;
        long fullAt = Volatile.Read(ref _fullAtNs);
        while (fullAt - terms.ToleranceNs <= nowNs)
        {
            if (rank > 0 && rank > RankAllowed(terms, nowNs - (fullAt - terms.ToleranceNs), held))
                return false;
            long seen = Interlocked.CompareExchange(ref _fullAtNs, Math.Max(fullAt, nowNs) + terms.IntervalNs, fullAt);
            if (seen == fullAt)
                return true;
            fullAt = seen;
        }
        return false;
    }

    /// <summary>
    /// Whoever was held first goes first; the fuller the bucket, the further behind somebody may stand who asks: what is not used
    /// when it is full is lost.
    /// </summary>
    private static double RankAllowed(Terms terms, long creditNs, int held)
    {
        if (terms.Share.Burst < RankedBurst)
            return held;
        double full = creditNs / (double)terms.ToleranceNs;
        return RanksFirst + terms.Share.PerSecond * RankSeconds + full * full * held;
    }

    /// <summary>Gives an admission back that found no slot.</summary>
    internal void Undo() => Interlocked.Add(ref _fullAtNs, -Volatile.Read(ref _terms).IntervalNs);

    /// <summary>Admissions that are missing in the bucket, of a share that was given up too.</summary>
    internal double Debt(long nowMs)
    {
        long interval = Volatile.Read(ref _lastIntervalNs);
        return interval == 0 ? 0 : Math.Max(0, Volatile.Read(ref _fullAtNs) - nowMs * NsPerMs) / (double)interval;
    }

    /// <param name="debt">Of whoever had the share before, in admissions; null: keep the own one.</param>
    internal void Change(RateShare share, double? debt, long nowMs)
    {
        var old = _terms;
        if (share == old.Share)
            return;
        var next = share.PerSecond <= 0
            ? new Terms(default, 0, 0)
            : new Terms(share, (long)Math.Ceiling(NsPerSecond / share.PerSecond), (long)((Math.Max(1, share.Burst) - 1) * NsPerSecond / share.PerSecond));
        // Loops stop for a moment, so that no admission falls between two reckonings.
        Volatile.Write(ref _terms, new Terms(old.Share, 0, 0));
        if (next.IntervalNs != 0)
        {
            // What a burst grows by starts without credit, too.
            double owed = old.IntervalNs == 0 ? Math.Min(share.Burst, debt ?? share.Burst) : Debt(nowMs) + Math.Max(0, share.Burst - old.Share.Burst);
            Volatile.Write(ref _fullAtNs, (nowMs * NsPerMs) + (long)(owed * next.IntervalNs));
            Volatile.Write(ref _lastIntervalNs, next.IntervalNs);
        }
        Volatile.Write(ref _terms, next);
    }
}
