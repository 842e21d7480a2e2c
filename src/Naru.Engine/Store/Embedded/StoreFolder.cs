using System.Globalization;
using System.Text;
using Naru.Engine.Linux;

namespace Naru.Engine.Store.Embedded;

/// <summary>
/// The folder of the store on a disk. Owner: the store. Invariant: one process at a time has it, until it closes the folder or ends.
/// </summary>
internal sealed class StoreFolder : IStoreFolder, IDisposable
{
    private const string LockName = "lock";
    private const int LockBytes = 16;

    private readonly DiskFile _lock;

    private StoreFolder(string path, DiskFile lockFile)
    {
        Path = path;
        _lock = lockFile;
    }

    public string Path { get; }

    public long FreeBytes
    {
        get
        {
            try
            {
                return new DriveInfo(Path).AvailableFreeSpace;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return -1;
            }
        }
    }

    /// <summary>Makes the folder when it is missing (for this user alone) and locks it.</summary>
    /// <exception cref="EngineException">Its parent is missing, it cannot be written, or another process has it.</exception>
    public static StoreFolder Open(string path)
    {
        int result = DiskFolder.Create(path);
        if (result == Errno.NoEntry)
            throw new EngineException($"store.path: {path} can't be made, since its parent folder does not exist. Make {System.IO.Path.GetDirectoryName(path)}, or mend the path.");
        if (result < 0 && result != Errno.Exists)
            throw new EngineException($"store.path: {path} can't be made: {Errno.Text(result)}. {WhatToMend(result)}");
        // Without this a power failure could take the folder away with all that was made durable in it.
        if (result == 0 && System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) is { } parent)
            _ = DiskFolder.Sync(parent);

        result = DiskFile.OpenOrCreate(System.IO.Path.Combine(path, LockName), out var lockFile);
        if (result < 0)
            throw new EngineException($"store.path: {path} can't be written: {Errno.Text(result)}. {WhatToMend(result)}");
        result = lockFile!.TryLock();
        if (result < 0)
        {
            string owner = OwnerOf(lockFile);
            lockFile.Dispose();
            throw result == Errno.Again
                ? new EngineException($"store.path: {path} is in use by another process{owner}. Two would give out the same numbers: stop that one, or give each a folder of its own.")
                : new EngineException($"store.path: {path} can't be locked: {Errno.Text(result)}. Use a local disk.");
        }

        // For the message above; a disk without room for it keeps nobody out.
        _ = lockFile.Write(0, Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture).PadRight(LockBytes - 1) + "\n"));
        return new StoreFolder(path, lockFile);
    }

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(Path).Select(f => System.IO.Path.GetFileName(f))];

    public bool Exists(string name) => File.Exists(Full(name));

    public int CreateNew(string name, out IStoreFile? file)
    {
        int result = DiskFile.CreateNew(Full(name), out var opened);
        file = opened is null ? null : new StoreFile(opened);
        return result;
    }

    public int OpenRead(string name, out IStoreFile? file)
    {
        int result = DiskFile.OpenRead(Full(name), out var opened);
        file = opened is null ? null : new StoreFile(opened);
        return result;
    }

    public int OpenWrite(string name, out IStoreFile? file)
    {
        int result = DiskFile.OpenWrite(Full(name), out var opened);
        file = opened is null ? null : new StoreFile(opened);
        return result;
    }

    public int Rename(string from, string to) => DiskFolder.Rename(Full(from), Full(to));

    public int Delete(string name) => DiskFolder.Delete(Full(name));

    public int Sync() => DiskFolder.Sync(Path);

    /// <summary>Another process may have the folder from here on.</summary>
    public void Dispose() => _lock.Dispose();

    private static string OwnerOf(DiskFile lockFile)
    {
        Span<byte> text = stackalloc byte[LockBytes];
        int bytes = lockFile.Read(0, text);
        return bytes > 0 && int.TryParse(Encoding.ASCII.GetString(text[..bytes]).Trim(), out int pid) ? $" (pid {pid})" : "";
    }

    internal static string WhatToMend(int error) => error switch
    {
        Errno.Access => "Give the user that runs Naru the right to write there.",
        Errno.ReadOnlyFileSystem => "Mount the file system writable, or name another folder.",
        Errno.NoSpace or Errno.QuotaExceeded => "Make room on that disk.",
        Errno.NotAFolder or Errno.IsFolder or Errno.Exists => "Name a folder.",
        _ => "Name a folder on a disk that works.",
    };

    private string Full(string name) => System.IO.Path.Combine(Path, name);

    private sealed class StoreFile(DiskFile file) : IStoreFile
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> into) => file.Read(offset, into);

        public int Write(long offset, ReadOnlySpan<byte> from) => file.Write(offset, from);

        public int Sync() => file.Sync();

        public int Reserve(long bytes) => file.Reserve(bytes);

        public void Dispose() => file.Dispose();
    }
}
