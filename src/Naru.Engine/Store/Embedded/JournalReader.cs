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

/// <param name="Offset">Where it is not as written; the length of the file when all of it is.</param>
/// <param name="Length">Of the file, in bytes.</param>
/// <param name="Version">Of the format.</param>
/// <param name="NextValid">Where the next valid frame begins, when the file is damaged in the middle; else 0.</param>
internal readonly record struct JournalEnd(JournalVerdict Verdict, long Offset, long Length, uint Version, long NextValid);

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
        var header = JournalFormat.ReadHeader(file, out long written, out uint version);
        if (header == HeaderVerdict.OtherVersion)
            return new JournalEnd(JournalVerdict.OtherVersion, 0, file.Length, version, 0);
        bool isDamaged = header != HeaderVerdict.Ok || written != generation;
        if (isDamaged && !salvage)
            return new JournalEnd(JournalVerdict.Damaged, 0, file.Length, version, 0);

        // The first place that is not valid, and the valid one after it.
        long brokenAt = isDamaged ? 0 : -1, validAfter = 0;
        bool isComplete = false;
        int offset = JournalFormat.HeaderBytes;
        while (offset < file.Length)
        {
            if (!JournalFormat.TryReadFrame(file, offset, generation, out var payload))
            {
                int next = NextValid(file, offset + JournalFormat.Alignment, generation);
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

        if (brokenAt < 0)
            brokenAt = Math.Min(offset, file.Length);
        var verdict = !isComplete || validAfter > 0 || isDamaged ? JournalVerdict.Damaged
            : brokenAt < file.Length ? JournalVerdict.Torn
            : JournalVerdict.Whole;
        return new JournalEnd(verdict, brokenAt, file.Length, version, validAfter);
    }

    private static int NextValid(ReadOnlySpan<byte> file, int from, long generation)
    {
        for (int offset = from; offset < file.Length; offset += JournalFormat.Alignment)
            if (JournalFormat.TryReadFrame(file, offset, generation, out _))
                return offset;
        return 0;
    }
}
