using Naru.Engine.Linux;

namespace Naru.Engine.Store.Embedded;

/// <param name="Generation">Of the file that was read; 0: the folder holds none.</param>
/// <param name="IsTailCut">The end of the log was not readable: what stood there may have been answered for.</param>
internal readonly record struct Recovered(long Generation, bool IsTailCut);

/// <summary>
/// Finds the newest journal of a folder and reads it. What cannot be trusted is an error that tells the operator what to do:
/// a store that guesses would give two visitors one number.
/// </summary>
internal static class JournalRecovery
{
    /// <summary>The operator makes a file of this name to go on with what is readable of a damaged journal.</summary>
    public const string MendRequest = "mend";

    /// <exception cref="EngineException">The journal is damaged, of another version, or unreadable.</exception>
    public static Recovered Read(IStoreFolder folder, FrameHandler handler, Action<string> log)
    {
        long newest = 0;
        foreach (string name in folder.List())
        {
            if (JournalFormat.TryParseFileName(name, out long generation))
                newest = Math.Max(newest, generation);
            else if (name.EndsWith(JournalFormat.Suffix + JournalFormat.TemporarySuffix, StringComparison.Ordinal))
                // A crash while a file was being replaced; the one before it has everything.
                _ = folder.Delete(name);
        }

        if (newest == 0)
            return default;

        string path = Path.Combine(folder.Path, JournalFormat.FileName(newest));
        byte[] bytes = ReadAll(folder, JournalFormat.FileName(newest), path);
        bool mends = folder.Exists(MendRequest);
        try
        {
            var end = JournalReader.Read(bytes, newest, handler, salvage: mends);
            return Judge(end, newest, path, folder, mends, log);
        }
        catch (InvalidDataException e)
        {
            throw new EngineException($"store: {path} holds what this version of Naru does not know ({e.Message}). "
                + "Run the version that wrote it, or a newer one.");
        }
    }

    private static Recovered Judge(JournalEnd end, long generation, string path, IStoreFolder folder, bool mends, Action<string> log)
    {
        switch (end.Verdict)
        {
            case JournalVerdict.Whole:
                return new Recovered(generation, false);

            case JournalVerdict.Torn:
                log($"store: the last write to {path}, at byte {end.Offset}, was not completed when Naru or the machine stopped; it is "
                    + "left out. Numbers go on behind a gap, so that none repeats.");
                return new Recovered(generation, true);

            case JournalVerdict.OtherVersion:
                throw new EngineException($"store: {path} has format {end.Version}; this version of Naru reads format "
                    + $"{JournalFormat.Version}. Run the version that wrote it, or a newer one.");

            default:
                string where = end.NextValid > 0
                    ? $"is damaged from byte {end.Offset} to {end.NextValid} of {end.Length}"
                    : $"is damaged from byte {end.Offset} of {end.Length}";
                if (!end.IsComplete)
                {
                    throw new EngineException($"store: {path} {where}: the disk or another program changed it, and what the lines were "
                        + $"can't be told. Move {path} away, and they are rebuilt from the tickets that visitors show; with the room-*.key "
                        + "files beside it moved away too, no ticket of before counts.");
                }

                if (!mends)
                {
                    throw new EngineException($"store: {path} {where}: the disk or another program changed it. Do not put an old copy "
                        + "back, since its numbers would be given out again. To go on with what is readable (nobody's number "
                        + $"repeats, some may take their turn twice), run: touch {Path.Combine(folder.Path, MendRequest)}   and start again.");
                }

                log($"store: {path} {where}; as asked for by the file '{MendRequest}', the rest of it is used. Numbers go on behind a gap.");
                return new Recovered(generation, true);
        }
    }

    private static byte[] ReadAll(IStoreFolder folder, string name, string path)
    {
        int result = folder.OpenRead(name, out var file);
        if (result < 0)
            throw new EngineException($"store: {path} can't be read: {Errno.Text(result)}. Mend its permissions.");
        using (file)
        {
            if (file!.Length > JournalFormat.FileBytesMax)
                throw new EngineException($"store: {path} has {file.Length} bytes; no journal grows beyond {JournalFormat.FileBytesMax}.");
            var bytes = new byte[file.Length];
            result = file.Read(0, bytes);
            return result == bytes.Length ? bytes
                : throw new EngineException($"store: {path} can't be read: {(result < 0 ? Errno.Text(result) : "it became shorter")}.");
        }
    }
}
