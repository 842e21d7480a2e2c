namespace Naru.Engine.Loop;

/// <summary>
/// Something with a descriptor that a loop watches. Its slot never changes; its generation grows with each descriptor, so
/// that an event of a closed one is recognised and dropped.
/// </summary>
internal abstract class EventTarget
{
    protected EventTarget(EventLoop loop)
    {
        Loop = loop;
        (Slot, Generation) = loop.Track(this);
    }

    public EventLoop Loop { get; }

    public int Slot { get; }

    public uint Generation { get; protected set; }

    public abstract void OnEvents(uint events);

    /// <param name="timer">Which of the target's timers: 0 to <see cref="EventLoop.TimersPerTarget"/> - 1.</param>
    public virtual void OnTimer(int timer)
    {
    }
}
