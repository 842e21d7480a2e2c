namespace Naru.Demo;

/// <summary>What the clients of one kind have seen. Thread: any.</summary>
internal sealed class LoadCounters
{
    private long _answered;
    private long _failed;
    private int _inFlight;

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>An error status, a cut connection, or no answer in time.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public LatencyWindow Latency { get; } = new();

    public bool TryBegin(int inFlightMax)
    {
        if (Interlocked.Increment(ref _inFlight) <= inFlightMax)
            return true;
        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    public void End(bool good, TimeSpan time)
    {
        Interlocked.Decrement(ref _inFlight);
        Interlocked.Increment(ref good ? ref _answered : ref _failed);
        if (good)
            Latency.Add(time);
    }
}
