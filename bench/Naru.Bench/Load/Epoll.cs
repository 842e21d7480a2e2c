using System.Runtime.InteropServices;

namespace Naru.Bench.Load;

/// <summary>The kernel's readiness queue, with a timeout in nanoseconds, which .NET does not offer.</summary>
internal static unsafe partial class Epoll
{
    public const uint In = 0x001;
    public const uint EdgeTriggered = 1u << 31;

    private const int ControlAdd = 1;

    public static int Create()
    {
        var descriptor = epoll_create1(0);
        return descriptor >= 0 ? descriptor : throw new BenchException($"epoll_create1: errno {Marshal.GetLastPInvokeError()}");
    }

    public static void Add(int epoll, int descriptor, int tag, uint watched = In)
    {
        var added = new Event { Events = watched, Data = (ulong)tag };
        if (epoll_ctl(epoll, ControlAdd, descriptor, &added) != 0)
        {
            throw new BenchException($"epoll_ctl: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>Fills <paramref name="ready"/> with the tags of readable descriptors; returns how many. Without a timeout it waits for the first.</summary>
    public static int Wait(int epoll, Span<int> ready, TimeSpan? limit = null)
    {
        const int eventsMax = 256;
        var events = stackalloc Event[eventsMax];
        var timeout = limit.GetValueOrDefault();
        var time = new Timespec
        {
            Seconds = (long)timeout.TotalSeconds,
            Nanoseconds = timeout.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
        };
        var count = epoll_pwait2(epoll, events, Math.Min(eventsMax, ready.Length), limit is null ? null : &time, null);
        for (var i = 0; i < count; i++)
        {
            ready[i] = (int)events[i].Data;
        }
        return Math.Max(count, 0);
    }

    public static void Close(int epoll) => _ = close(epoll);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, Event* added);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_pwait2(int epoll, Event* events, int count, Timespec* timeout, void* signals);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    // The kernel packs this struct on x86-64 only; the bench runs there.
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Event
    {
        public uint Events;
        public ulong Data;
    }

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
