namespace Naru.Engine.Store.Embedded;

/// <summary>Takes a frame's payload without its first byte.</summary>
internal delegate void FrameHandler(FrameKind kind, EntryReader entries);

internal enum JournalVerdict
{
    /// <summary>Every byte is as it was written.</summary>
    Whole,

    /// <summary>Only the end is not: the last write before a crash. What it held was never answered for, or is the last that was.</summary>
    Torn,

    /// <summary>Bytes before valid ones, or the state at the beginning, are not as they were written: the disk or somebody changed them.</summary>
    Damaged,

    OtherVersion,
}

/// <param name="Offset">Where it is not as written; the end of the log when all of it is.</param>
/// <param name="Length">Of the file, in bytes.</param>
/// <param name="Version">Of the format.</param>
/// <param name="NextValid">Where the next valid frame begins, when the file is damaged in the middle; else 0.</param>
/// <param name="IsComplete">The state at its beginning was read to its end.</param>
internal readonly record struct JournalEnd(
    JournalVerdict Verdict, long Offset, long Length, uint Version, long NextValid, bool IsComplete = false);

/// <summary>Reads a whole journal file and says how it ends. Pure but for the handler.</summary>
internal static class JournalReader
{
    /// <summary>
    /// Gives every frame up to the first invalid one to <paramref name="handler"/>.
    /// With <paramref name="salvage"/> also those behind it, which is for an operator who chose to go on with what is readable.
    /// </summary>
    /// <exception cref="InvalidDataException">A valid frame holds what this program does not know.</exception>
    public static JournalEnd Read(ReadOnlySpan<byte> file, long generation, FrameHandler handler, bool salvage = false)
    {
        var verdict = JournalFormat.ReadHeader(file, out var header);
        if (verdict == HeaderVerdict.OtherVersion)
            return new JournalEnd(JournalVerdict.OtherVersion, 0, file.Length, header.Version, 0);
        bool isDamaged = verdict != HeaderVerdict.Ok || header.Generation != generation;
        if (verdict == HeaderVerdict.Unreadable || (isDamaged && !salvage))
            return new JournalEnd(JournalVerdict.Damaged, 0, file.Length, header.Version, 0);

        // The first place that is not valid, and the valid one after it.
        long brokenAt = isDamaged ? 0 : -1, validAfter = 0;
        bool isComplete = false;
        int offset = JournalFormat.HeaderBytes;
        while (offset < file.Length)
        {
            if (!JournalFormat.TryReadFrame(file, offset, header.Seed, out var payload))
            {
                int next = NextValid(file, offset + JournalFormat.Alignment, header.Seed);
                if (brokenAt < 0 && next == 0 && JournalFormat.IsEndMark(file, offset))
                    break;
                if (brokenAt < 0)
                    (brokenAt, validAfter) = (offset, next);
                if (next == 0 || !salvage)
                    break;
                offset = next;
                continue;
            }

            var kind = (FrameKind)payload[0];
            isComplete |= kind == FrameKind.SnapshotEnd;
            handler(kind, new EntryReader(payload[1..]));
            offset += JournalFormat.FrameBytes(payload.Length);
        }

        // A file that ends with a frame lacks its end mark, which was written with it: the length of the file was.
        bool isTorn = brokenAt >= 0 || offset >= file.Length;
        var end = !isComplete || validAfter > 0 || isDamaged ? JournalVerdict.Damaged
            : isTorn ? JournalVerdict.Torn
            : JournalVerdict.Whole;
        return new JournalEnd(end, brokenAt >= 0 ? brokenAt : Math.Min(offset, file.Length), file.Length, header.Version, validAfter, isComplete);
    }

    private static int NextValid(ReadOnlySpan<byte> file, int from, ulong seed)
    {
        for (int offset = from; offset < file.Length; offset += JournalFormat.Alignment)
            if (JournalFormat.TryReadFrame(file, offset, seed, out _))
                return offset;
        return 0;
    }
}
