using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Naru.Core.Balancing;

namespace Naru.Core.WaitingRoom;

/// <summary>
/// A shuffle of 0..count-1 that a seed decides and that anybody who knows the seed recomputes, one place at a time.
/// An alternating Feistel network over the next power of two with cycle walking (Black and Rogaway, "Ciphers with arbitrary
/// finite domains", 2002): values that fall outside the range go through the network again.
/// <para>
/// Recipe: key = the first 16 bytes of SHA-256("naru draw 1" ‖ seed), read as two little-endian 64-bit words. bits = the bits
/// of count-1, at least 10 (halves of few bits would make some orders of a few likelier than others); left = bits / 2 high bits, right = the others. Rounds 0..7: even ones XOR left, odd ones right, with
/// the low bits of SipHash-1-3(key, other half ‖ round), both as little-endian 64-bit words.
/// </para>
/// Immutable; any thread; no allocation after construction.
/// </summary>
public sealed class KeyedPermutation
{
    private const int Rounds = 8;
    private const int BitsMin = 10;

    private readonly KeyedHash _hash;
    private readonly long _count;
    private readonly int _rightBits;
    private readonly ulong _leftMask;
    private readonly ulong _rightMask;

    public KeyedPermutation(ReadOnlySpan<byte> seed, long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _count = count;
        int bits = Math.Max(BitsMin, 64 - BitOperations.LeadingZeroCount((ulong)(count - 1)));
        _rightBits = bits - bits / 2;
        _leftMask = (1UL << (bits / 2)) - 1;
        _rightMask = (1UL << _rightBits) - 1;

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> text = stackalloc byte[11 + seed.Length];
        "naru draw 1"u8.CopyTo(text);
        seed.CopyTo(text[11..]);
        SHA256.HashData(text, digest);
        _hash = new KeyedHash(BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]));
    }

    /// <summary>The place of <paramref name="index"/>; both from 0 to count-1.</summary>
    public long Map(long index)
    {
        ulong value = (ulong)index;
        do
            value = Forward(value);
        while (value >= (ulong)_count);
        return (long)value;
    }

    /// <summary>Who has the <paramref name="place"/>.</summary>
    public long Invert(long place)
    {
        ulong value = (ulong)place;
        do
            value = Backward(value);
        while (value >= (ulong)_count);
        return (long)value;
    }

    private ulong Forward(ulong value)
    {
        ulong left = value >> _rightBits;
        ulong right = value & _rightMask;
        for (int round = 0; round < Rounds; round += 2)
        {
            left ^= Round(right, round) & _leftMask;
            right ^= Round(left, round + 1) & _rightMask;
        }
        return (left << _rightBits) | right;
    }

    private ulong Backward(ulong value)
    {
        ulong left = value >> _rightBits;
        ulong right = value & _rightMask;
        for (int round = Rounds - 2; round >= 0; round -= 2)
        {
            right ^= Round(left, round + 1) & _rightMask;
            left ^= Round(right, round) & _leftMask;
        }
        return (left << _rightBits) | right;
    }

    private ulong Round(ulong half, int round)
    {
        Span<byte> block = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(block, half);
        BinaryPrimitives.WriteUInt64LittleEndian(block[8..], (ulong)round);
        return _hash.Hash(block);
    }
}
