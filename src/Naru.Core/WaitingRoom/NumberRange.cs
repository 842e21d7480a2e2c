namespace Naru.Core.WaitingRoom;

/// <summary>A lease of numbers that loops take from. Owner: the node. Thread: loops take, the keeper opens and closes. Invariant: each number once.</summary>
internal sealed class NumberRange(NumberLease lease)
{
    private long _next = lease.From;
    private long _expiresMs = lease.ExpiresMs;
    private long _closedAt = -1;

    internal long From { get; } = lease.From;

    internal long To { get; } = lease.To;

    /// <summary>Numbers below are handed out.</summary>
    internal long Next => _closedAt >= 0 ? _closedAt : Math.Min(Volatile.Read(ref _next), To);

    internal void Renew(long expiresMs) => Volatile.Write(ref _expiresMs, expiresMs);

    internal bool TryTake(long nowMs, out long number)
    {
        number = 0;
        if (Volatile.Read(ref _next) >= To || nowMs >= Volatile.Read(ref _expiresMs))
            return false;
        number = Interlocked.Increment(ref _next) - 1;
        return number < To;
    }

    /// <summary>Nobody takes from it afterwards.</summary>
    internal void Close() => _closedAt = Math.Min(Interlocked.Exchange(ref _next, To), To);
}
