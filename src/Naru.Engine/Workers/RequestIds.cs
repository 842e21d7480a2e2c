using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Naru.Engine.Workers;

/// <summary>
/// Request ids: 32 hex digits, unique over loops, restarts and nodes by their random half, and by a count that is mixed so
/// that neighbours do not look alike. They are names, not secrets. Owner: one worker.
/// </summary>
internal sealed class RequestIds
{
    // Odd, so that multiplying is a permutation of 64 bits: the golden ratio, as in Knuth's multiplicative hashing.
    private const ulong Mixer = 0x9E3779B97F4A7C15;

    private readonly ulong _own;
    private ulong _count;

    public RequestIds()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        _own = BinaryPrimitives.ReadUInt64LittleEndian(random);
        _count = BinaryPrimitives.ReadUInt64LittleEndian(random[8..]);
    }

    public void Next(Span<byte> target)
    {
        WriteHex(_own, target);
        WriteHex(++_count * Mixer, target[16..]);
    }

    private static void WriteHex(ulong value, Span<byte> target)
    {
        for (int i = 15; i >= 0; i--, value >>= 4)
            target[i] = "0123456789abcdef"u8[(int)(value & 15)];
    }
}
