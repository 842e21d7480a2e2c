namespace Naru.Core.Net;

/// <summary>What a peer is that does not take what is sent to it.</summary>
public enum ReaderVerdict
{
    /// <summary>It takes enough, or has time left.</summary>
    Waits,

    /// <summary>It took nothing for the timeout.</summary>
    Silent,

    /// <summary>On average it takes less than the message's minimum rate.</summary>
    TooSlow,
}

/// <summary>
/// How a peer takes what is sent to it. The kernel reports room only after a third of a large send buffer has drained, which takes a
/// slow but willing reader minutes; so whoever waits for room asks now and then how many bytes are not acknowledged yet, and
/// judges by that. Pure: bytes and the clock come from the caller.
/// </summary>
public struct ReaderWatch
{
    private const long Unknown = -1;

    private long _sent;

    // What the peer still had to acknowledge when it last had taken something, and when that was seen.
    private int _unacknowledged;
    private long _takenMs;
    private int _timeoutMs;

    // Of the message that goes out: bytes sent before it, and how long its reader was waited for.
    private long _rateMin;
    private long _messageStart;
    private long _messageBase;
    private long _waitedMs;
    private long _waitStartMs;

    private readonly long TakenBytes => _sent - _unacknowledged - _messageBase;

    /// <summary>From here on what is sent is one message, of which the peer has to take so many bytes a second; 0: any.</summary>
    public void BeginMessage(long rateMin)
    {
        _rateMin = rateMin;
        _messageStart = _sent;
        _messageBase = Unknown;
        _waitedMs = 0;
    }

    /// <summary>The kernel has taken so many bytes more.</summary>
    public void Sent(int bytes) => _sent += bytes;

    /// <summary>From now on there is no room, and the peer is waited for.</summary>
    /// <param name="unacknowledged">Bytes that the peer has not acknowledged; negative: the kernel does not say.</param>
    public void BeginWait(int timeoutMs, int unacknowledged, long nowMs)
    {
        _timeoutMs = timeoutMs;
        _waitStartMs = _takenMs = nowMs;
        _unacknowledged = unacknowledged;
        if (_rateMin == 0 || _messageBase != Unknown)
            return;
        // What earlier messages left in the socket is taken while this one waits, and counts. So do the bytes of this one that
        // are taken already: a reader with a large window opens it in large steps, with long pauses in between.
        long earlier = Math.Max(0, unacknowledged - (_sent - _messageStart));
        _messageBase = _messageStart - earlier;
    }

    /// <summary>There is room, or the wait was given up.</summary>
    public void EndWait(long nowMs) => _waitedMs += nowMs - _waitStartMs;

    /// <summary>Looks at a peer that is waited for.</summary>
    public ReaderVerdict Judge(int unacknowledged, long nowMs)
    {
        if (unacknowledged < _unacknowledged)
            _takenMs = nowMs;
        _unacknowledged = unacknowledged;
        if (ProgressRate.IsMissed(TakenBytes, WaitedMs(nowMs), _rateMin))
            return ReaderVerdict.TooSlow;
        return unacknowledged < 0 || nowMs - _takenMs >= _timeoutMs ? ReaderVerdict.Silent : ReaderVerdict.Waits;
    }

    /// <summary>When to look next: a silence is noticed a quarter of the timeout late at the most; a rate that is missed, at once.</summary>
    public readonly long NextLookMs(long nowMs)
    {
        long waitMs = Math.Min(_takenMs + _timeoutMs - nowMs, _timeoutMs / 4);
        if (_rateMin > 0)
            waitMs = Math.Min(waitMs, ProgressRate.MissedAtMs(TakenBytes, _rateMin) - WaitedMs(nowMs));
        return nowMs + Math.Max(1, waitMs);
    }

    private readonly long WaitedMs(long nowMs) => _waitedMs + nowMs - _waitStartMs;
}
