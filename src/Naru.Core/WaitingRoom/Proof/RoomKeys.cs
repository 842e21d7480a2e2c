using System.Security.Cryptography;
using System.Text;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>
/// The signing keys of one room: the current one, which signs, and those before it, which are still believed.
/// <para>
/// From each secret come, by HKDF-SHA-256 (RFC 5869), a key for tickets, one for passes, one for slips and an id of 16 bits.
/// Room and purpose are part of the derivation, so that what is signed for one is worth nothing for another, and the secret
/// itself signs nothing. Nodes with the same secret believe each other. The secret is not kept.
/// </para>
/// Owner: the room. Thread: any; immutable. A rotation makes a new ring, see <see cref="Rotate"/>.
/// </summary>
public sealed class RoomKeys
{
    /// <summary>As much as the hash gives.</summary>
    public const int SecretBytesMin = 32;

    /// <summary>The current key and two before it: tickets survive two rotations.</summary>
    public const int RingMax = 3;

    private readonly RoomKey[] _ring;

    /// <param name="secret">At least <see cref="SecretBytesMin"/> random bytes.</param>
    public RoomKeys(string room, ReadOnlySpan<byte> secret)
        : this(room, [Derive(room, secret)])
    {
    }

    private RoomKeys(string room, RoomKey[] ring)
    {
        Room = room;
        _ring = ring;
    }

    public string Room { get; }

    /// <summary>The key that signs.</summary>
    public ushort CurrentId => _ring[0].Id;

    /// <summary>The current key first.</summary>
    internal ReadOnlySpan<RoomKey> Ring => _ring;

    /// <summary>
    /// A ring in which the new secret signs and what was signed before is still believed. The same secret again changes nothing,
    /// so a key file that is read at every reload may simply be given here.
    /// </summary>
    public RoomKeys Rotate(ReadOnlySpan<byte> secret)
    {
        var key = Derive(Room, secret);
        if (key == _ring[0])
            return this;
        var older = _ring.Where(k => k != key);
        return new RoomKeys(Room, [key, .. older.Take(RingMax - 1)]);
    }

    /// <summary>
    /// The ring after a reload that names a secret and the one before it. This ring when it comes out the same, so that what is
    /// remembered of it stays.
    /// </summary>
    /// <param name="previous">Null: none is named.</param>
    public RoomKeys Renew(byte[]? previous, ReadOnlySpan<byte> secret)
    {
        var next = (previous is null ? this : Rotate(previous)).Rotate(secret);
        return next._ring.SequenceEqual(_ring) ? this : next;
    }

    private static RoomKey Derive(string room, ReadOnlySpan<byte> secret)
    {
        if (secret.Length < SecretBytesMin)
            throw new ArgumentException($"A room's secret has at least {SecretBytesMin} bytes, this one {secret.Length}.", nameof(secret));
        Span<byte> id = stackalloc byte[sizeof(ushort)];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, id, salt: [], Info("key id", room));
        return new RoomKey((ushort)((id[0] << 8) | id[1]), Key(secret, "ticket", room), Key(secret, "pass", room), Key(secret, "slip", room));
    }

    private static byte[] Key(ReadOnlySpan<byte> secret, string purpose, string room)
    {
        var key = new byte[ProofMac.HashBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt: [], Info(purpose, room));
        return key;
    }

    /// <summary>The zero byte keeps purpose and room from running into each other.</summary>
    private static byte[] Info(string purpose, string room) => Encoding.UTF8.GetBytes($"naru waiting room {purpose} 1\0{room}");
}

/// <summary>What one secret gives; equal when the secret is. Two secrets may have the same id (one pair in 65,536): then both are tried.</summary>
internal sealed record RoomKey(ushort Id, byte[] Ticket, byte[] Pass, byte[] Slip)
{
    public bool Equals(RoomKey? other) => other is not null && CryptographicOperations.FixedTimeEquals(Ticket, other.Ticket);

    public override int GetHashCode() => Id;
}
