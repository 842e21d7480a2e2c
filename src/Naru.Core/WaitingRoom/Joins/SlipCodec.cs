using System.Buffers.Binary;
using Naru.Core.WaitingRoom.Proof;

namespace Naru.Core.WaitingRoom.Joins;

/// <summary>A kept turn to join: what a slowed visitor comes back with.</summary>
/// <param name="Puzzle">Random; it names the slip and is what the work is done on.</param>
/// <param name="ReadyMs">Unix milliseconds from which the visitor may join who has done the work.</param>
/// <param name="WorkBits">0: there is no work to do.</param>
public readonly record struct Slip(ulong Puzzle, long ReadyMs, int WorkBits)
{
    /// <summary>How long a turn is kept.</summary>
    public const int KeptMs = 2 * 60_000;

    /// <summary>From when the visitor may join who has not done the work.</summary>
    public long ReadyUnsolvedMs => WorkBits == 0 ? ReadyMs : ReadyMs + ProofOfWork.UnsolvedExtraMs;

    public long ExpiresMs => ReadyUnsolvedMs + KeptMs;
}

/// <summary>
/// Writes and reads slips. Layout, big-endian: key id 2, ready at 6, bits 1, puzzle 8, MAC 16; form and MAC as for tickets. A slip is
/// bound to room and host but to no address: its turn was counted when it was given, and a phone may change its network.
/// Owner: a loop, per room. Thread: one. Invariant: reads whatever comes without exception and without allocation.
/// </summary>
public sealed class SlipCodec : IDisposable
{
    /// <summary>Of every slip.</summary>
    public const int ValueBytes = 1 + ((FieldBytes + MacBytes) / 3 * 4);

    private const int FieldBytes = 17;
    private const int MacBytes = 16;

    private readonly ProofMac _mac;

    public SlipCodec(RoomKeys keys) => _mac = new ProofMac(keys, key => key.Slip);

    /// <param name="host">Canonical: lower case, without port.</param>
    /// <param name="target">At least <see cref="ValueBytes"/>.</param>
    public void Write(in Slip slip, ReadOnlySpan<byte> host, Span<byte> target)
    {
        Span<byte> bytes = stackalloc byte[1 + FieldBytes + MacBytes];
        bytes[0] = ProofText.Format;
        var fields = bytes[1..];
        BinaryPrimitives.WriteUInt16BigEndian(fields, _mac.CurrentId);
        ProofText.Write48(fields[2..], slip.ReadyMs);
        fields[8] = (byte)slip.WorkBits;
        BinaryPrimitives.WriteUInt64BigEndian(fields[9..], slip.Puzzle);
        _mac.Sign(bytes[..^MacBytes], host, bytes[^MacBytes..]);
        ProofText.Encode(fields, target);
    }

    /// <returns>Ok, Malformed, UnknownKey or BadMac. Whether the turn has come is <see cref="SlipDesk"/>'s to say.</returns>
    public ProofResult Read(ReadOnlySpan<byte> value, ReadOnlySpan<byte> host, out Slip slip)
    {
        slip = default;
        Span<byte> bytes = stackalloc byte[1 + FieldBytes + MacBytes];
        bytes[0] = ProofText.Format;
        var fields = bytes[1..];
        if (!ProofText.TryDecode(value, fields))
            return ProofResult.Malformed;
        var result = _mac.Verify(BinaryPrimitives.ReadUInt16BigEndian(fields), bytes[..^MacBytes], host, bytes[^MacBytes..]);
        if (result == ProofResult.Ok)
            slip = new Slip(BinaryPrimitives.ReadUInt64BigEndian(fields[9..]), ProofText.Read48(fields[2..]), fields[8]);
        return result;
    }

    public void Dispose() => _mac.Dispose();
}
