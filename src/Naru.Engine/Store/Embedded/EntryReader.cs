using System.Buffers.Binary;
using System.Text;

namespace Naru.Engine.Store.Embedded;

/// <summary>
/// Takes a payload apart again. Its checksum was right, so what does not fit was written by something else than this
/// program: <see cref="InvalidDataException"/>, whose message becomes the operator's.
/// </summary>
internal ref struct EntryReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>False after the last entry.</summary>
    public bool TryNextEntry(out EntryReader entry)
    {
        entry = default;
        if (_rest.IsEmpty)
            return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(Raw(sizeof(int)));
        entry = new EntryReader(Raw(length));
        return true;
    }

    public byte Byte() => Raw(1)[0];

    public bool Flag() => Byte() != 0;

    public long Number()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            byte b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }

        throw new InvalidDataException("a number has too many bytes");
    }

    public int Count(int max)
    {
        long value = Number();
        return value >= 0 && value <= max ? (int)value : throw new InvalidDataException($"a count is {value}");
    }

    public double Real() => BinaryPrimitives.ReadDoubleLittleEndian(Raw(sizeof(double)));

    public ReadOnlySpan<byte> Bytes() => Raw(Count(_rest.Length));

    public string Text() => Encoding.UTF8.GetString(Bytes());

    public ReadOnlySpan<byte> Rest()
    {
        var rest = _rest;
        _rest = default;
        return rest;
    }

    private ReadOnlySpan<byte> Raw(int count)
    {
        if (count < 0 || count > _rest.Length)
            throw new InvalidDataException("an entry ends too early");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
