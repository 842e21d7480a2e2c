namespace Naru.Engine.Loop;

/// <summary>
/// The buffers of one loop. Last in, first out: the one returned last is the one still in the cache. Two sizes: all
/// traffic runs through the small ones; a head that does not fit moves into a large one.
/// </summary>
internal sealed class BufferPool
{
    /// <summary>A 16 KiB response with its head is one receive.</summary>
    public const int SmallBytes = 32 * 1024;

    /// <summary>The largest head that the configuration allows, and the bytes of a body that came with it.</summary>
    public const int LargeBytes = 96 * 1024;

    // What is kept for reuse: 32 MiB and 12 MiB a loop. A burst beyond it is returned to the collector.
    private const int SmallKeptMax = 1024;
    private const int LargeKeptMax = 128;

    private readonly Stack<IoBuffer> _small = new(SmallKeptMax);
    private readonly Stack<IoBuffer> _large = new(LargeKeptMax);

    public int Created { get; private set; }

    public IoBuffer Rent() => _small.TryPop(out var buffer) ? buffer : Create(SmallBytes);

    public IoBuffer RentLarge() => _large.TryPop(out var buffer) ? buffer : Create(LargeBytes);

    public void Return(IoBuffer buffer)
    {
        buffer.Clear();
        bool small = buffer.CapacityBytes == SmallBytes;
        var pool = small ? _small : _large;
        if (pool.Count < (small ? SmallKeptMax : LargeKeptMax))
            pool.Push(buffer);
    }

    private IoBuffer Create(int bytes)
    {
        Created++;
        return new IoBuffer(bytes);
    }
}
