namespace Naru.Core.WaitingRoom;

/// <summary>What loops count. Each thread has a stripe of its own, as good as always. Thread: any adds, any sums.</summary>
internal sealed class RoomCounters
{
    private const int Stripes = 32;

    /// <summary>Counts of a stripe; two cache lines, and one of distance.</summary>
    private const int Stride = 24;

    private readonly long[] _values = new long[Stripes * Stride];

    internal enum Kind
    {
        Joined, Polled, Claimed, Admitted, Direct, Local, Released, NotYet, GateHolds, UnknownTickets, ExpiredPasses, SupersededPasses, NoNumber, JoinsClosed,
    }

    internal void Add(Kind kind) =>
        Interlocked.Increment(ref _values[(Environment.CurrentManagedThreadId & (Stripes - 1)) * Stride + (int)kind]);

    internal long Sum(Kind kind)
    {
        long sum = 0;
        for (int i = (int)kind; i < _values.Length; i += Stride)
            sum += Volatile.Read(ref _values[i]);
        return sum;
    }

    internal RoomCounts Sums() => new()
    {
        Joined = Sum(Kind.Joined),
        Polled = Sum(Kind.Polled),
        Claimed = Sum(Kind.Claimed),
        Admitted = Sum(Kind.Admitted),
        Direct = Sum(Kind.Direct),
        Local = Sum(Kind.Local),
        Released = Sum(Kind.Released),
        NotYet = Sum(Kind.NotYet),
        GateHolds = Sum(Kind.GateHolds),
        UnknownTickets = Sum(Kind.UnknownTickets),
        ExpiredPasses = Sum(Kind.ExpiredPasses),
        SupersededPasses = Sum(Kind.SupersededPasses),
        NoNumber = Sum(Kind.NoNumber),
        JoinsClosed = Sum(Kind.JoinsClosed),
    };
}
