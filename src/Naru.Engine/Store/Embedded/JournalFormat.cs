using System.Buffers.Binary;
using System.Numerics;

namespace Naru.Engine.Store.Embedded;

/// <summary>
/// The bytes of a journal file (docs/store.md draws them). Integers are little-endian.
/// <code>
/// header  "naruroom"  u32 version  u32 0  u64 generation  u64 0  u32 crc of these 32 bytes  u32 0
/// frame   u32 payload bytes  u32 crc  payload  zeros up to a multiple of 8
/// </code>
/// The checksum is CRC-32C over generation, offset, length and payload: a frame of another file, or at another place, is
/// not valid here. A frame is what one write brings and one sync makes durable; so a crash tears the last one at most.
/// </summary>
internal static class JournalFormat
{
    public const uint Version = 1;
    public const int HeaderBytes = 40;
    public const int FrameHeadBytes = 8;
    public const int Alignment = 8;

    /// <summary>One room's state with ten million claimed numbers fits; a length beyond it is damage.</summary>
    public const int PayloadBytesMax = 64 * 1024 * 1024;

    /// <summary>The largest file that is read at start: a snapshot of a hundred million claimed numbers and the changes behind it.</summary>
    public const long FileBytesMax = 2_000_000_000;

    public const string Suffix = ".journal";
    public const string TemporarySuffix = ".new";

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

    public static void WriteHeader(Span<byte> into, long generation, uint version = Version)
    {
        into[..HeaderBytes].Clear();
        Magic.CopyTo(into);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], version);
        BinaryPrimitives.WriteInt64LittleEndian(into[16..], generation);
        BinaryPrimitives.WriteUInt32LittleEndian(into[32..], Crc(0, into[..ChecksummedHeaderBytes]));
    }

    public static HeaderVerdict ReadHeader(ReadOnlySpan<byte> from, out long generation, out uint version)
    {
        generation = 0;
        version = 0;
        if (from.Length < HeaderBytes || !from[..Magic.Length].SequenceEqual(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(from[32..]) != Crc(0, from[..ChecksummedHeaderBytes]))
            return HeaderVerdict.Damaged;
        version = BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
        generation = BinaryPrimitives.ReadInt64LittleEndian(from[16..]);
        return version == Version ? HeaderVerdict.Ok : HeaderVerdict.OtherVersion;
    }

    /// <summary>Fills in the head of a frame whose payload stands behind it, and the zeros after.</summary>
    public static void SealFrame(Span<byte> frame, int payloadBytes, long generation, long offset)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, payloadBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], FrameCrc(frame.Slice(FrameHeadBytes, payloadBytes), generation, offset));
        frame[(FrameHeadBytes + payloadBytes)..].Clear();
    }

    /// <summary>The payload of the frame that starts at <paramref name="offset"/>; false when none does.</summary>
    public static bool TryReadFrame(ReadOnlySpan<byte> file, int offset, long generation, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (file.Length - offset < FrameHeadBytes)
            return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(file[offset..]);
        if (length is <= 0 or > PayloadBytesMax || length > file.Length - offset - FrameHeadBytes)
            return false;
        var bytes = file.Slice(offset + FrameHeadBytes, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(file[(offset + 4)..]) != FrameCrc(bytes, generation, offset))
            return false;
        payload = bytes;
        return true;
    }

    private static uint FrameCrc(ReadOnlySpan<byte> payload, long generation, long offset)
    {
        uint crc = BitOperations.Crc32C(~0u, (ulong)generation);
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

internal enum HeaderVerdict
{
    Ok,
    Damaged,
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
