namespace Naru.Core.WaitingRoom;

/// <summary>
/// Grants that loops take from. A new batch keeps the one before open, so there is never a moment without.
/// Owner: the node. Thread: loops take, the keeper fills, closes and reads what was taken. Invariant: each grant once.
/// </summary>
internal sealed class GrantBatch(Grant[] grants, GrantBatch? older)
{
    private const int Closed = int.MaxValue / 2;

    /// <summary>[i]: the number that took grant i, plus one; 0: not taken, or not written yet.</summary>
    private readonly long[] _takers = new long[grants.Length];
    private int _taken;
    private int _reported;
    private int _closedAt = -1;

    internal GrantBatch? Older { get; set; } = older;

    internal int Remaining => _closedAt >= 0 ? 0 : Math.Max(0, grants.Length - Volatile.Read(ref _taken));

    /// <summary>Closed, and everything that was taken is reported.</summary>
    internal bool Settled => _closedAt >= 0 && _reported == _closedAt;

    internal bool TryTake(long number, out Grant grant)
    {
        for (var batch = this; batch is not null; batch = batch.Older)
            if (batch.TryTakeHere(number, out grant))
                return true;
        grant = default;
        return false;
    }

    /// <summary>Adds what is left to a list; nobody takes from it afterwards.</summary>
    internal void Close(List<Grant> rest)
    {
        _closedAt = Math.Min(Interlocked.Exchange(ref _taken, Closed), grants.Length);
        for (int i = _closedAt; i < grants.Length; i++)
            rest.Add(grants[i]);
    }

    /// <summary>Adds who took a grant since the last call; what a loop is just writing comes with the next one.</summary>
    internal void ReportTaken(List<Claim> claims)
    {
        int taken = _closedAt >= 0 ? _closedAt : Math.Min(Volatile.Read(ref _taken), grants.Length);
        for (; _reported < taken; _reported++)
        {
            long taker = Volatile.Read(ref _takers[_reported]);
            if (taker == 0)
                return;
            claims.Add(new Claim(taker - 1, grants[_reported]));
        }
    }

    private bool TryTakeHere(long number, out Grant grant)
    {
        grant = default;
        if (Volatile.Read(ref _taken) >= grants.Length)
            return false;
        int index = Interlocked.Increment(ref _taken) - 1;
        if (index >= grants.Length)
            return false;
        grant = grants[index];
        Volatile.Write(ref _takers[index], number + 1);
        return true;
    }
}
