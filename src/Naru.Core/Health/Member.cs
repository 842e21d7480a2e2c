using Naru.Core.Balancing;
using Naru.Core.Config;

namespace Naru.Core.Health;

/// <summary>What a pool's health keeper remembers of one server. Owner and thread: <see cref="PoolHealth"/>'s.</summary>
internal sealed class Member(ServerLoad server, ServerOptions options)
{
    private const long Never = long.MaxValue;

    private int _goodChecks;
    private int _badChecks;
    private string _downReason = "";
    private string _penaltyReason = "";
    private long _slowStartFromMs = Never;
    private string _slowStartReason = "";
    private long _forgiveFromMs;

    internal ServerLoad Server { get; set; } = server;

    internal ServerOptions Options { get; set; } = options;

    internal int FullWeight => Options.Weight * EligibleSet.WeightUnit;

    internal bool Draining { get; set; }

    /// <summary>By active checks.</summary>
    internal bool Down { get; private set; }

    internal bool Ejected { get; private set; }

    /// <summary>The share of its weight that the removal brake left it; 0: not braked.</summary>
    internal double BrakeFactor { get; private set; }

    internal bool Braked => BrakeFactor > 0;

    /// <summary>When the ejection or the brake ends.</summary>
    internal long PenaltyEndsMs { get; private set; } = Never;

    /// <summary>Ejections that are not forgiven yet: each makes the next longer.</summary>
    internal int TimesEjected { get; private set; }

    internal bool Eligible => !Draining && !Down && !Ejected;

    // Of the success-rate window under way.
    internal long Successes { get; set; }

    internal long Failures { get; set; }

    // As published last; other threads read these.
    internal ServerState State { get; set; }

    internal string Reason { get; set; } = "";

    internal int Weight { get; set; }

    /// <summary>True: the server went up or down.</summary>
    internal bool OnCheck(bool ok, string reason, ActiveCheckOptions options, long nowMs)
    {
        _goodChecks = ok ? Math.Min(_goodChecks + 1, options.Rise) : 0;
        _badChecks = ok ? 0 : Math.Min(_badChecks + 1, options.Fall);
        if (!Down && _badChecks >= options.Fall)
        {
            Down = true;
            _downReason = reason;
            return true;
        }
        if (Down && _goodChecks >= options.Rise)
        {
            Down = false;
            StartSlowly(nowMs, "recovered: checks succeed");
            return true;
        }
        return false;
    }

    /// <summary>Checks were turned off: their last verdict would stay for ever.</summary>
    internal void ForgetChecks(long nowMs)
    {
        _goodChecks = _badChecks = 0;
        if (!Down)
            return;
        Down = false;
        StartSlowly(nowMs, "recovered: checks were turned off");
    }

    internal void Eject(long nowMs, long durationMs, string reason)
    {
        Ejected = true;
        BrakeFactor = 0;
        StartPenalty(nowMs, durationMs, reason);
    }

    internal void Brake(long nowMs, long durationMs, double factor, string reason)
    {
        BrakeFactor = factor;
        StartPenalty(nowMs, durationMs, "weight lowered, the others cannot carry its load: " + reason);
    }

    /// <summary>A braked server goes on from the weight that it kept, an ejected one from the least.</summary>
    internal void EndPenalty(long nowMs, long slowStartMs)
    {
        if (!Ejected && !Braked)
            return;
        StartSlowly(nowMs - (long)Math.Ceiling(BrakeFactor * slowStartMs), "recovered: the time is over");
        Ejected = false;
        BrakeFactor = 0;
        PenaltyEndsMs = Never;
        _forgiveFromMs = nowMs;
    }

    /// <summary>One ejection is forgiven for every <paramref name="intervalMs"/> without another.</summary>
    internal void Forgive(long nowMs, long intervalMs)
    {
        while (TimesEjected > 0 && Eligible && !Braked && nowMs - _forgiveFromMs >= intervalMs)
        {
            TimesEjected--;
            _forgiveFromMs += intervalMs;
        }
    }

    internal void StartSlowly(long fromMs, string reason)
    {
        // What it took while it was ill says nothing about it now; least-time would leave it aside for a minute.
        Server.ForgetCost();
        _slowStartFromMs = fromMs;
        _slowStartReason = reason;
    }

    internal void EndSlowStart() => _slowStartFromMs = Never;

    internal ServerState StateAt(long nowMs, long slowStartMs)
    {
        if (Draining)
            return ServerState.Draining;
        if (Down)
            return ServerState.Down;
        if (Ejected)
            return ServerState.Ejected;
        return !Braked && InSlowStart(nowMs, slowStartMs) ? ServerState.SlowStart : ServerState.Up;
    }

    internal string ReasonFor(ServerState state) => state switch
    {
        ServerState.Draining => "drained by the operator",
        ServerState.Down => _downReason,
        ServerState.Ejected => _penaltyReason,
        ServerState.SlowStart => _slowStartReason,
        _ => Braked ? _penaltyReason : "",
    };

    /// <summary>In thousandths; 0: not eligible.</summary>
    internal int WeightAt(long nowMs, long slowStartMs)
    {
        if (!Eligible)
            return 0;
        double factor = 1;
        if (Braked)
            factor = BrakeFactor;
        else if (InSlowStart(nowMs, slowStartMs))
            factor = SlowStart.Factor(StepsPassed(nowMs, slowStartMs) * SlowStart.StepMs(slowStartMs), slowStartMs);
        return (int)Math.Round(FullWeight * factor);
    }

    /// <summary>When state or weight change by themselves.</summary>
    internal long NextChangeMs(long nowMs, long slowStartMs)
    {
        if (!Eligible || Braked || !InSlowStart(nowMs, slowStartMs))
            return PenaltyEndsMs;
        long nextStep = (StepsPassed(nowMs, slowStartMs) + 1) * SlowStart.StepMs(slowStartMs);
        return _slowStartFromMs + Math.Min(nextStep, slowStartMs);
    }

    private void StartPenalty(long nowMs, long durationMs, string reason)
    {
        TimesEjected++;
        PenaltyEndsMs = nowMs + durationMs;
        _penaltyReason = reason;
    }

    private bool InSlowStart(long nowMs, long slowStartMs) => _slowStartFromMs != Never && nowMs - _slowStartFromMs < slowStartMs;

    private long StepsPassed(long nowMs, long slowStartMs) => Math.Max(0, nowMs - _slowStartFromMs) / SlowStart.StepMs(slowStartMs);
}
