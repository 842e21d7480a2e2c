using System.Buffers.Binary;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>The proof of a place in the line.</summary>
/// <param name="Epoch">Of the line; 0 to 2^48 - 1, as the number and the time.</param>
/// <param name="IssuedMs">Unix milliseconds.</param>
/// <param name="Turn">Of a priority class, as a position; 0: none.</param>
/// <param name="KeyId">The key that signed it, filled in by reading; writing always takes the current one.</param>
public readonly record struct Ticket(long Epoch, long Number, ushort Node, VisitorId Visitor, long IssuedMs, long Turn = 0, ushort KeyId = 0)
{
    /// <summary>As the line takes it.</summary>
    public long TurnOrNone => Turn == 0 ? long.MaxValue : Turn;
}

/// <summary>
/// Writes and reads tickets. Layout, big-endian: key id 2, epoch 6, number 6, node 2, visitor 16, issued at 6, turn 6, MAC 16; as
/// <see cref="ProofText"/>. The MAC covers the format, the fields and the host; room and purpose are in the key.
/// Owner: a loop, per room. Thread: one. Invariant: reads whatever comes without exception, and without
/// allocation but for what <see cref="KnownProofs"/> says.
/// </summary>
public sealed class TicketCodec : IDisposable
{
    /// <summary>Of every ticket.</summary>
    public const int ValueBytes = 1 + ((FieldBytes + MacBytes) / 3 * 4);

    private const int FieldBytes = 44;
    private const int MacBytes = 16;

    private readonly ProofMac _mac;
    private readonly KnownProofs _known;

    /// <param name="known">Shared by the loops of a room; null: its own.</param>
    public TicketCodec(RoomKeys keys, KnownProofs? known = null)
    {
        _mac = new ProofMac(keys, key => key.Ticket);
        _known = known ?? new KnownProofs();
    }

    /// <summary>A genuine ticket with another key id than this should be written anew, before its key leaves the ring.</summary>
    public ushort CurrentKeyId => _mac.CurrentId;

    /// <param name="host">Canonical: lower case, without port.</param>
    /// <param name="target">At least <see cref="ValueBytes"/>.</param>
    public void Write(in Ticket ticket, ReadOnlySpan<byte> host, Span<byte> target)
    {
        Span<byte> bytes = stackalloc byte[1 + FieldBytes + MacBytes];
        bytes[0] = ProofText.Format;
        var fields = bytes[1..];
        BinaryPrimitives.WriteUInt16BigEndian(fields, _mac.CurrentId);
        ProofText.Write48(fields[2..], ticket.Epoch);
        ProofText.Write48(fields[8..], ticket.Number);
        BinaryPrimitives.WriteUInt16BigEndian(fields[14..], ticket.Node);
        ticket.Visitor.Write(fields[16..]);
        ProofText.Write48(fields[32..], ticket.IssuedMs);
        ProofText.Write48(fields[38..], ticket.Turn);
        _mac.Sign(bytes[..^MacBytes], host, bytes[^MacBytes..]);
        ProofText.Encode(fields, target);
    }

    /// <param name="epoch">The line's. With WrongEpoch the ticket is filled in too; with every other reason it is empty.</param>
    public ProofResult Read(ReadOnlySpan<byte> value, ReadOnlySpan<byte> host, long epoch, out Ticket ticket)
    {
        ticket = default;
        Span<byte> bytes = stackalloc byte[1 + FieldBytes + MacBytes];
        bytes[0] = ProofText.Format;
        var fields = bytes[1..];
        if (!ProofText.TryDecode(value, fields))
            return ProofResult.Malformed;
        ushort keyId = BinaryPrimitives.ReadUInt16BigEndian(fields);
        long number = ProofText.Read48(fields[8..]);
        ulong tag = _known.Tag(bytes, host);
        if (!_known.Holds(number, tag))
        {
            var result = _mac.Verify(keyId, bytes[..^MacBytes], host, bytes[^MacBytes..]);
            if (result != ProofResult.Ok)
                return result;
            _known.Note(number, tag);
        }

        ticket = new Ticket(
            ProofText.Read48(fields[2..]),
            number,
            BinaryPrimitives.ReadUInt16BigEndian(fields[14..]),
            VisitorId.Read(fields[16..]),
            ProofText.Read48(fields[32..]),
            ProofText.Read48(fields[38..]),
            keyId);
        return ticket.Epoch == epoch ? ProofResult.Ok : ProofResult.WrongEpoch;
    }

    public void Dispose() => _mac.Dispose();
}
