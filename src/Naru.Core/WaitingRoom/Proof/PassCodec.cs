using System.Buffers.Binary;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>The proof of admission.</summary>
/// <param name="Slot">0 to 2^31 - 1.</param>
/// <param name="Admission">Tells holders of the same slot apart; 0 to 2^48 - 1, as epoch, number and time.</param>
/// <param name="Number">Of the ticket it was claimed with; 0: entered without waiting.</param>
/// <param name="IssuedMs">Unix milliseconds.</param>
/// <param name="KeyId">The key that signed it, filled in by reading; writing always takes the current one.</param>
public readonly record struct Pass(long Epoch, int Slot, long Admission, long Number, VisitorId Visitor, long IssuedMs, ushort KeyId = 0);

/// <summary>
/// Writes and reads passes. Layout, big-endian: key id 2, epoch 6, slot 4, admission 6, number 6, visitor 16, issued at 6, MAC 17
/// (the seventeenth byte fills up the last group of base64); as <see cref="ProofText"/>. The MAC covers the format, the fields and
/// the host; room and purpose are in the key.
/// Owner: a loop, per room. Thread: one. Invariant: reads whatever comes without exception, and without
/// allocation but for what <see cref="KnownProofs"/> says.
/// </summary>
public sealed class PassCodec : IDisposable
{
    /// <summary>Of every pass.</summary>
    public const int ValueBytes = 1 + ((FieldBytes + MacBytes) / 3 * 4);

    private const int FieldBytes = 46;
    private const int MacBytes = 17;

    private readonly ProofMac _mac;
    private readonly KnownProofs _known;

    /// <param name="known">Shared by the loops of a room; null: its own.</param>
    public PassCodec(RoomKeys keys, KnownProofs? known = null)
    {
        _mac = new ProofMac(keys, key => key.Pass);
        _known = known ?? new KnownProofs();
    }

    /// <summary>A genuine pass with another key id than this should be written anew, before its key leaves the ring.</summary>
    public ushort CurrentKeyId => _mac.CurrentId;

    /// <param name="host">Canonical: lower case, without port.</param>
    /// <param name="target">At least <see cref="ValueBytes"/>.</param>
    public void Write(in Pass pass, ReadOnlySpan<byte> host, Span<byte> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pass.Slot);
        Span<byte> bytes = stackalloc byte[1 + FieldBytes + MacBytes];
        bytes[0] = ProofText.Format;
        var fields = bytes[1..];
        BinaryPrimitives.WriteUInt16BigEndian(fields, _mac.CurrentId);
        ProofText.Write48(fields[2..], pass.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(fields[8..], pass.Slot);
        ProofText.Write48(fields[12..], pass.Admission);
        ProofText.Write48(fields[18..], pass.Number);
        pass.Visitor.Write(fields[24..]);
        ProofText.Write48(fields[40..], pass.IssuedMs);
        _mac.Sign(bytes[..^MacBytes], host, bytes[^MacBytes..]);
        ProofText.Encode(fields, target);
    }

    /// <param name="epoch">The line's. With WrongEpoch the pass is filled in too; with every other reason it is empty.</param>
    public ProofResult Read(ReadOnlySpan<byte> value, ReadOnlySpan<byte> host, long epoch, out Pass pass)
    {
        pass = default;
        Span<byte> bytes = stackalloc byte[1 + FieldBytes + MacBytes];
        bytes[0] = ProofText.Format;
        var fields = bytes[1..];
        if (!ProofText.TryDecode(value, fields))
            return ProofResult.Malformed;
        ushort keyId = BinaryPrimitives.ReadUInt16BigEndian(fields);
        int slot = BinaryPrimitives.ReadInt32BigEndian(fields[8..]);
        ulong tag = _known.Tag(bytes, host);
        if (!_known.Holds(slot, tag))
        {
            var result = _mac.Verify(keyId, bytes[..^MacBytes], host, bytes[^MacBytes..]);
            if (result != ProofResult.Ok)
                return result;
            _known.Note(slot, tag);
        }

        pass = new Pass(
            ProofText.Read48(fields[2..]),
            slot,
            ProofText.Read48(fields[12..]),
            ProofText.Read48(fields[18..]),
            VisitorId.Read(fields[24..]),
            ProofText.Read48(fields[40..]),
            keyId);
        return pass.Epoch == epoch ? ProofResult.Ok : ProofResult.WrongEpoch;
    }

    public void Dispose() => _mac.Dispose();
}
