using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Naru.Engine.Linux;

/// <summary>
/// The native imports, one line each. Calls that never block skip the runtime's transition (SuppressGCTransition),
/// which is worth some 10 ns each; calls that may block (epoll_wait) never do, since they would hold up the collector.
/// </summary>
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int bind(int fd, byte* address, int length);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int listen(int fd, int backlog);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int connect(int fd, byte* address, int length);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int accept4(int fd, byte* address, int* length, int flags);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int getsockname(int fd, byte* address, int* length);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int close(int fd);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int shutdown(int fd, int how);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int setsockopt(int fd, int level, int name, void* value, int length);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int getsockopt(int fd, int level, int name, void* value, int* length);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint recv(int fd, byte* buffer, nint length, int flags);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint send(int fd, byte* buffer, nint length, int flags);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint splice(int from, long* fromOffset, int to, long* toOffset, nint length, uint flags);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int pipe2(int* ends, int flags);

    [LibraryImport(Library)]
    internal static partial int open(byte* path, int flags, int mode);

    [LibraryImport(Library)]
    internal static partial nint pread(int fd, byte* buffer, nint length, long offset);

    [LibraryImport(Library)]
    internal static partial nint pwrite(int fd, byte* buffer, nint length, long offset);

    [LibraryImport(Library)]
    internal static partial int fdatasync(int fd);

    [LibraryImport(Library)]
    internal static partial int fsync(int fd);

    [LibraryImport(Library)]
    internal static partial int fallocate(int fd, int mode, long offset, long length);

    [LibraryImport(Library)]
    internal static partial long lseek(int fd, long offset, int whence);

    [LibraryImport(Library)]
    internal static partial int flock(int fd, int operation);

    [LibraryImport(Library)]
    internal static partial int statx(int folder, byte* path, int flags, uint mask, byte* stat);

    [LibraryImport(Library)]
    internal static partial int mkdir(byte* path, int mode);

    [LibraryImport(Library)]
    internal static partial int rename(byte* from, byte* to);

    [LibraryImport(Library)]
    internal static partial int unlink(byte* path);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int ioctl(int fd, nint request, void* argument);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, EpollEvent* e);

    [LibraryImport(Library)]
    internal static partial int epoll_wait(int epoll, EpollEvent* events, int count, int timeoutMs);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint read(int fd, byte* buffer, nint length);

    [LibraryImport(Library)]
    internal static partial nint write(int fd, byte* buffer, nint length);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int getrlimit(int resource, ResourceLimit* limit);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int setrlimit(int resource, ResourceLimit* limit);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int* __errno_location();

    /// <summary>The result, or the error number as a negative.</summary>
    internal static int Check(nint result) => result >= 0 ? (int)result : -*__errno_location();

    [StructLayout(LayoutKind.Sequential)]
    internal struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
