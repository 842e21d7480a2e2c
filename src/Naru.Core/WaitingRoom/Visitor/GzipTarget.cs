using System.Buffers.Binary;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// Puts a gzip member (RFC 1952) together in a caller's buffer: parts that were packed before, and between them stored blocks of
/// whatever is written in the meantime.
/// </summary>
internal struct GzipTarget
{
    // Deflate, no name, no time, an unknown system.
    private static ReadOnlySpan<byte> Head => [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

    /// <summary>RFC 1951 section 3.2.4: not the last block, stored; its length and the complement of it are filled in later.</summary>
    private static ReadOnlySpan<byte> StoredHead => [0, 0, 0, 0, 0];

    /// <summary>The last block: fixed codes, and the end of it at once.</summary>
    private static ReadOnlySpan<byte> LastBlock => [3, 0];

    /// <summary>A stored block has at most 64 KiB, and one value is far shorter than the other half.</summary>
    private const int StoredBytes = 32 * 1024;

    private uint _crc;
    private int _bytes;
    private int _open;

    /// <summary>How much longer the member is than its text at most, beside the packed parts themselves.</summary>
    public static int MoreBytesMax(int parts) =>
        Head.Length + ((parts + 1 + (WaitingPage.BytesMax / StoredBytes)) * StoredHead.Length) + LastBlock.Length + (2 * sizeof(uint));

    public void Begin(ref Utf8Target page)
    {
        page.Add(Head);
        Open(ref page);
    }

    public void Add(ref Utf8Target page, PackedText text)
    {
        Close(ref page);
        page.Add(text.Blocks);
        _crc = text.AppendTo(_crc);
        _bytes += text.Length;
        Open(ref page);
    }

    /// <summary>To be called after each value.</summary>
    public void Added(ref Utf8Target page)
    {
        if (page.Length - _open <= StoredBytes)
            return;
        Close(ref page);
        Open(ref page);
    }

    public void End(ref Utf8Target page)
    {
        Close(ref page);
        page.Add(LastBlock);
        Span<byte> sums = stackalloc byte[2 * sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(sums, _crc);
        BinaryPrimitives.WriteInt32LittleEndian(sums[sizeof(uint)..], _bytes);
        page.Add(sums);
    }

    private void Open(ref Utf8Target page)
    {
        page.Add(StoredHead);
        _open = page.Length;
    }

    private void Close(ref Utf8Target page)
    {
        if (page.Length < 0)
            return;
        var stored = page.From(_open);
        if (stored.IsEmpty)
        {
            page.TakeBack(StoredHead.Length);
            return;
        }

        _crc = Crc32.Append(_crc, stored);
        _bytes += stored.Length;
        var head = page.From(_open - StoredHead.Length)[1..];
        BinaryPrimitives.WriteUInt16LittleEndian(head, checked((ushort)stored.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(head[sizeof(ushort)..], (ushort)~stored.Length);
    }
}
