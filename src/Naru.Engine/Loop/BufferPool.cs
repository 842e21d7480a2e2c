namespace Naru.Engine.Loop;

/// <summary>
/// The buffers of one loop. Last in, first out: the one returned last is the one still in the cache. Two sizes: all
/// traffic runs through the small ones; a head that does not fit moves into a large one.
/// </summary>
internal sealed class BufferPool
{
    private readonly Stack<IoBuffer> _small = new(EngineLimits.SmallBuffersKept);
    private readonly Stack<IoBuffer> _large = new(EngineLimits.LargeBuffersKept);

    public int Created { get; private set; }

    public IoBuffer Rent() => _small.TryPop(out var buffer) ? buffer : Create(EngineLimits.SmallBufferBytes);

    public IoBuffer RentLarge() => _large.TryPop(out var buffer) ? buffer : Create(EngineLimits.LargeBufferBytes);

    public void Return(IoBuffer buffer)
    {
        buffer.Clear();
        bool small = buffer.CapacityBytes == EngineLimits.SmallBufferBytes;
        var pool = small ? _small : _large;
        if (pool.Count < (small ? EngineLimits.SmallBuffersKept : EngineLimits.LargeBuffersKept))
            pool.Push(buffer);
    }

    private IoBuffer Create(int bytes)
    {
        Created++;
        return new IoBuffer(bytes);
    }
}
