using System.Security.Cryptography;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>
/// HMAC-SHA-256 over the fields of a proof and the host it was given on, with the keys of one purpose.
/// <para>
/// The keyed hashes are kept: the static <see cref="HMACSHA256"/> call sets up its key each time, which takes longer than the rest
/// (<c>bench/run.sh room</c> has both). That makes the type a single thread's.
/// </para>
/// Owner: a codec. Thread: one. Invariant: no allocation after construction.
/// </summary>
internal sealed class ProofMac : IDisposable
{
    public const int HashBytes = 32;

    /// <summary>Shorter ones could be guessed: RFC 2104 section 5 asks for half of the hash at least.</summary>
    public const int MacBytesMin = 16;

    private readonly ushort[] _ids;
    private readonly IncrementalHash[] _hashes;

    public ProofMac(RoomKeys keys, Func<RoomKey, byte[]> purpose)
    {
        _ids = new ushort[keys.Ring.Length];
        _hashes = new IncrementalHash[keys.Ring.Length];
        for (int i = 0; i < _ids.Length; i++)
        {
            _ids[i] = keys.Ring[i].Id;
            _hashes[i] = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, purpose(keys.Ring[i]));
        }
    }

    public ushort CurrentId => _ids[0];

    /// <summary>Signs with the current key. The fields have a fixed length, so they and the host cannot run into each other.</summary>
    public void Sign(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> host, Span<byte> mac) => Compute(_hashes[0], fields, host, mac);

    /// <returns>Ok, UnknownKey or BadMac.</returns>
    public ProofResult Verify(ushort keyId, ReadOnlySpan<byte> fields, ReadOnlySpan<byte> host, ReadOnlySpan<byte> mac)
    {
        var result = ProofResult.UnknownKey;
        Span<byte> expected = stackalloc byte[HashBytes];
        for (int i = 0; i < _ids.Length; i++)
        {
            if (_ids[i] != keyId)
                continue;
            Compute(_hashes[i], fields, host, expected[..mac.Length]);
            if (CryptographicOperations.FixedTimeEquals(mac, expected[..mac.Length]))
                return ProofResult.Ok;
            result = ProofResult.BadMac;
        }

        return result;
    }

    public void Dispose()
    {
        foreach (var hash in _hashes)
            hash.Dispose();
    }

    private static void Compute(IncrementalHash hash, ReadOnlySpan<byte> fields, ReadOnlySpan<byte> host, Span<byte> mac)
    {
        Span<byte> full = stackalloc byte[HashBytes];
        hash.AppendData(fields);
        hash.AppendData(host);
        hash.GetHashAndReset(full);
        full[..mac.Length].CopyTo(mac);
    }
}
