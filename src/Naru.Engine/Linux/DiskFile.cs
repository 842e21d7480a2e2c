using System.Text;

namespace Naru.Engine.Linux;

/// <summary>
/// A file whose writes and syncs answer with what the kernel said: 0 or more, or a negative errno. The base class library
/// takes a sync that a file system refused for done (EROFS, EINVAL), which a journal must not.
/// Thread: one at a time; the descriptor is closed once.
/// </summary>
internal sealed unsafe class DiskFile : IDisposable
{
    private const int ReadWrite = 2;
    private const int ReadOnly = 0;
    private const int Create = 0x40;
    private const int Exclusive = 0x80;
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0x180; // 0600
    private const int KeepSize = 1;
    private const int SeekEnd = 2;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;

    private int _fd;

    private DiskFile(int fd) => _fd = fd;

    /// <summary>A new file that only its owner reads; one that exists is an error.</summary>
    public static int CreateNew(string path, out DiskFile? file) => Open(path, ReadWrite | Create | Exclusive, out file);

    public static int OpenRead(string path, out DiskFile? file) => Open(path, ReadOnly, out file);

    public static int OpenWrite(string path, out DiskFile? file) => Open(path, ReadWrite, out file);

    public static int OpenOrCreate(string path, out DiskFile? file) => Open(path, ReadWrite | Create, out file);

    public long Length => Libc.lseek(_fd, 0, SeekEnd);

    /// <summary>Bytes, fewer only at the end of the file.</summary>
    public int Read(long offset, Span<byte> into)
    {
        int read = 0;
        fixed (byte* bytes = into)
        {
            while (read < into.Length)
            {
                int result = Libc.Check(Libc.pread(_fd, bytes + read, into.Length - read, offset + read));
                if (result == Errno.Interrupted)
                    continue;
                if (result < 0)
                    return result;
                if (result == 0)
                    break;
                read += result;
            }
        }

        return read;
    }

    /// <summary>0 when all of it was taken.</summary>
    public int Write(long offset, ReadOnlySpan<byte> from)
    {
        int written = 0;
        fixed (byte* bytes = from)
        {
            while (written < from.Length)
            {
                int result = Libc.Check(Libc.pwrite(_fd, bytes + written, from.Length - written, offset + written));
                if (result == Errno.Interrupted)
                    continue;
                // A regular file that takes nothing without an error has no room either.
                if (result <= 0)
                    return result == 0 ? Errno.NoSpace : result;
                written += result;
            }
        }

        return 0;
    }

    /// <summary>Returns when data and length are on the disk. After an error nobody knows what is: never call it again for the same bytes.</summary>
    public int Sync() => Libc.Check(Libc.fdatasync(_fd));

    /// <summary>Takes the room for so many bytes from the start of the file without making the file longer.</summary>
    public int Reserve(long bytes)
    {
        int result;
        do
            result = Libc.Check(Libc.fallocate(_fd, KeepSize, 0, bytes));
        while (result == Errno.Interrupted);
        return result;
    }

    /// <summary>Until the descriptor closes, at the latest when the process ends. Again: another process has it.</summary>
    public int TryLock() => Libc.Check(Libc.flock(_fd, LockExclusive | LockNonBlocking));

    public void Dispose()
    {
        int fd = Interlocked.Exchange(ref _fd, -1);
        if (fd >= 0)
            Libc.close(fd);
    }

    private static int Open(string path, int flags, out DiskFile? file)
    {
        int fd;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            do
                fd = Libc.Check(Libc.open(name, flags | CloseOnExec, OwnerOnly));
            while (fd == Errno.Interrupted);
        }

        file = fd < 0 ? null : new DiskFile(fd);
        return Math.Min(fd, 0);
    }
}
