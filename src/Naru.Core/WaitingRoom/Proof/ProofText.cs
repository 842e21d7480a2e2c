using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>
/// The outer form of every proof: the character <c>1</c> (the format), then fields and MAC in base64url. Their bytes are a multiple
/// of three, so no character has loose bits and a proof has exactly one spelling.
/// </summary>
internal static class ProofText
{
    public const byte Format = (byte)'1';

    /// <summary>What fits 6 bytes: numbers for 8,900 years at 1,000 a second, milliseconds until the year 10889.</summary>
    public const long FieldMax = (1L << 48) - 1;

    /// <summary>Of the longest proof, the pass: format, fields and MAC.</summary>
    public const int BytesMax = 64;

    public static int Chars(int bytes) => 1 + (bytes / 3 * 4);

    public static void Encode(ReadOnlySpan<byte> bytes, Span<byte> target)
    {
        target[0] = Format;
        Base64Url.EncodeToUtf8(bytes, target[1..], out _, out _);
    }

    /// <summary>False: another length, format or character. The length of <paramref name="bytes"/> is what must come out.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes) =>
        text.Length == Chars(bytes.Length)
        && text[0] == Format
        // White space is skipped and padding cut by the decoder: then fewer bytes come out.
        && Base64Url.DecodeFromUtf8(text[1..], bytes, out _, out int written) == OperationStatus.Done
        && written == bytes.Length;

    public static void Write48(Span<byte> target, long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)value, (ulong)FieldMax);
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)(value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(target[2..], (uint)value);
    }

    public static long Read48(ReadOnlySpan<byte> source) =>
        ((long)BinaryPrimitives.ReadUInt16BigEndian(source) << 32) | BinaryPrimitives.ReadUInt32BigEndian(source[2..]);
}
