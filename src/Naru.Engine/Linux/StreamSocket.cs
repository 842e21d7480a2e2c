using System.Net;

namespace Naru.Engine.Linux;

/// <summary>TCP sockets behind span signatures. Everything is non-blocking; errors come back as negative errno.</summary>
internal static unsafe class StreamSocket
{
    private const int Stream = 1;
    private const int NonBlockingCloseOnExec = 0x800 | 0x80000;
    private const int LevelSocket = 1;
    private const int LevelTcp = 6;
    private const int LevelIPv6 = 41;
    private const int ReuseAddress = 2;
    private const int SocketErrorOption = 4;
    private const int Linger = 13;
    private const int ReusePort = 15;
    private const int AttachFilter = 26;
    private const int NoDelayOption = 1;
    private const int DeferAcceptOption = 9;
    private const int IPv6Only = 26;
    private const int NoSignal = 0x4000;
    private const int Peek = 0x2;
    private const int ShutdownWriteHow = 1;
    private const int OutputQueue = 0x5411;

    /// <summary>A listening socket of its own for one loop; the kernel spreads connections over all that share the port.</summary>
    /// <param name="deferSeconds">Accept who has sent something, others after so long; 0: everybody at once.</param>
    public static int Listen(IPEndPoint endpoint, int backlog, int deferSeconds, out int fd)
    {
        var address = SocketName.From(endpoint);
        fd = Libc.Check(Libc.socket(address.Family, Stream | NonBlockingCloseOnExec, 0));
        if (fd < 0)
            return fd;
        SetOption(fd, LevelSocket, ReuseAddress, 1);
        SetOption(fd, LevelSocket, ReusePort, 1);
        if (address.IsIPv6)
            SetOption(fd, LevelIPv6, IPv6Only, 1);
        // Accepted sockets inherit it: no call per connection.
        SetOption(fd, LevelTcp, NoDelayOption, 1);
        if (deferSeconds > 0)
            SetOption(fd, LevelTcp, DeferAcceptOption, deferSeconds);
        Span<byte> bytes = address;
        fixed (byte* p = bytes)
        {
            int result = Libc.Check(Libc.bind(fd, p, address.Length));
            if (result >= 0)
                result = Libc.Check(Libc.listen(fd, backlog));
            if (result < 0)
            {
                Libc.close(fd);
                fd = -1;
            }

            return result;
        }
    }

    /// <summary>
    /// Whether another process (or another listener) holds the port: SO_REUSEPORT would share it in silence,
    /// so one bind without it is tried first.
    /// </summary>
    public static int ProbeBind(IPEndPoint endpoint)
    {
        var address = SocketName.From(endpoint);
        int fd = Libc.Check(Libc.socket(address.Family, Stream | NonBlockingCloseOnExec, 0));
        if (fd < 0)
            return fd;
        SetOption(fd, LevelSocket, ReuseAddress, 1);
        if (address.IsIPv6)
            SetOption(fd, LevelIPv6, IPv6Only, 1);
        Span<byte> bytes = address;
        fixed (byte* p = bytes)
        {
            int result = Libc.Check(Libc.bind(fd, p, address.Length));
            Libc.close(fd);
            return result;
        }
    }

    /// <summary>
    /// Lets in who has begun to connect, and nobody else: the kernel drops first packets (they are sent again a second later,
    /// when another program may listen here), and keeps nobody to itself until it speaks.
    /// </summary>
    public static void RefuseNewcomers(int listener)
    {
        SetOption(listener, LevelTcp, DeferAcceptOption, 0);
        fixed (FilterStep* steps = FilterStep.DropFirstPackets)
        {
            var program = new FilterProgram { Length = (ushort)FilterStep.DropFirstPackets.Length, Steps = steps };
            Libc.setsockopt(listener, LevelSocket, AttachFilter, &program, sizeof(FilterProgram));
        }
    }

    /// <summary>Whether a listening socket keeps clients to itself until they have spoken, as <see cref="Listen"/> says.</summary>
    public static void DeferAccept(int listener, int seconds) => SetOption(listener, LevelTcp, DeferAcceptOption, seconds);

    public static int Accept(int listener, out SocketName peer)
    {
        int length = SocketName.Size;
        peer = default;
        Span<byte> bytes = peer;
        fixed (byte* p = bytes)
            return Libc.Check(Libc.accept4(listener, p, &length, NonBlockingCloseOnExec));
    }

    public static int LocalAddress(int fd, out SocketName local)
    {
        int length = SocketName.Size;
        local = default;
        Span<byte> bytes = local;
        fixed (byte* p = bytes)
            return Libc.Check(Libc.getsockname(fd, p, &length));
    }

    /// <summary>A new socket for a connection to such an address, without Nagle's delay.</summary>
    public static int Create(in SocketName address)
    {
        int fd = CreatePlain(address);
        if (fd >= 0)
            SetOption(fd, LevelTcp, NoDelayOption, 1);
        return fd;
    }

    /// <summary>As <see cref="Create"/>, with the kernel's own settings.</summary>
    public static int CreatePlain(in SocketName address) =>
        Libc.Check(Libc.socket(address.Family, Stream | NonBlockingCloseOnExec, 0));

    public static int Connect(int fd, in SocketName address)
    {
        ReadOnlySpan<byte> bytes = address;
        fixed (byte* p = bytes)
            return Libc.Check(Libc.connect(fd, p, address.Length));
    }

    /// <summary>Bytes, 0 at the end of stream, or a negative errno.</summary>
    public static int Receive(int fd, Span<byte> target)
    {
        fixed (byte* p = target)
            return Libc.Check(Libc.recv(fd, p, target.Length, 0));
    }

    /// <summary>As <see cref="Receive"/>, and the bytes stay where they are.</summary>
    public static int PeekBytes(int fd, Span<byte> target)
    {
        fixed (byte* p = target)
            return Libc.Check(Libc.recv(fd, p, target.Length, Peek));
    }

    public static int Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
            return Libc.Check(Libc.send(fd, p, bytes.Length, NoSignal));
    }

    /// <summary>Bytes that were sent and not yet acknowledged by the peer, or a negative errno: shows whether a slow reader still reads.</summary>
    public static int UnacknowledgedBytes(int fd)
    {
        int value = 0;
        int result = Libc.Check(Libc.ioctl(fd, OutputQueue, &value));
        return result < 0 ? result : value;
    }

    /// <summary>The pending error of the socket (0: none), as a negative errno.</summary>
    public static int PendingError(int fd)
    {
        int value = 0;
        int length = sizeof(int);
        int result = Libc.Check(Libc.getsockopt(fd, LevelSocket, SocketErrorOption, &value, &length));
        return result < 0 ? result : -value;
    }

    public static void ShutdownWrite(int fd) => Libc.shutdown(fd, ShutdownWriteHow);

    /// <summary>Makes the coming close a reset, so that the peer can't take a cut stream for a whole one.</summary>
    public static void ResetOnClose(int fd)
    {
        long lingerZero = 1; // l_onoff = 1, l_linger = 0
        Libc.setsockopt(fd, LevelSocket, Linger, &lingerZero, sizeof(long));
    }

    private static void SetOption(int fd, int level, int name, int value) => Libc.setsockopt(fd, level, name, &value, sizeof(int));
}
