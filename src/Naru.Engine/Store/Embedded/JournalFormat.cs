using System.Buffers.Binary;
using System.Numerics;

namespace Naru.Engine.Store.Embedded;

/// <summary>
/// The bytes of a journal file (docs/store.md draws them). Integers are little-endian.
/// <code>
/// header  "naruroom"  u32 version  u32 0  u64 generation  u64 seed  u32 crc of these 32 bytes  u32 0
/// header  again
/// frame   u32 payload bytes  u32 crc  payload  zeros up to a multiple of 8
/// end     8 zeros, written with each frame and overwritten by the next; behind them, leftovers of an earlier file
/// </code>
/// The checksum is CRC-32C over seed, offset, length and payload. The seed is random for each file, so what an earlier file
/// left in the same blocks, be it of the same generation from before a crash, is not valid here; nor is a frame at another
/// place. A frame is what one write brings and one sync makes durable; so a crash tears the last one at most.
/// </summary>
internal static class JournalFormat
{
    public const uint Version = 1;
    public const int HeaderBytes = 2 * HeaderCopyBytes;
    public const int FrameHeadBytes = 8;
    public const int Alignment = 8;
    public const int EndMarkBytes = 8;

    /// <summary>A room with ten million slots (14 bytes each) and a line of 64 million (10 MB of bits) fits; a length beyond it is damage.</summary>
    public const int PayloadBytesMax = 256 * 1024 * 1024;

    /// <summary>The largest file that is read at start: the largest room, and the changes behind it.</summary>
    public const long FileBytesMax = 2_000_000_000;

    public const string Suffix = ".journal";
    public const string TemporarySuffix = ".new";

    private const int HeaderCopyBytes = 40;
    private const int ChecksummedHeaderBytes = 32;

    public static ReadOnlySpan<byte> Magic => "naruroom"u8;

    public static string FileName(long generation) => $"{generation:D8}{Suffix}";

    /// <summary>False: not a name of a journal file.</summary>
    public static bool TryParseFileName(string name, out long generation)
    {
        generation = 0;
        return name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(0, name.Length - Suffix.Length), System.Globalization.NumberStyles.None, null, out generation)
            && name == FileName(generation);
    }

    public static int FrameBytes(int payloadBytes) => (FrameHeadBytes + payloadBytes + Alignment - 1) & ~(Alignment - 1);

    public static void WriteHeader(Span<byte> into, long generation, ulong seed, uint version = Version)
    {
        into[..HeaderBytes].Clear();
        Magic.CopyTo(into);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], version);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], generation);
        BinaryPrimitives.WriteUInt64LittleEndian(into[24..], seed);
        BinaryPrimitives.WriteUInt32LittleEndian(into[32..], Crc(0, into[..ChecksummedHeaderBytes]));
        into[..HeaderCopyBytes].CopyTo(into[HeaderCopyBytes..]);
    }

    /// <summary>What the header says; with one damaged copy, what the other says.</summary>
    public static HeaderVerdict ReadHeader(ReadOnlySpan<byte> file, out JournalHeader header)
    {
        if (file.Length < HeaderBytes)
        {
            header = default;
            return HeaderVerdict.Unreadable;
        }

        bool isWhole = TryReadCopy(file, out header);
        if (!isWhole && !TryReadCopy(file[HeaderCopyBytes..], out header))
            return HeaderVerdict.Unreadable;
        if (header.Version != Version)
            return HeaderVerdict.OtherVersion;
        return isWhole && file[..HeaderCopyBytes].SequenceEqual(file[HeaderCopyBytes..HeaderBytes]) ? HeaderVerdict.Ok : HeaderVerdict.Damaged;
    }

    public static bool IsEndMark(ReadOnlySpan<byte> file, int offset) =>
        file.Length - offset >= EndMarkBytes && BinaryPrimitives.ReadUInt64LittleEndian(file[offset..]) == 0;

    /// <summary>Fills in the head of a frame whose payload stands behind it, and zeros for the rest.</summary>
    public static void SealFrame(Span<byte> frame, int payloadBytes, ulong seed, long offset)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, payloadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], FrameCrc(frame.Slice(FrameHeadBytes, payloadBytes), seed, offset));
        frame[(FrameHeadBytes + payloadBytes)..].Clear();
    }

    /// <summary>The payload of the frame that starts at <paramref name="offset"/>; false when none does.</summary>
    public static bool TryReadFrame(ReadOnlySpan<byte> file, int offset, ulong seed, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (file.Length - offset < FrameHeadBytes)
            return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(file[offset..]);
        if (length is <= 0 or > PayloadBytesMax || length > file.Length - offset - FrameHeadBytes)
            return false;
        var bytes = file.Slice(offset + FrameHeadBytes, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[(offset + 4)..]) != FrameCrc(bytes, seed, offset))
            return false;
        payload = bytes;
        return true;
    }

    private static bool TryReadCopy(ReadOnlySpan<byte> from, out JournalHeader header)
    {
        header = new JournalHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(from[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[24..]));
        return from[..Magic.Length].SequenceEqual(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(from[32..]) == Crc(0, from[..ChecksummedHeaderBytes]);
    }

    private static uint FrameCrc(ReadOnlySpan<byte> payload, ulong seed, long offset)
    {
        uint crc = BitOperations.Crc32C(~0u, seed);
        crc = BitOperations.Crc32C(crc, (ulong)offset);
        crc = BitOperations.Crc32C(crc, (uint)payload.Length);
        return Crc(crc, payload);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}

internal readonly record struct JournalHeader(uint Version, long Generation, ulong Seed);

internal enum HeaderVerdict
{
    Ok,

    /// <summary>One of the copies.</summary>
    Damaged,

    /// <summary>Both copies: without the seed, no frame can be told from garbage.</summary>
    Unreadable,

    OtherVersion,
}

/// <summary>The first byte of a frame's payload.</summary>
internal enum FrameKind : byte
{
    /// <summary>Entries that are a part of the state when the file was begun.</summary>
    Snapshot = 1,

    /// <summary>The state is complete. Every file that has its final name has one.</summary>
    SnapshotEnd = 2,

    /// <summary>Entries of one commit.</summary>
    Changes = 3,
}
