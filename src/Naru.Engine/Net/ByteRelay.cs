using Naru.Engine.Linux;
using Naru.Engine.Loop;

namespace Naru.Engine.Net;

/// <summary>
/// Moves bytes both ways between two connections until both have ended, one failed, or nothing moved either way for too long. The
/// bytes are never parsed. Small ones are copied; as soon as one read fills a whole buffer they go through a kernel pipe.
///
///   first ──receive──► buffer ──send──► second      (and the same back)
///      end of first's stream → shutdown(second), the other way goes on
///      failure of either     → both waits are cancelled
///
/// Owner: the story of one TCP connection or HTTP tunnel. Thread: its loop.
/// </summary>
internal sealed class ByteRelay(PipePool pipes)
{
    // After this many small rounds the bulk is over, and copying is cheaper again.
    private const int SmallRoundsMax = 4;
    private const int SmallRoundBytes = 8 * 1024;

    private EventLoop _loop = null!;
    private Connection _first = null!;
    private Connection _second = null!;
    private int _idleMs;
    private long _lastMoveMs;
    private RelayEnd _end;
    private bool _hasFailed;

    public long BytesForth { get; private set; }

    public long BytesBack { get; private set; }

    /// <summary>Both connections stay open; closing them is the caller's.</summary>
    public async Job<RelayEnd> RunAsync(Connection first, Connection second, int idleMs)
    {
        _loop = first.Loop;
        _first = first;
        _second = second;
        _idleMs = idleMs;
        _lastMoveMs = _loop.NowMs;
        _end = RelayEnd.Completed;
        _hasFailed = false;
        BytesForth = BytesBack = 0;
        var back = PumpAsync(second, first);
        await PumpAsync(first, second);
        await back;
        return _end;
    }

    /// <summary>Ends the relay from outside: a stop whose time is up.</summary>
    public void Cancel() => Fail(RelayEnd.Canceled);

    private async Job<bool> PumpAsync(Connection from, Connection to)
    {
        long turn = _loop.Turn;
        int rounds = 0;
        while (true)
        {
            if (from.In == null)
            {
                int received = await from.ReceiveAsync(ReadDeadlineMs(from));
                if (received == 0)
                    return HalfClose(to);
                if (received < 0 && !IsStillActive(from, received))
                    return FailBy(from, received);
                if (received < 0)
                    continue;
            }

            bool isBulk = from.In!.Length >= from.In.CapacityBytes;
            for (int waitMs = _idleMs; ;)
            {
                int sent = Send(from, to);
                if (sent < 0 && sent != Errno.Again)
                    return FailBy(to, sent);
                if (from.In == null)
                    break;
                int ready = await to.WritableAsync(waitMs);
                if (ready < 0 && !IsStillActive(ready))
                    return FailBy(to, ready);
                waitMs = ready < 0 ? LeftMs() : _idleMs;
            }

            if (isBulk && pipes.Rent() is { } pipe)
            {
                int moved = await SpliceAsync(pipe, from, to);
                pipes.Return(pipe);
                if (moved == 0)
                    return HalfClose(to);
                if (moved < 0)
                    return false;
            }

            if (turn != _loop.Turn)
            {
                turn = _loop.Turn;
                rounds = 0;
            }
            else if (++rounds == EngineLimits.RoundsPerTurn)
            {
                await _loop.YieldAsync();
                if (_hasFailed)
                    return false;
            }
        }
    }

    /// <summary>1: the bulk is over; 0: the stream ended; negative: the relay has failed.</summary>
    private async Job<int> SpliceAsync(SplicePipe pipe, Connection from, Connection to)
    {
        int smallRounds = 0;
        int rounds = 0;
        while (smallRounds < SmallRoundsMax)
        {
            int writeTimeoutMs = pipe.HeldBytes == 0 ? _idleMs : LeftMs();
            int moved = await pipe.MoveAsync(from, to, EngineLimits.PipeBytes, ReadDeadlineMs(from), writeTimeoutMs);
            if (moved == 0)
                return 0;
            if (moved < 0)
            {
                if (pipe.HasWriteFailed ? IsStillActive(moved) : IsStillActive(from, moved))
                    continue;
                FailBy(pipe.HasWriteFailed ? to : from, moved);
                return -1;
            }

            Moved(from, moved);
            smallRounds = moved < SmallRoundBytes ? smallRounds + 1 : 0;
            if (++rounds % EngineLimits.RoundsPerTurn != 0)
                continue;
            await _loop.YieldAsync();
            if (_hasFailed)
                return -1;
        }

        return 1;
    }

    /// <summary>Hands on what the kernel takes now. Bytes or a negative errno.</summary>
    private int Send(Connection from, Connection to)
    {
        int sent = StreamSocket.Send(to.Fd, from.In!.Data);
        if (sent <= 0)
            return sent;
        to.NoteSent(sent);
        from.Consume(sent);
        Moved(from, sent);
        return sent;
    }

    // While bytes are on their way to the one that is read from, that wait decides: it sees how the peer takes them.
    private long ReadDeadlineMs(Connection from) => (from.IsWriting ? _loop.NowMs : _lastMoveMs) + _idleMs;

    // For a wait that goes on because the other side moves.
    private int LeftMs() => (int)Math.Max(1, _lastMoveMs + _idleMs - _loop.NowMs);

    private bool IsStillActive(Connection from, int result) => IsStillActive(result) || (result == Errno.TimedOut && from.IsWriting);

    // The deadline was set when this side's wait began; the other side may have moved bytes since.
    private bool IsStillActive(int result) => result == Errno.TimedOut && _loop.NowMs < _lastMoveMs + _idleMs;

    private void Moved(Connection from, int count)
    {
        _lastMoveMs = _loop.NowMs;
        if (from == _first)
            BytesForth += count;
        else
            BytesBack += count;
    }

    private bool HalfClose(Connection to)
    {
        if (!_hasFailed)
            StreamSocket.ShutdownWrite(to.Fd);
        return true;
    }

    private bool FailBy(Connection side, int error) =>
        Fail(error == Errno.TimedOut ? RelayEnd.IdleTimeout : side == _first ? RelayEnd.FirstFailed : RelayEnd.SecondFailed);

    private bool Fail(RelayEnd end)
    {
        if (_hasFailed)
            return false;
        _hasFailed = true;
        _end = end;
        // Each of these may resume the other pump, which then ends; nothing is touched after the last.
        var (first, second) = (_first, _second);
        first.CancelRead();
        first.CancelWrite();
        second.CancelRead();
        second.CancelWrite();
        return false;
    }
}
