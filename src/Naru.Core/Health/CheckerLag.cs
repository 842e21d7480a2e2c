namespace Naru.Core.Health;

/// <summary>
/// Whether verdicts of active checks count. A checker that runs late itself (a starved machine, a paused guest) measures
/// its own delay and would take good servers down, all at once. Owner: the checker.
/// Every timer of the checker, of checks and of their timeouts, is reported here.
/// </summary>
/// <param name="timeout">Of one check; a delay of a quarter of it spoils the verdict.</param>
public sealed class CheckerLag(TimeSpan timeout)
{
    /// <summary>Timers of a busy but sound machine come this late.</summary>
    public const long MinLimitMs = 50;

    private long _frozenUntilMs = long.MinValue;

    public long LimitMs { get; } = Math.Max(MinLimitMs, (long)timeout.TotalMilliseconds / 4);

    /// <summary>
    /// A timer that was due at <paramref name="dueMs"/> ran at <paramref name="nowMs"/>. After a late one verdicts are
    /// frozen for a timeout: every check that was under way during the delay has ended by then.
    /// </summary>
    public void Observe(long dueMs, long nowMs)
    {
        if (nowMs - dueMs > LimitMs)
            _frozenUntilMs = nowMs + (long)timeout.TotalMilliseconds;
    }

    public bool Counts(long nowMs) => nowMs >= _frozenUntilMs;
}
