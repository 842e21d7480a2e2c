using Naru.Core.Http;
using Naru.Core.Http1;
using Naru.Core.Net;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Net;

namespace Naru.Engine.Proxy;

/// <summary>
/// Moves the body of one message from its sender to its receiver, a buffer at a time, so that a slow receiver slows the
/// sender. The head lies in front of the first bytes and goes out with them in one send.
///
///   source.In: [ head | body bytes ]  ─► 1 frame  ─► 2 send  ─► 3 consume  ─► 4 receive more ─► 1
///   a long plain body: 5 through a kernel pipe instead
///
/// Chunked bodies are decoded in place and written anew, one chunk a buffer: no framing of a peer is ever passed on.
/// Owner: an exchange, which has one for each direction. Thread: its loop.
/// </summary>
internal sealed class BodyRelay(PipePool pipes)
{
    // Setting up a splice costs about as much as copying this much.
    private const long SpliceBytesMin = 64 * 1024;

    // Takes 8 KiB, and most bodies are not chunked: made with the first that is.
    private TrailerBuffer? _trailers;
    private ChunkedDecoder _decoder;
    private Connection _source = null!;
    private Connection _target = null!;
    private BodyFraming _framing;
    private bool _writesChunks;
    private long _left;
    private int _sendBytes;
    private int _consumeBytes;
    private bool _isEnded;
    private BodyEnd _fault;
    private bool _isCanceled;
    private bool _awaitsContinue;
    private long _waitedMs;
    private long _bytesRead;

    /// <summary>Longest silence of the source.</summary>
    public int ReadTimeoutMs { get; set; }

    /// <summary>Longest time that the target may take for its 100 (Continue), which the source awaits; 0: it awaits none.</summary>
    public int ContinueTimeoutMs { get; set; }

    /// <summary>Bytes a second that the source must keep up while it is waited for; 0: not asked.</summary>
    public long ReadRateMin { get; set; }

    /// <summary>Longest time in which the target takes nothing.</summary>
    public int WriteTimeoutMs { get; set; }

    /// <summary>Bytes a second that the target must take while it is waited for; 0: not asked.</summary>
    public long WriteRateMin { get; set; }

    /// <summary>Of a chunked body, decoded.</summary>
    public long BytesMax { get; set; } = long.MaxValue;

    /// <summary>Begun, and not at its end yet.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Over, and for a fault of the sender: the receiver will never have the whole.</summary>
    public bool HasSourceFailed { get; private set; }

    /// <summary>Sent to the target, framing included.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Body bytes taken from the source, decoded.</summary>
    public long BodyBytes { get; private set; }

    public void Begin(Connection source, Connection target, BodyFraming framing, bool writesChunks, long length)
    {
        _source = source;
        _target = target;
        target.BeginMessage(WriteRateMin);
        _framing = framing;
        _writesChunks = writesChunks;
        _left = framing == BodyFraming.Length ? length : 0;
        _decoder = default;
        if (framing == BodyFraming.Chunked || writesChunks)
            (_trailers ??= new TrailerBuffer()).Reset();
        _isEnded = framing == BodyFraming.None;
        _waitedMs = 0;
        _bytesRead = 0;
        BytesSent = 0;
        BodyBytes = 0;
        HasSourceFailed = false;
        IsRunning = true;
        _isCanceled = false;
        _awaitsContinue = ContinueTimeoutMs > 0;
    }

    /// <summary>The target said 100: from now on it is the source that is waited for.</summary>
    public void Continue()
    {
        if (!_awaitsContinue)
            return;
        _awaitsContinue = false;
        _source.CancelRead(Errno.Again);
    }

    /// <summary>Ends it where it waits, also where it lets others have their turn.</summary>
    public void Cancel()
    {
        if (!IsRunning)
            return;
        _isCanceled = true;
        var (source, target) = (_source, _target);
        source.CancelRead();
        target.CancelWrite();
    }

    /// <param name="headBytes">First bytes of the source's buffer that are not body and are sent as they are; may be 0.</param>
    public async Job<BodyEnd> RunAsync(int headBytes)
    {
        var end = await MoveAsync(headBytes);
        IsRunning = _awaitsContinue = false;
        _target.BeginMessage(0);
        HasSourceFailed = end is BodyEnd.SourceEnded or BodyEnd.SourceFailed or BodyEnd.SourceTimedOut or BodyEnd.SourceTooSlow
            or BodyEnd.Malformed or BodyEnd.TooLarge;
        return end;
    }

    private async Job<BodyEnd> MoveAsync(int headBytes)
    {
        long turn = _source.Loop.Turn;
        int rounds = 0;
        while (true)
        {
            if (_source.In is { } buffer)
            {
                // 1
                if (!Frame(buffer, headBytes))
                    return _fault;
                headBytes = 0;

                // 2
                if (_sendBytes > 0)
                {
                    int sent = await _target.SendAsync(buffer.Array, buffer.Start, _sendBytes, WriteTimeoutMs);
                    if (sent < 0)
                        return TargetEnd(sent);
                    BytesSent += _sendBytes;
                }

                // 3
                _source.Consume(_consumeBytes);
            }

            if (_isEnded)
                return _framing == BodyFraming.Chunked && _writesChunks ? await EndChunksAsync() : BodyEnd.Completed;

            // The source holds the body back until the target asks for it: none of the time is the source's.
            if (_awaitsContinue)
            {
                int result = await _source.ReceiveAsync(_source.Loop.NowMs + ContinueTimeoutMs);
                _awaitsContinue = false;
                if (result == Errno.TimedOut)
                    return BodyEnd.TargetTimedOut;
                if (result <= 0 && result != Errno.Again)
                    return SourceEnd(result);
                _bytesRead += Math.Max(0, result);
                continue;
            }

            // 5
            if (_left >= SpliceBytesMin && _source.In == null && pipes.Rent() is { } pipe)
            {
                var end = await SpliceAsync(pipe);
                pipes.Return(pipe);
                return end;
            }

            if (turn != _source.Loop.Turn)
            {
                turn = _source.Loop.Turn;
                rounds = 0;
            }
            else if (++rounds == EngineLimits.RoundsPerTurn)
            {
                await _source.Loop.YieldAsync();
                if (_isCanceled)
                    return BodyEnd.Canceled;
            }

            // 4
            long before = _source.Loop.NowMs;
            int received = await _source.ReceiveAsync(before + ReadWaitMs());
            _waitedMs += _source.Loop.NowMs - before;
            if (received == 0 && _framing == BodyFraming.UntilClose)
            {
                _isEnded = true;
                return _writesChunks ? await EndChunksAsync() : BodyEnd.Completed;
            }

            if (received <= 0)
                return SourceEnd(received);
            _bytesRead += received;
            if (IsTooSlow())
                return BodyEnd.SourceTooSlow;
        }
    }

    /// <summary>Works out how much of the buffer is sent and consumed, and puts chunk framing around it where it is due.</summary>
    private bool Frame(IoBuffer buffer, int headBytes)
    {
        int available = buffer.Length - headBytes;
        switch (_framing)
        {
            case BodyFraming.Length:
                int count = (int)Math.Min(_left, available);
                _left -= count;
                BodyBytes += count;
                _isEnded = _left == 0;
                _sendBytes = _consumeBytes = headBytes + count;
                return true;
            case BodyFraming.Chunked:
                return FrameDecoded(buffer, headBytes);
            case BodyFraming.UntilClose:
                BodyBytes += available;
                FrameChunk(buffer, headBytes, available, available);
                return true;
            default:
                _sendBytes = _consumeBytes = headBytes;
                return true;
        }
    }

    private bool FrameDecoded(IoBuffer buffer, int headBytes)
    {
        var result = _decoder.Decode(buffer.Data[headBytes..], _trailers!, out int payload, out int consumed);
        if (result > ChunkedResult.End)
        {
            _fault = BodyEnd.Malformed;
            return false;
        }

        BodyBytes += payload;
        if (BodyBytes > BytesMax)
        {
            _fault = BodyEnd.TooLarge;
            return false;
        }

        _isEnded = result == ChunkedResult.End;
        FrameChunk(buffer, headBytes, payload, consumed);
        return true;
    }

    // The payload lies right behind the head; what the decoder took from the buffer is at least as long as what is put in.
    private void FrameChunk(IoBuffer buffer, int headBytes, int payload, int consumed)
    {
        _sendBytes = headBytes + payload;
        _consumeBytes = headBytes + consumed;
        if (payload == 0 || !_writesChunks)
            return;
        Span<byte> prefix = stackalloc byte[ChunkWriter.PrefixBytesMax];
        int length = ChunkWriter.WritePrefix(prefix, payload);
        buffer.Insert(headBytes, prefix[^length..]);
        _sendBytes += length;
        _consumeBytes += length;
        buffer.Overwrite(_sendBytes, ChunkWriter.Suffix);
        _sendBytes += ChunkWriter.Suffix.Length;
        if (!_isEnded || _trailers!.Lines.Length > 0)
            return;
        // Between the last payload byte and the end of the body the source had CRLF 0 CRLF CRLF too: it fits.
        buffer.Overwrite(_sendBytes, ChunkWriter.LastChunk);
        _sendBytes += ChunkWriter.LastChunk.Length;
        _writesChunks = false;
    }

    /// <summary>The last chunk and the trailers, where they did not go out with the payload.</summary>
    private async Job<BodyEnd> EndChunksAsync()
    {
        var buffer = _source.Loop.Buffers.Rent();
        int length = ChunkWriter.WriteLast(_trailers!.Lines, buffer.Free);
        int sent = await _target.SendAsync(buffer.Array, buffer.Start, length, WriteTimeoutMs);
        _source.Loop.Buffers.Return(buffer);
        if (sent < 0)
            return TargetEnd(sent);
        BytesSent += length;
        return BodyEnd.Completed;
    }

    private async Job<BodyEnd> SpliceAsync(SplicePipe pipe)
    {
        var loop = _source.Loop;
        int rounds = 0;
        while (_left > 0)
        {
            int moved = await pipe.MoveAsync(_source, _target, _left, loop.NowMs + ReadWaitMs(), WriteTimeoutMs);
            _waitedMs += pipe.ReadWaitedMs;
            if (moved <= 0)
                return pipe.HasWriteFailed ? TargetEnd(moved) : SourceEnd(moved);
            _left -= moved;
            _bytesRead += moved;
            BytesSent += moved;
            BodyBytes += moved;
            if (IsTooSlow())
                return BodyEnd.SourceTooSlow;
            if (++rounds % EngineLimits.RoundsPerTurn != 0)
                continue;
            await loop.YieldAsync();
            if (_isCanceled)
                return BodyEnd.Canceled;
        }

        return BodyEnd.Completed;
    }

    // No longer than until the source would be under its minimum rate.
    private long ReadWaitMs()
    {
        if (ReadRateMin == 0)
            return ReadTimeoutMs;
        return Math.Clamp(ProgressRate.MissedAtMs(_bytesRead, ReadRateMin) - _waitedMs, 1, ReadTimeoutMs);
    }

    private bool IsTooSlow() => ProgressRate.IsMissed(_bytesRead, _waitedMs, ReadRateMin);

    private BodyEnd SourceEnd(int result) => result switch
    {
        0 => BodyEnd.SourceEnded,
        Errno.Canceled => BodyEnd.Canceled,
        Errno.TimedOut => IsTooSlow() ? BodyEnd.SourceTooSlow : BodyEnd.SourceTimedOut,
        _ => BodyEnd.SourceFailed,
    };

    private static BodyEnd TargetEnd(int result) => result switch
    {
        Errno.Canceled => BodyEnd.Canceled,
        Errno.TimedOut => BodyEnd.TargetTimedOut,
        Errno.TooSlow => BodyEnd.TargetTooSlow,
        _ => BodyEnd.TargetFailed,
    };
}
