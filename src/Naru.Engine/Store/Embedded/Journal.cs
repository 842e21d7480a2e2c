using System.Buffers.Binary;
using System.Security.Cryptography;
using Naru.Engine.Linux;

namespace Naru.Engine.Store.Embedded;

/// <summary>Writes the whole state, in as many frames as it likes.</summary>
internal delegate void SnapshotWriter(Action<EntryWriter> frame);

/// <summary>
/// The log of the store: one file that begins with the whole state and grows by the changes since. Replacing it writes the
/// state into another file beside it, syncs that, gives it its name, and syncs the folder; so at every moment one file has
/// everything, and there is no second file that could disagree with it. The old file becomes the spare that the next one is
/// written into: two files take turns in room that was taken beforehand, and a full disk does not stop them.
/// Owner: the store. Thread: one at a time. Invariant: after any write or sync that failed, a file is never written again;
/// only a new one with the whole state makes the journal good.
/// </summary>
internal sealed class Journal(IStoreFolder folder, JournalSizes sizes, long generation) : IDisposable
{
    public const string SpareName = "spare";

    private IStoreFile? _file;
    private byte[] _frame = new byte[4096];
    private long _snapshotEnd;
    private long _end;
    private ulong _seed;

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
        int result = WriteFrame(_file, FrameKind.Changes, entries.Written, _seed, ref _end);
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
        int result = TakeSpare(temporary, out var file);
        if (result < 0)
            return result;

        result = WriteState(file!, next, snapshot, out ulong seed, out long end);
        if (result < 0)
        {
            file!.Dispose();
            _ = folder.Rename(temporary, SpareName);
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
        _seed = seed;
        _snapshotEnd = _end = end;
        KeepOneSpare();
        return 0;
    }

    /// <summary>Makes sure that the next <see cref="Replace"/> finds room. 0, or a negative errno: it may not.</summary>
    public int EnsureSpare()
    {
        int result = folder.OpenWrite(SpareName, out var file);
        if (result == Errno.NoEntry)
            result = folder.CreateNew(SpareName, out file);
        if (result < 0)
            return result;
        using (file)
            return ReserveUnlessUnable(file!, sizes.ReservedBytes(_snapshotEnd));
    }

    /// <summary>Takes the file for lost, as after an error of the disk.</summary>
    public void GiveUp()
    {
        _file?.Dispose();
        _file = null;
    }

    public void Dispose() => GiveUp();

    private int TakeSpare(string temporary, out IStoreFile? file)
    {
        // What an attempt that failed has left is as good as a spare.
        if (folder.Exists(SpareName))
            _ = folder.Rename(SpareName, temporary);
        int result = folder.OpenWrite(temporary, out file);
        return result == Errno.NoEntry ? folder.CreateNew(temporary, out file) : result;
    }

    private int WriteState(IStoreFile file, long generation, SnapshotWriter snapshot, out ulong seed, out long end)
    {
        Span<byte> header = stackalloc byte[JournalFormat.HeaderBytes];
        end = JournalFormat.HeaderBytes;
        seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        JournalFormat.WriteHeader(header, generation, seed);
        // The state is put together first: it tells how much room to take.
        var frames = new List<byte[]>();
        snapshot(entries => frames.Add(entries.Written.ToArray()));
        long stateBytes = frames.Sum(f => (long)JournalFormat.FrameBytes(f.Length + 1));
        int result = ReserveUnlessUnable(file, sizes.ReservedBytes(stateBytes));
        // A state that has grown while the disk is full: the room for some changes will do.
        if (result < 0)
            result = ReserveUnlessUnable(file, JournalFormat.HeaderBytes + stateBytes + sizes.ChangesBytesMin);
        if (result < 0)
            return result;

        result = file.Write(0, header);
        for (int i = 0; i < frames.Count && result == 0; i++)
            result = WriteFrame(file, FrameKind.Snapshot, frames[i], seed, ref end);
        if (result == 0)
            result = WriteFrame(file, FrameKind.SnapshotEnd, [], seed, ref end);
        return result == 0 ? file.Sync() : result;
    }

    // Some file systems cannot reserve; there a full disk shows at a write.
    private static int ReserveUnlessUnable(IStoreFile file, long bytes) =>
        file.Reserve(bytes) is var result and (Errno.NoSpace or Errno.QuotaExceeded) ? result : 0;

    private int WriteFrame(IStoreFile file, FrameKind kind, ReadOnlySpan<byte> entries, ulong seed, ref long end)
    {
        int payloadBytes = entries.Length + 1, frameBytes = JournalFormat.FrameBytes(payloadBytes);
        if (payloadBytes > JournalFormat.PayloadBytesMax)
            throw new InvalidOperationException($"A frame of {payloadBytes} bytes would not be read back.");
        int writtenBytes = frameBytes + JournalFormat.EndMarkBytes;
        if (_frame.Length < writtenBytes)
            _frame = new byte[Math.Max(writtenBytes, _frame.Length * 2)];
        _frame[JournalFormat.FrameHeadBytes] = (byte)kind;
        entries.CopyTo(_frame.AsSpan(JournalFormat.FrameHeadBytes + 1));
        JournalFormat.SealFrame(_frame.AsSpan(0, writtenBytes), payloadBytes, seed, end);
        int result = file.Write(end, _frame.AsSpan(0, writtenBytes));
        if (result == 0)
            end += frameBytes;
        return result;
    }

    private void KeepOneSpare()
    {
        bool hasSpare = folder.Exists(SpareName);
        foreach (string name in folder.List())
        {
            if (!JournalFormat.TryParseFileName(name, out long generation) || generation >= Generation)
                continue;
            if (hasSpare)
                _ = folder.Delete(name);
            else
                hasSpare = folder.Rename(name, SpareName) == 0;
        }
    }
}
