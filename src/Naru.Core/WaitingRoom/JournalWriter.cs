using System.Buffers;

namespace Naru.Core.WaitingRoom;

/// <summary>One durable change of a room. The values are stored: never give one a new meaning.</summary>
internal enum ChangeKind : byte
{
    Epoch = 1,
    High = 2,
    AdmissionHigh = 3,
    Joined = 4,
    Serving = 5,
    Granted = 6,
    Started = 7,
    Ended = 8,
    Drawn = 9,
    NextSeed = 10,
    Undrawn = 11,
    Controls = 12,
    Opened = 13,
    ClaimedBits = 14,
    Grace = 15,
    JoinedTo = 16,
    Begun = 17,
}

/// <summary>Writes changes: a kind, then whole numbers as LEB128 and byte strings with their length before them.</summary>
internal readonly struct JournalWriter(IBufferWriter<byte> target)
{
    internal const int NumberBytesMax = 10;

    internal void Write(ChangeKind kind, params ReadOnlySpan<long> numbers)
    {
        var span = target.GetSpan(1 + numbers.Length * NumberBytesMax);
        span[0] = (byte)kind;
        int bytes = 1;
        foreach (long number in numbers)
            bytes += Number(span[bytes..], (ulong)number);
        target.Advance(bytes);
    }

    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        var span = target.GetSpan(NumberBytesMax + bytes.Length);
        int prefix = Number(span, (ulong)bytes.Length);
        bytes.CopyTo(span[prefix..]);
        target.Advance(prefix + bytes.Length);
    }

    private static int Number(Span<byte> span, ulong value)
    {
        int bytes = 0;
        for (; value >= 0x80; value >>= 7)
            span[bytes++] = (byte)(value | 0x80);
        span[bytes++] = (byte)value;
        return bytes;
    }
}

/// <summary>Reads what <see cref="JournalWriter"/> wrote. Throws <see cref="InvalidDataException"/> on everything else.</summary>
internal ref struct JournalReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    internal readonly bool AtEnd => _rest.IsEmpty;

    internal ChangeKind Kind()
    {
        byte kind = Byte();
        return (ChangeKind)kind;
    }

    internal long Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return (long)value;
        }
        throw Bad("a number is too long");
    }

    internal int Int()
    {
        long value = Number();
        return value is >= 0 and <= int.MaxValue ? (int)value : throw Bad("a number is out of its range");
    }

    internal ReadOnlySpan<byte> Bytes(int lengthMax)
    {
        int length = Int();
        if (length > lengthMax || length > _rest.Length)
            throw Bad("a text is too long");
        var bytes = _rest[..length];
        _rest = _rest[length..];
        return bytes;
    }

    internal static InvalidDataException Bad(string what) => new($"The stored room is damaged: {what}.");

    private byte Byte()
    {
        if (_rest.IsEmpty)
            throw Bad("it ends in the middle");
        byte value = _rest[0];
        _rest = _rest[1..];
        return value;
    }
}
