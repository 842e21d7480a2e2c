using System.Text;

namespace Naru.Engine.Linux;

/// <summary>Calls on any file descriptor: pipes for splice, the event descriptor of a mailbox, log files, the descriptor limit.</summary>
internal static unsafe class Descriptor
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int WriteOnly = 1;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int ReadableByAll = 0x1B4; // 0664, less what the umask takes
    private const int SetFlags = 4;
    private const int SetPipeSize = 1031;
    private const uint SpliceMoveNonBlocking = 1 | 2;
    private const int OpenFilesLimit = 7;

    public static void Close(int fd) => Libc.close(fd);

    /// <summary>0 or a negative errno.</summary>
    public static int Pipe(int bytes, out int readEnd, out int writeEnd)
    {
        int* ends = stackalloc int[2];
        int result = Libc.Check(Libc.pipe2(ends, NonBlocking | CloseOnExec));
        readEnd = result < 0 ? -1 : ends[0];
        writeEnd = result < 0 ? -1 : ends[1];
        // Unprivileged users have a total pipe budget; beyond it the pipe stays at its 64 KiB, which is slower and not wrong.
        if (result >= 0)
            _ = Libc.fcntl(writeEnd, SetPipeSize, bytes);
        return result;
    }

    /// <summary>Moves bytes inside the kernel; one end is a pipe. Bytes, 0 at the end of stream, or a negative errno.</summary>
    public static int Splice(int from, int to, int bytes) =>
        Libc.Check(Libc.splice(from, null, to, null, bytes, SpliceMoveNonBlocking));

    public static int EventDescriptor() => Libc.Check(Libc.eventfd(0, NonBlocking | CloseOnExec));

    public static void SignalEvent(int fd)
    {
        ulong one = 1;
        _ = Libc.write(fd, (byte*)&one, sizeof(ulong));
    }

    public static void ClearEvent(int fd)
    {
        ulong count;
        _ = Libc.read(fd, (byte*)&count, sizeof(ulong));
    }

    /// <summary>Bytes taken, which may be fewer, or a negative errno. Waits where the descriptor does.</summary>
    public static int Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
            return Libc.Check(Libc.write(fd, first, bytes.Length));
    }

    /// <summary>
    /// A file whose writes go to its end, wherever that is by then (FileMode.Append only begins there: a log that is truncated,
    /// or that two processes write, would be torn). A pipe without a reader is an error, not a wait. Negative: errno.
    /// </summary>
    public static int OpenForAppend(string path)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0'))
        {
            int fd = Libc.Check(Libc.open(name, WriteOnly | Create | Append | CloseOnExec | NonBlocking, ReadableByAll));
            if (fd >= 0)
                _ = Libc.fcntl(fd, SetFlags, Append);
            return fd;
        }
    }

    /// <summary>Raises this process' limit of open descriptors as far as it may; tells the limit that holds now.</summary>
    public static long RaiseOpenFilesLimit(long wanted)
    {
        Libc.ResourceLimit limit;
        if (Libc.getrlimit(OpenFilesLimit, &limit) != 0)
            return 1024;
        if (limit.Soft >= (ulong)wanted)
            return (long)Math.Min(limit.Soft, int.MaxValue);
        var raised = new Libc.ResourceLimit { Soft = (ulong)wanted, Hard = Math.Max((ulong)wanted, limit.Hard) };
        if (Libc.setrlimit(OpenFilesLimit, &raised) == 0)
            return wanted;
        // Only a privileged process raises the hard limit; all others go up to it.
        raised = new Libc.ResourceLimit { Soft = Math.Min((ulong)wanted, limit.Hard), Hard = limit.Hard };
        return Libc.setrlimit(OpenFilesLimit, &raised) == 0 ? (long)raised.Soft : (long)limit.Soft;
    }
}
