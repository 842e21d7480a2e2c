using System.IO.Compression;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// A part of the page that is the same for everybody, deflated once (RFC 1951): whole blocks that end at a byte and refer to nothing
/// outside, so that they stand between a visitor's own values, which go as stored blocks. Immutable.
/// </summary>
internal sealed class PackedText
{
    /// <summary>Shorter ones gain nothing: block heads around them, and no text before them to refer to.</summary>
    private const int BytesMin = 96;

    private readonly uint _crc;
    private readonly uint _shift;

    private PackedText(byte[] text, byte[] blocks)
    {
        Length = text.Length;
        Blocks = blocks;
        _crc = Crc32.Append(0, text);
        _shift = Crc32.Shift(text.Length);
    }

    public byte[] Blocks { get; }

    /// <summary>Of the text.</summary>
    public int Length { get; }

    /// <summary>Null: too short for it.</summary>
    public static PackedText? Of(byte[] text)
    {
        if (text.Length < BytesMin)
            return null;
        using var packed = new MemoryStream();
        using var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize);
        deflate.Write(text);
        deflate.Flush(); // ends at a byte; the last block of all is the page's
        return new PackedText(text, packed.ToArray());
    }

    /// <summary>Negative: it does not pack.</summary>
    public int SavedBytes => Length - Blocks.Length;

    public uint AppendTo(uint crc) => Crc32.Combine(crc, _crc, _shift);
}
