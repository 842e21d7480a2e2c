namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// Holds every admission against the bound: in any window t at most rate × t plus a burst. Over all windows at once, by
/// max over i ≤ j of (j − i + 1) − ∫rate from i to j, which one running maximum gives (Kadane).
/// </summary>
internal sealed class AdmissionMeter
{
    /// <summary>After a change nodes hear of it by their next tick, slow stores included; until then either rate may be in force.</summary>
    private const int ChangeMs = 2_000;

    private double _ratePerSecond;
    private double _rateBefore;
    private long _changedMs = long.MinValue / 2;
    private double _levelBefore;
    private long _atMs;

    public AdmissionMeter(double ratePerSecond, long startMs)
    {
        _ratePerSecond = ratePerSecond;
        _atMs = startMs;
        Bound = BoundOf(ratePerSecond);
    }

    /// <summary>Most visitors beyond rate × t, over all windows so far.</summary>
    public double LargestExcess { get; private set; }

    /// <summary>When that was.</summary>
    public long LargestExcessMs { get; private set; }

    /// <summary>Largest part of the bound of its time that an excess has reached; above 1 the bound is broken.</summary>
    public double LargestShare { get; private set; }

    /// <summary>What the largest excess may be.</summary>
    public double Bound { get; private set; }

    /// <summary>The excess that the windows ending now have at most.</summary>
    public double Level { get; private set; }

    /// <summary>A tenth of a second of the rate, and always one visitor, since nobody comes in parts.</summary>
    public static double BoundOf(double ratePerSecond) => Math.Max(1, RoomLimits.BurstSeconds * ratePerSecond);

    public void SetRate(double ratePerSecond, long nowMs)
    {
        Flow(nowMs);
        if (ratePerSecond == _ratePerSecond)
            return;
        Bound = Math.Max(BoundOf(ratePerSecond), Bound);
        _rateBefore = nowMs - _changedMs < ChangeMs ? Math.Max(_rateBefore, _ratePerSecond) : _ratePerSecond;
        _ratePerSecond = ratePerSecond;
        _changedMs = nowMs;
    }

    public void Admit(long nowMs)
    {
        Flow(nowMs);
        Level = _levelBefore = Math.Max(_levelBefore, 0) + 1;
        LargestShare = Math.Max(LargestShare, Level / Bound);
        if (Level <= LargestExcess)
            return;
        LargestExcess = Level;
        LargestExcessMs = nowMs;
    }

    private void Flow(long nowMs)
    {
        var heardMs = Math.Clamp(_changedMs + ChangeMs, _atMs, nowMs);
        _levelBefore -= (Math.Max(_rateBefore, _ratePerSecond) * (heardMs - _atMs) + _ratePerSecond * (nowMs - heardMs)) / 1000;
        Level = Math.Max(_levelBefore, 0);
        if (nowMs - _changedMs > ChangeMs && Level + 1 <= BoundOf(_ratePerSecond))
            Bound = BoundOf(_ratePerSecond);
        _atMs = nowMs;
    }
}
