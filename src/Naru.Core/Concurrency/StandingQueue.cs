namespace Naru.Core.Concurrency;

/// <summary>
/// Tells a queue that evens out a burst from one that stands (CoDel, RFC 8289): the first empties within <see cref="IntervalMs"/>,
/// the second makes everybody late by as much as it is long and serves nobody sooner. In a standing queue who came last is next, since
/// those before have waited so long that they are likely gone, and nobody waits longer than a target.
/// Owner: a loop's queue. Thread: its.
/// </summary>
public struct StandingQueue
{
    /// <summary>As long as a burst may last.</summary>
    public const int IntervalMs = 100;

    private long _sinceMs;

    /// <summary>Somebody came into an empty queue.</summary>
    public void Begin(long nowMs) => _sinceMs = nowMs;

    /// <summary>Of a queue that is not empty.</summary>
    public readonly bool Stands(long nowMs) => nowMs - _sinceMs >= IntervalMs;

    /// <summary>How long who comes now may wait.</summary>
    public readonly int WaitMs(long nowMs, bool isEmpty, int timeoutMs, int targetMs) =>
        targetMs > 0 && !isEmpty && Stands(nowMs) ? Math.Min(targetMs, timeoutMs) : timeoutMs;
}
