namespace Naru.Demo;

/// <summary>The last answers' times; old ones are overwritten. Thread: any.</summary>
internal sealed class LatencyWindow
{
    private const int Capacity = 512;

    private readonly double[] _samplesMs = new double[Capacity];
    private readonly Lock _lock = new();
    private int _count;
    private int _next;

    public void Add(TimeSpan time)
    {
        lock (_lock)
        {
            _samplesMs[_next] = time.TotalMilliseconds;
            _next = (_next + 1) % Capacity;
            _count = Math.Min(_count + 1, Capacity);
        }
    }

    /// <summary>The median since the last call; null when there was no answer.</summary>
    public double? TakeMedianMs()
    {
        lock (_lock)
        {
            if (_count == 0)
                return null;
            // Taking empties the window, so samples begin at 0 until they have filled it.
            var taken = _samplesMs[.._count];
            Array.Sort(taken);
            (_count, _next) = (0, 0);
            return taken[taken.Length / 2];
        }
    }
}
