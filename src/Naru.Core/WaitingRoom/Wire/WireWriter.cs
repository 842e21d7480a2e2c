using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Naru.Core.WaitingRoom.Wire;

/// <summary>Writes what nodes of a cluster tell each other: numbers as variable-length zigzag, texts with their length.</summary>
internal readonly struct WireWriter(IBufferWriter<byte> target)
{
    private const int NumberBytesMax = 10;

    internal void Number(long value)
    {
        // Small numbers of either sign are short: 0, -1, 1, -2 become 0, 1, 2, 3.
        ulong zigzag = ((ulong)value << 1) ^ (ulong)(value >> 63);
        var span = target.GetSpan(NumberBytesMax);
        int bytes = 0;
        for (; zigzag >= 0x80; zigzag >>= 7)
            span[bytes++] = (byte)(zigzag | 0x80);
        span[bytes++] = (byte)zigzag;
        target.Advance(bytes);
    }

    internal void Flag(bool value) => Number(value ? 1 : 0);

    internal void Real(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(target.GetSpan(sizeof(double)), value);
        target.Advance(sizeof(double));
    }

    internal void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        target.Write(bytes);
    }

    /// <summary>Null and empty are told apart.</summary>
    internal void Text(string? text)
    {
        Flag(text != null);
        if (text != null)
            Bytes(Encoding.UTF8.GetBytes(text));
    }
}
