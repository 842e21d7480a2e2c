using System.Buffers.Binary;
using System.Text;

namespace Naru.Core.WaitingRoom.Wire;

/// <summary>Reads what <see cref="WireWriter"/> wrote. Throws <see cref="InvalidDataException"/> on everything else.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    internal readonly bool AtEnd => _rest.IsEmpty;

    internal long Number()
    {
        ulong zigzag = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(1)[0];
            // The tenth byte holds the one bit that is left.
            if (shift == 63 && next > 1)
                break;
            zigzag |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
        }

        throw Bad("a number is too long");
    }

    internal int Int() => Number() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Bad("a number is out of its range");

    internal bool Flag() => Number() switch { 0 => false, 1 => true, _ => throw Bad("a flag is none") };

    internal double Real() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    internal T Choice<T>()
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), Int());
        return Enum.IsDefined(value) ? value : throw Bad("a choice is none");
    }

    /// <summary>How many items follow. Each is at least so long, so that no count makes more room than bytes have come.</summary>
    internal int Count(int itemBytesMin)
    {
        int count = Int();
        return count >= 0 && count <= _rest.Length / itemBytesMin ? count : throw Bad("a list is longer than what holds it");
    }

    internal ReadOnlySpan<byte> Bytes() => Take(Count(1));

    internal string? Text() => Flag() ? Encoding.UTF8.GetString(Bytes()) : null;

    internal static InvalidDataException Bad(string what) =>
        new($"A message between nodes cannot be read: {what}. Do all nodes run the same version?");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw Bad("it ends in the middle");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
