using System.Buffers.Binary;
using System.Security.Cryptography;
using Naru.Core.Balancing;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>
/// Remembers proofs whose MAC was right, so that a visitor who shows the same one again, every few seconds or with every request, costs
/// a short hash instead of an HMAC. For each number or slot it keeps 63 bits of a keyed hash (SipHash-1-3) over every byte of the proof and the host:
/// whoever changed any of them would have to guess those bits, under a key that is made at random for each room and never leaves the process.
/// <para>
/// 8 bytes for each of the last 1,048,576 numbers, in blocks that come with their first visitor; older ones are checked by their MAC again.
/// </para>
/// Owner: a room's ring of keys; keys that change begin a new one. Thread: any; lock-free. Invariant: holds nothing but what was verified.
/// </summary>
public sealed class KnownProofs
{
    private const int BlockShift = 10;
    private const int BlockSize = 1 << BlockShift;
    private const int Blocks = 1 << 10;

    private readonly ulong[]?[] _blocks = new ulong[Blocks][];
    private readonly KeyedHash _hash = new(RandomKey(), RandomKey());

    /// <summary>Of the whole proof, fields and MAC, on this host. Odd, since 0 stands for nothing.</summary>
    /// <param name="proof">At most <see cref="ProofText.BytesMax"/>.</param>
    internal ulong Tag(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> host)
    {
        Span<byte> all = stackalloc byte[ProofText.BytesMax + sizeof(ulong)];
        proof.CopyTo(all);
        BinaryPrimitives.WriteUInt64LittleEndian(all[proof.Length..], _hash.Hash(host));
        return _hash.Hash(all[..(proof.Length + sizeof(ulong))]) | 1;
    }

    /// <param name="index">What the proof is for, as it says itself: a number or a slot.</param>
    internal bool Holds(long index, ulong tag) =>
        Volatile.Read(ref _blocks[(index >> BlockShift) & (Blocks - 1)]) is { } block
        && Volatile.Read(ref block[index & (BlockSize - 1)]) == tag;

    /// <summary>The MAC was right.</summary>
    internal void Note(long index, ulong tag)
    {
        ref ulong[]? block = ref _blocks[(index >> BlockShift) & (Blocks - 1)];
        if (Volatile.Read(ref block) == null)
            Interlocked.CompareExchange(ref block, new ulong[BlockSize], null);
        Volatile.Write(ref block![index & (BlockSize - 1)], tag);
    }

    private static ulong RandomKey() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}
