using Naru.Engine.Loop;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Unix time for one waiting room, from the monotonic clock: it neither jumps nor goes back, whatever is done to the clock of the
/// machine, or a step of an hour would end every session and count everybody who waits as gone. Only a room that waits for its
/// opening follows a clock that is set forward, as after a boot without a battery: there the time of day is what matters.
/// Owner: a room. Thread: any; the keeper alone moves it.
/// </summary>
internal sealed class RoomClock
{
    // What a clock under NTP drifts from the monotonic one is less.
    private const long JumpMs = 2000;

    private long _offsetMs = Offset();

    /// <param name="loopMs">Of <see cref="EventLoop.Clock"/>.</param>
    public long At(long loopMs) => loopMs + Volatile.Read(ref _offsetMs);

    public long NowMs => At(EventLoop.Clock());

    /// <summary>True: the clock of the machine was set forward.</summary>
    public bool Follow()
    {
        long offset = Offset();
        if (offset - Volatile.Read(ref _offsetMs) < JumpMs)
            return false;
        Volatile.Write(ref _offsetMs, offset);
        return true;
    }

    private static long Offset() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - EventLoop.Clock();
}
