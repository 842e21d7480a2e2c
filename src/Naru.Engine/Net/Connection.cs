using Naru.Core.Net;
using Naru.Engine.Linux;
using Naru.Engine.Loop;

namespace Naru.Engine.Net;

/// <summary>
/// A stream socket on a loop with two operations at a time, one that reads and one that writes, each with a timeout.
/// Owner: the story (a job) that runs over it; the object is pooled and outlives its sockets.
/// Thread: its loop. Invariants: at most one pending operation a direction; a receive buffer is held only while it has
/// unread bytes; a pending operation always ends (bytes, end, error, timeout or cancel).
/// </summary>
internal abstract class Connection(EventLoop loop) : EventTarget(loop)
{
    /// <summary>For operations without a timeout of their own.</summary>
    public const long NoDeadline = long.MaxValue;

    private const uint WatchedEvents = Epoll.In | Epoll.Out | Epoll.ReadHangUp | Epoll.EdgeTriggered;
    private const uint ReadEvents = Epoll.In | Epoll.ReadHangUp | Epoll.HangUp | Epoll.Error;
    private const uint WriteEvents = Epoll.Out | Epoll.HangUp | Epoll.Error;
    private const int ReadTimer = 0;
    private const int WriteTimer = 1;

    // Below this much free room the data is moved to the front before a receive.
    private const int FreeBytesMin = 4 * 1024;

    private Frame? _reader;
    private Frame? _writer;
    private int _readResult;
    private int _writeResult;
    private ReadWait _readWait;
    private WriteWait _writeWait;
    private bool _isWatched;
    private bool _isReadable;

    // What Fetch brought for the pending read; gone when that ends in another way.
    private bool _hasFetched;
    private int _fetched;

    private byte[]? _out;
    private int _outStart;
    private int _outEnd;
    private int _writeTimeoutMs;
    private ReaderWatch _readerWatch;

    private enum ReadWait : byte
    {
        None,
        Bytes,
        Readiness,
    }

    private enum WriteWait : byte
    {
        None,
        Send,
        Readiness,
        Connect,
    }

    public int Fd { get; private set; } = -1;

    public bool IsOpen => Fd >= 0;

    /// <summary>The peer has closed its side (or all): what is still in the socket can be read, then comes the end.</summary>
    public bool IsPeerClosed { get; private set; }

    /// <summary>Unread bytes; null when there are none.</summary>
    public IoBuffer? In { get; private set; }

    public bool IsReading => _readWait != ReadWait.None;

    public bool IsWriting => _writeWait != WriteWait.None;

    /// <param name="fd">A non-blocking socket, which now belongs to the connection.</param>
    /// <param name="tryReadFirst">Bytes may be there already (accepted sockets): the first receive asks the kernel before it waits.</param>
    public void Open(int fd, bool tryReadFirst)
    {
        Fd = fd;
        IsPeerClosed = false;
        _isWatched = false;
        _isReadable = tryReadFirst;
        BeginMessage(0);
    }

    /// <summary>
    /// Receives more behind the unread bytes; a buffer is leased only when there is something to read.
    /// Result: bytes, 0 at the end of stream, -ENOBUFS when the buffer is full, another negative errno.
    /// </summary>
    public IoOperation ReceiveAsync(long deadlineMs)
    {
        if (_isReadable)
        {
            int received = Receive();
            if (received != Errno.Again)
                return IoOperation.Done(received);
        }

        return WaitToRead(ReadWait.Bytes, deadlineMs);
    }

    /// <summary>Completes with 1 when a read would not block (for splice, which reads by itself).</summary>
    public IoOperation ReadableAsync(long deadlineMs) =>
        _isReadable ? IoOperation.Done(1) : WaitToRead(ReadWait.Readiness, deadlineMs);

    /// <summary>From here on what is sent is one message, of which the peer has to take so many bytes a second; 0: any.</summary>
    public void BeginMessage(long rateMin) => _readerWatch.BeginMessage(rateMin);

    /// <summary>
    /// Sends all of it. The memory must stay as it is until this completes. Result: the count, or a negative errno;
    /// <see cref="Errno.TimedOut"/> when the peer took nothing for the timeout, <see cref="Errno.TooSlow"/> when it takes less
    /// than the message's minimum rate.
    /// </summary>
    public IoOperation SendAsync(byte[] bytes, int start, int count, int timeoutMs)
    {
        int sent = StreamSocket.Send(Fd, bytes.AsSpan(start, count));
        if (sent > 0)
            _readerWatch.Sent(sent);
        if (sent == count)
            return IoOperation.Done(sent);
        if (sent < 0)
        {
            if (sent != Errno.Again)
                return IoOperation.Done(sent);
            sent = 0;
        }

        _out = bytes;
        _outStart = start + sent;
        _outEnd = start + count;
        return WaitToWrite(WriteWait.Send, timeoutMs);
    }

    /// <summary>Completes with 1 when there is room to write again, or as <see cref="SendAsync"/>; to be asked after a write said EAGAIN.</summary>
    public IoOperation WritableAsync(int timeoutMs) => WaitToWrite(WriteWait.Readiness, timeoutMs);

    /// <summary>Result: 0 or a negative errno.</summary>
    public IoOperation ConnectAsync(in SocketName address, int timeoutMs)
    {
        int result = StreamSocket.Connect(Fd, address);
        return result == Errno.InProgress ? WaitToWrite(WriteWait.Connect, timeoutMs) : IoOperation.Done(result);
    }

    /// <summary>What splice found out about the socket that it read from.</summary>
    public void NoteDrained() => _isReadable = false;

    /// <summary>What splice wrote into the socket.</summary>
    public void NoteSent(int bytes) => _readerWatch.Sent(bytes);

    public void Consume(int bytes)
    {
        var buffer = In!;
        buffer.Consume(bytes);
        if (buffer.Length == 0)
            ReleaseIn();
    }

    public void ReleaseIn()
    {
        if (In is not { } buffer)
            return;
        In = null;
        Loop.Buffers.Return(buffer);
    }

    /// <summary>Moves the unread bytes into a large buffer, so that a head beyond the usual size fits.</summary>
    public void GrowIn()
    {
        var large = Loop.Buffers.RentLarge();
        large.CopyFrom(In!);
        Loop.Buffers.Return(In!);
        In = large;
    }

    public void CancelRead(int result = Errno.Canceled)
    {
        if (IsReading)
            CompleteRead(result);
    }

    public void CancelWrite(int result = Errno.Canceled)
    {
        if (IsWriting)
            CompleteWrite(result);
    }

    /// <summary>Gives the pending read, if there is one, another deadline.</summary>
    public void SetReadDeadline(long deadlineMs)
    {
        if (IsReading)
            Loop.Arm(this, ReadTimer, deadlineMs);
    }

    /// <summary>Nothing is left to be read, as far as the loop was told; the kernel is asked only if it may be otherwise.</summary>
    public bool IsDrained() => !_isReadable || IsQuiet();

    /// <summary>Asks the kernel whether the peer has closed or sent something: an idle connection must have done neither.</summary>
    public bool IsQuiet()
    {
        Span<byte> one = stackalloc byte[1];
        if (StreamSocket.PeekBytes(Fd, one) != Errno.Again)
            return false;
        _isReadable = false;
        return true;
    }

    /// <summary>The loop hears of this socket. Before the first wait it does not: many a short connection never waits.</summary>
    public bool IsWatched => _isWatched;

    /// <summary>Watches the socket although nothing is awaited: its end is to be noticed.</summary>
    public void Watch()
    {
        if (_isWatched)
            return;
        _isWatched = true;
        Loop.Watch(this, Fd, WatchedEvents);
    }

    /// <summary>Closes the socket and drops what was unread. The story that owns the connection calls it when no operation is pending.</summary>
    public void CloseSocket()
    {
        if (Fd < 0)
            return;
        Descriptor.Close(Fd);
        Fd = -1;
        Generation++;
        ReleaseIn();
        _out = null;
        // Pending only after a fault, whose stories are over: the next socket of this object must not meet their remains.
        _readWait = ReadWait.None;
        _writeWait = WriteWait.None;
        _hasFetched = false;
        _reader = _writer = null;
        Loop.Disarm(this, ReadTimer);
        Loop.Disarm(this, WriteTimer);
    }

    public sealed override void Fetch(uint events)
    {
        if ((events & ReadEvents) == 0 || _readWait != ReadWait.Bytes)
            return;
        NoteReadable(events);
        _fetched = Receive();
        _hasFetched = true;
    }

    public sealed override void OnEvents(uint events)
    {
        uint generation = Generation;
        if (_hasFetched)
        {
            _hasFetched = false;
            if (_fetched != Errno.Again)
                CompleteRead(_fetched);
        }
        else if ((events & ReadEvents) != 0)
        {
            NoteReadable(events);
            if (_readWait == ReadWait.None)
                OnUnawaitedInput();
            else
                GoOnReading();
        }

        // The reader may have closed the connection, and the object may serve another socket by now.
        if (generation == Generation && (events & WriteEvents) != 0 && IsWriting)
            GoOnWriting();
    }

    public sealed override void OnTimer(int timer)
    {
        if (timer == ReadTimer)
        {
            if (IsReading)
                CompleteRead(Errno.TimedOut);
            else
                OnIdleTimeout();
        }
        else if (IsWriting)
        {
            OnWriteTimer();
        }
    }

    /// <summary>Without a pending read: the time at which <see cref="OnIdleTimeout"/> is called.</summary>
    public void ArmIdle(long deadlineMs) => Loop.Arm(this, ReadTimer, deadlineMs);

    public int ResultOf(bool isWrite) => isWrite ? _writeResult : _readResult;

    public void Park(Frame frame, bool isWrite)
    {
        ref var waiter = ref isWrite ? ref _writer : ref _reader;
        if (waiter != null)
            throw new InvalidOperationException("One read and one write at a time.");
        waiter = frame;
    }

    /// <summary>Bytes or the end of stream came while nothing reads.</summary>
    protected virtual void OnUnawaitedInput()
    {
    }

    protected virtual void OnIdleTimeout()
    {
    }

    /// <summary>For <see cref="OnUnawaitedInput"/>: bytes are there that nobody asked for yet, not just the end.</summary>
    /// <param name="ownBytes">Of the unread bytes, those that belong to what is being served.</param>
    protected bool HasUnreadInput(int ownBytes = 0)
    {
        if (In is { } buffer && buffer.Length > ownBytes)
            return true;
        Span<byte> one = stackalloc byte[1];
        return StreamSocket.PeekBytes(Fd, one) > 0;
    }

    private void NoteReadable(uint events)
    {
        _isReadable = true;
        if ((events & ~(Epoll.In | Epoll.Out)) != 0)
            IsPeerClosed = true;
    }

    private int Receive()
    {
        var buffer = In ??= Loop.Buffers.Rent();
        if (buffer.Free.Length < FreeBytesMin)
            buffer.Compact();
        var free = buffer.Free;
        if (free.Length == 0)
            return Errno.NoBuffers;
        int received = StreamSocket.Receive(Fd, free);
        if (received > 0)
        {
            buffer.Added(received);
            // A short read has drained the socket, unless the end stands behind it.
            if (received < free.Length && !IsPeerClosed)
                _isReadable = false;
            return received;
        }

        if (received == Errno.Again)
            _isReadable = false;
        if (buffer.Length == 0)
            ReleaseIn();
        return received;
    }

    private IoOperation WaitToRead(ReadWait wait, long deadlineMs)
    {
        if (IsReading)
            throw new InvalidOperationException("One read at a time.");
        _readWait = wait;
        Watch();
        if (deadlineMs != NoDeadline)
            Loop.Arm(this, ReadTimer, deadlineMs);
        else
            Loop.Disarm(this, ReadTimer); // it may still be armed as the idle timer
        return IoOperation.Reading(this);
    }

    private IoOperation WaitToWrite(WriteWait wait, int timeoutMs)
    {
        if (IsWriting)
            throw new InvalidOperationException("One write at a time.");
        _writeWait = wait;
        _writeTimeoutMs = timeoutMs;
        Watch();
        if (wait == WriteWait.Connect)
            Loop.Arm(this, WriteTimer, Loop.NowMs + timeoutMs);
        else
            WatchReader();
        return IoOperation.Writing(this);
    }

    private void GoOnReading()
    {
        if (_readWait == ReadWait.Readiness)
        {
            CompleteRead(1);
            return;
        }

        int received = Receive();
        if (received != Errno.Again)
            CompleteRead(received);
    }

    private void GoOnWriting()
    {
        switch (_writeWait)
        {
            case WriteWait.Connect:
                CompleteWrite(StreamSocket.PendingError(Fd));
                break;
            case WriteWait.Readiness:
                CompleteWrite(1);
                break;
            case WriteWait.Send:
                int sent = StreamSocket.Send(Fd, _out.AsSpan(_outStart, _outEnd - _outStart));
                if (sent < 0)
                {
                    if (sent != Errno.Again)
                        CompleteWrite(sent);
                    break;
                }

                _outStart += sent;
                _readerWatch.Sent(sent);
                if (_outStart == _outEnd)
                {
                    CompleteWrite(sent);
                }
                else
                {
                    _readerWatch.EndWait(Loop.NowMs);
                    WatchReader();
                }

                break;
        }
    }

    private void WatchReader()
    {
        _readerWatch.BeginWait(_writeTimeoutMs, StreamSocket.UnacknowledgedBytes(Fd), Loop.NowMs);
        Loop.Arm(this, WriteTimer, _readerWatch.NextLookMs(Loop.NowMs));
    }

    private void OnWriteTimer()
    {
        var verdict = _writeWait == WriteWait.Connect
            ? ReaderVerdict.Silent
            : _readerWatch.Judge(StreamSocket.UnacknowledgedBytes(Fd), Loop.NowMs);
        if (verdict == ReaderVerdict.Waits)
            Loop.Arm(this, WriteTimer, _readerWatch.NextLookMs(Loop.NowMs));
        else
            CompleteWrite(verdict == ReaderVerdict.TooSlow ? Errno.TooSlow : Errno.TimedOut);
    }

    private void CompleteRead(int result)
    {
        _hasFetched = false;
        _readWait = ReadWait.None;
        _readResult = result;
        Loop.Disarm(this, ReadTimer);
        var reader = _reader;
        _reader = null;
        reader?.Resume();
    }

    private void CompleteWrite(int result)
    {
        if (_writeWait != WriteWait.Connect)
            _readerWatch.EndWait(Loop.NowMs);
        _writeWait = WriteWait.None;
        _writeResult = result;
        _out = null;
        Loop.Disarm(this, WriteTimer);
        var writer = _writer;
        _writer = null;
        writer?.Resume();
    }
}
