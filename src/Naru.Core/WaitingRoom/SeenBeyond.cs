namespace Naru.Core.WaitingRoom;

/// <summary>Genuine tickets that the line does not know: from these a lost store is rebuilt. Thread: any loop adds, the keeper takes.</summary>
internal sealed class SeenBeyond
{
    private long _epoch;
    private long _low = long.MaxValue;
    private long _high;

    internal void Add(long number, long epoch)
    {
        Raise(ref _epoch, epoch);
        Raise(ref _high, number);
        long low = Volatile.Read(ref _low);
        while (number < low && Interlocked.CompareExchange(ref _low, number, low) is var seen && seen != low)
            low = seen;
    }

    internal void Take(NodeReport report)
    {
        report.SeenEpoch = Interlocked.Exchange(ref _epoch, 0);
        report.SeenNumberHigh = Interlocked.Exchange(ref _high, 0);
        long low = Interlocked.Exchange(ref _low, long.MaxValue);
        report.SeenNumberLow = low == long.MaxValue ? 0 : low;
    }

    private static void Raise(ref long field, long value)
    {
        long seen = Volatile.Read(ref field);
        while (value > seen && Interlocked.CompareExchange(ref field, value, seen) is var before && before != seen)
            seen = before;
    }
}
