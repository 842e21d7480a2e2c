namespace Naru.Engine.Loop;

/// <summary>
/// One leased buffer: [headroom | data | free | tailroom]. A connection holds one only while it has bytes that are not
/// yet consumed. Headroom lets a rewritten head or a chunk prefix grow to the left; tailroom takes a chunk suffix.
/// </summary>
internal sealed class IoBuffer
{
    private readonly byte[] _array;
    private int _start = EngineLimits.HeadroomBytes;
    private int _end = EngineLimits.HeadroomBytes;

    public IoBuffer(int capacityBytes)
    {
        CapacityBytes = capacityBytes;
        // Whole, so that headroom, data and tailroom lie in one piece; pinned, so that the collector never moves 32 KiB.
        _array = GC.AllocateUninitializedArray<byte>(EngineLimits.HeadroomBytes + capacityBytes + EngineLimits.TailroomBytes, pinned: true);
    }

    public int CapacityBytes { get; }

    public int Length => _end - _start;

    /// <summary>The whole memory, for a send that goes on later; positions in it are absolute.</summary>
    public byte[] Array => _array;

    public int Start => _start;

    public Span<byte> Data => _array.AsSpan(_start, _end - _start);

    /// <summary>Where the next bytes are received.</summary>
    public Span<byte> Free => _array.AsSpan(_end, EngineLimits.HeadroomBytes + CapacityBytes - _end);

    public void Added(int bytes) => _end += bytes;

    public void Consume(int bytes)
    {
        _start += bytes;
        if (_start >= _end)
            Clear();
    }

    public void Clear() => _start = _end = EngineLimits.HeadroomBytes;

    /// <summary>Moves the data to the front, so that all free room is in one piece.</summary>
    public void Compact()
    {
        if (_start <= EngineLimits.HeadroomBytes)
            return;
        var data = Data;
        data.CopyTo(_array.AsSpan(EngineLimits.HeadroomBytes));
        _start = EngineLimits.HeadroomBytes;
        _end = EngineLimits.HeadroomBytes + data.Length;
    }

    /// <summary>Replaces the first bytes by others, growing or shrinking to the left; what follows is not moved.</summary>
    public void ReplacePrefix(int oldLength, ReadOnlySpan<byte> replacement)
    {
        int start = _start + oldLength - replacement.Length;
        replacement.CopyTo(_array.AsSpan(start));
        _start = start;
    }

    /// <summary>Makes room behind the first bytes by moving them to the left.</summary>
    public void Insert(int position, ReadOnlySpan<byte> bytes)
    {
        _array.AsSpan(_start, position).CopyTo(_array.AsSpan(_start - bytes.Length));
        _start -= bytes.Length;
        bytes.CopyTo(_array.AsSpan(_start + position));
    }

    /// <summary>Puts bytes right behind the first <paramref name="dataLength"/> bytes of data, over what is there.</summary>
    public void Overwrite(int dataLength, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_array.AsSpan(_start + dataLength));

    public void CopyFrom(IoBuffer other)
    {
        other.Data.CopyTo(_array.AsSpan(EngineLimits.HeadroomBytes));
        _start = EngineLimits.HeadroomBytes;
        _end = EngineLimits.HeadroomBytes + other.Length;
    }
}
