using System.Buffers.Binary;
using System.Numerics;

namespace Naru.Core.Routing;

/// <summary>
/// Lets a table of host names or paths be asked with the bytes on the wire. The hash is not keyed: every key comes from the
/// configuration, so a client cannot add colliding ones.
/// </summary>
internal sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    // 2^64 / golden ratio: an odd constant whose multiples spread over all bits (Knuth, TAOCP 3, 6.4).
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = (ulong)alternate.Length * Multiplier;
        while (alternate.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(alternate));
            alternate = alternate[8..];
        }
        foreach (var b in alternate)
            hash = Mix(hash, b);
        return (int)(hash >> 32);
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    private static ulong Mix(ulong hash, ulong next) => (BitOperations.RotateLeft(hash, 5) ^ next) * Multiplier;
}
