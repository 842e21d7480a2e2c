using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Naru.Core.WaitingRoom.Joins;

/// <summary>
/// What each login has, so that a second device of the same person gets nothing more: a number in line, or a slot inside that it
/// entered without waiting. Fixed memory: sets of four cells of 64 bits, each 24 bits of a keyed hash of the login and 40 bits of
/// what it has. Where a set is full, who entered without waiting is forgotten first, then the oldest number; that login may take a
/// place more. Two logins of one set share a place once in four million.
/// Owner: one per room and node. Thread: any; lock-free. Invariant: 4 MiB whatever comes; no allocation after construction.
/// </summary>
public sealed class LoginPlaces
{
    /// <summary>Of a header field or cookie; a longer one names nobody.</summary>
    public const int LoginBytesMax = 4096;

    public const int KeyBytes = 32;

    private const int Sets = 131_072;
    private const int Ways = 4;

    // Of a cell, from the top: tag 24, is a slot 1, then a number of 39 bits, or slot 24 and the end of its admission 15.
    private const int HeldBits = 40;
    private const ulong HeldMask = (1UL << HeldBits) - 1;
    private const ulong SlotFlag = 1UL << (HeldBits - 1);
    private const ulong NumberMax = SlotFlag - 1;
    private const int AdmissionBits = 15;
    private const ulong AdmissionMask = (1UL << AdmissionBits) - 1;
    private const int SlotMax = (1 << (HeldBits - 1 - AdmissionBits)) - 1;

    private readonly ulong[] _cells = new ulong[Sets * Ways];
    private readonly byte[] _key;

    /// <param name="key"><see cref="KeyBytes"/>, random and secret: who knew it could aim at another's cell.</param>
    public LoginPlaces(ReadOnlySpan<byte> key) => _key = key[..KeyBytes].ToArray();

    /// <summary>For the other methods; 0: the login names nobody.</summary>
    public ulong Hash(ReadOnlySpan<byte> login)
    {
        if (login.IsEmpty || login.Length > LoginBytesMax)
            return 0;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, login, mac);
        return BinaryPrimitives.ReadUInt64LittleEndian(mac) | 1;
    }

    /// <summary>0: the login has no number.</summary>
    public long Number(ulong hash) => Find(hash) is var held && (held & SlotFlag) == 0 ? (long)held : 0;

    /// <summary>The grant with which the login entered without waiting, while its session lives; admission 0: none.</summary>
    public Grant Inside(ulong hash, RoomNode node)
    {
        ulong held = Find(hash);
        if ((held & SlotFlag) == 0)
            return default;
        var grant = node.Slots.HeldBy((int)((held & ~SlotFlag) >> AdmissionBits), number: 0);
        return ((ulong)grant.Admission & AdmissionMask) == (held & AdmissionMask) ? grant : default;
    }

    /// <param name="number">From 1; numbers from 2^39 are not remembered.</param>
    public void Set(ulong hash, long number)
    {
        if (number is > 0 and <= (long)NumberMax)
            Put(hash, (ulong)number);
    }

    /// <summary>Entered without waiting.</summary>
    public void Set(ulong hash, in Grant grant)
    {
        if (grant.Slot <= SlotMax)
            Put(hash, SlotFlag | ((ulong)grant.Slot << AdmissionBits) | ((ulong)grant.Admission & AdmissionMask));
    }

    private ulong Find(ulong hash)
    {
        foreach (ref ulong cell in Set(hash))
        {
            ulong value = Volatile.Read(ref cell);
            if (value != 0 && value >> HeldBits == Tag(hash))
                return value & HeldMask;
        }

        return 0;
    }

    private void Put(ulong hash, ulong held)
    {
        var set = Set(hash);
        ulong mine = (Tag(hash) << HeldBits) | held;
        while (true)
        {
            int chosen = 0;
            ulong chosenValue = 0, chosenRank = ulong.MaxValue;
            for (int i = 0; i < set.Length; i++)
            {
                ulong value = Volatile.Read(ref set[i]);
                bool own = value != 0 && value >> HeldBits == Tag(hash);
                ulong rank = own ? 0 : Rank(value, (ulong)i + held);
                if (rank < chosenRank)
                    (chosen, chosenValue, chosenRank) = (i, value, rank);
            }

            if (Interlocked.CompareExchange(ref set[chosen], mine, chosenValue) == chosenValue)
                return;
        }
    }

    /// <summary>What is worth least is replaced. Which slot is older nobody knows, so they take turns.</summary>
    private static ulong Rank(ulong value, ulong turn)
    {
        ulong held = value & HeldMask;
        return held == 0 ? 1 : (held & SlotFlag) != 0 ? 2 + (turn & (Ways - 1)) : 2 + Ways + held;
    }

    private static ulong Tag(ulong hash) => hash >> HeldBits;

    // Bits that are not in the tag; the lowest is always set.
    private Span<ulong> Set(ulong hash) => _cells.AsSpan((int)((hash >> 1) & (Sets - 1)) * Ways, Ways);
}
