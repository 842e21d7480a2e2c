using Naru.Engine.Linux;

namespace Naru.Engine.Store.Embedded;

/// <summary>Writes the whole state, in as many frames as it likes.</summary>
internal delegate void SnapshotWriter(Action<EntryWriter> frame);

/// <summary>
/// The log of the store: one file that begins with the whole state and grows by the changes since. Replacing it writes the
/// state into a new file beside it, syncs that, gives it its name, syncs the folder, and only then deletes the old one; so at
/// every moment one file has everything, and there is no second file that could disagree with it.
/// Owner: the store. Thread: one at a time. Invariant: after any write or sync that failed, a file is never written again;
/// only a new one with the whole state makes the journal good.
/// </summary>
internal sealed class Journal(IStoreFolder folder, JournalSizes sizes, long generation) : IDisposable
{
    private IStoreFile? _file;
    private byte[] _frame = new byte[4096];
    private long _snapshotEnd;
    private long _end;

    /// <summary>Of the newest file that may have its final name.</summary>
    public long Generation { get; private set; } = generation;

    /// <summary>Changes can be written. Before the first <see cref="Replace"/>, and after an error, they cannot.</summary>
    public bool IsGood => _file is not null;

    public bool IsDueForReplacement => IsGood && _end - _snapshotEnd >= sizes.ChangesBytes(_snapshotEnd);

    /// <summary>What the next file will reserve, about. Bytes.</summary>
    public long NextFileBytes => sizes.ReservedBytes(_snapshotEnd);

    /// <summary>Written and durable since the file was begun. Bytes.</summary>
    public long FileBytes => _end;

    /// <summary>The name of the file that is written; its being gone means that somebody deletes the store under our feet.</summary>
    public string FileName => JournalFormat.FileName(Generation);

    /// <summary>Returns when the entries are durable: 0. A negative errno: they are not, and the file is given up.</summary>
    public int Commit(EntryWriter entries)
    {
        if (_file is null)
            return Errno.BadDescriptor;
        int result = WriteFrame(_file, FrameKind.Changes, entries.Written, Generation, ref _end);
        if (result == 0)
            result = _file.Sync();
        if (result < 0)
            GiveUp();
        return result;
    }

    /// <summary>
    /// Begins a new file with the whole state. 0, or a negative errno: the old file goes on if it was good, unless the new
    /// one may already have taken its place.
    /// </summary>
    public int Replace(SnapshotWriter snapshot)
    {
        long next = Generation + 1;
        string name = JournalFormat.FileName(next), temporary = name + JournalFormat.TemporarySuffix;
        // Left by an attempt that failed.
        _ = folder.Delete(temporary);
        int result = folder.CreateNew(temporary, out var file);
        if (result < 0)
            return result;

        long end = 0;
        result = WriteState(file!, next, snapshot, ref end);
        if (result < 0)
        {
            file!.Dispose();
            _ = folder.Delete(temporary);
            return result;
        }

        // From here on a restart may find the new file, even if the kernel says it failed: nothing more goes into the old one.
        GiveUp();
        Generation = next;
        result = folder.Rename(temporary, name);
        if (result == 0)
            result = folder.Sync();
        if (result < 0)
        {
            file!.Dispose();
            return result;
        }

        _file = file;
        _snapshotEnd = _end = end;
        DeleteOlder();
        return 0;
    }

    /// <summary>Takes the file for lost, as after an error of the disk.</summary>
    public void GiveUp()
    {
        _file?.Dispose();
        _file = null;
    }

    public void Dispose() => GiveUp();

    private int WriteState(IStoreFile file, long generation, SnapshotWriter snapshot, ref long end)
    {
        Span<byte> header = stackalloc byte[JournalFormat.HeaderBytes];
        JournalFormat.WriteHeader(header, generation);
        // The state is put together first: it tells how much room to take.
        var frames = new List<byte[]>();
        snapshot(entries => frames.Add(entries.Written.ToArray()));
        int result = file.Reserve(sizes.ReservedBytes(frames.Sum(f => (long)JournalFormat.FrameBytes(f.Length + 1))));
        // Some file systems cannot reserve; then a full disk shows at a write.
        if (result is Errno.NoSpace or Errno.QuotaExceeded)
            return result;
        result = file.Write(0, header);
        end = JournalFormat.HeaderBytes;
        for (int i = 0; i < frames.Count && result == 0; i++)
            result = WriteFrame(file, FrameKind.Snapshot, frames[i], generation, ref end);
        if (result == 0)
            result = WriteFrame(file, FrameKind.SnapshotEnd, [], generation, ref end);
        return result == 0 ? file.Sync() : result;
    }

    private int WriteFrame(IStoreFile file, FrameKind kind, ReadOnlySpan<byte> entries, long generation, ref long end)
    {
        int payloadBytes = entries.Length + 1, frameBytes = JournalFormat.FrameBytes(payloadBytes);
        if (payloadBytes > JournalFormat.PayloadBytesMax)
            throw new InvalidOperationException($"A frame of {payloadBytes} bytes would not be read back.");
        if (_frame.Length < frameBytes)
            _frame = new byte[Math.Max(frameBytes, _frame.Length * 2)];
        _frame[JournalFormat.FrameHeadBytes] = (byte)kind;
        entries.CopyTo(_frame.AsSpan(JournalFormat.FrameHeadBytes + 1));
        JournalFormat.SealFrame(_frame.AsSpan(0, frameBytes), payloadBytes, generation, end);
        int result = file.Write(end, _frame.AsSpan(0, frameBytes));
        if (result == 0)
            end += frameBytes;
        return result;
    }

    private void DeleteOlder()
    {
        foreach (string name in folder.List())
            if (JournalFormat.TryParseFileName(name, out long generation) && generation < Generation)
                _ = folder.Delete(name);
    }
}
