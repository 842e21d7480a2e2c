using System.Runtime.InteropServices;

namespace Naru.Engine.Linux;

/// <summary>One event as the kernel lays it out (packed on x86-64).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EpollEvent
{
    public uint Events;
    public ulong Data;
}

/// <summary>An epoll set. Owner: one loop.</summary>
internal sealed unsafe class Epoll
{
    public const uint In = 0x1;
    public const uint Out = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;
    public const uint ReadHangUp = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int CloseOnExec = 0x80000;
    private const int ControlAdd = 1;
    private const int ControlDelete = 2;

    private readonly int _fd;

    public Epoll()
    {
        _fd = Libc.Check(Libc.epoll_create1(CloseOnExec));
        if (_fd < 0)
            throw new EngineException($"epoll: {Errno.Text(_fd)}.");
    }

    public int Add(int fd, uint events, ulong data)
    {
        EpollEvent e = new() { Events = events, Data = data };
        return Libc.Check(Libc.epoll_ctl(_fd, ControlAdd, fd, &e));
    }

    public int Remove(int fd)
    {
        EpollEvent e = default;
        return Libc.Check(Libc.epoll_ctl(_fd, ControlDelete, fd, &e));
    }

    /// <summary>Number of events, or a negative errno. -1 ms waits without end.</summary>
    public int Wait(Span<EpollEvent> events, int timeoutMs)
    {
        fixed (EpollEvent* p = events)
            return Libc.Check(Libc.epoll_wait(_fd, p, events.Length, timeoutMs));
    }

    public void Close() => Libc.close(_fd);
}
