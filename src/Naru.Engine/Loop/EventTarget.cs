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

    /// <summary>Its events are new requests, mostly: they have their turn after the others.</summary>
    public virtual bool BeginsWork => false;

    /// <summary>
    /// Takes from the kernel what is awaited, without acting on it yet; <see cref="OnEvents"/> with the same events follows, unless the
    /// target was closed in between.
    /// </summary>
    public virtual void Fetch(uint events)
    {
    }

    public abstract void OnEvents(uint events);

    /// <param name="timer">Which of the target's timers: 0 to <see cref="EventLoop.TimersPerTarget"/> - 1.</param>
    public virtual void OnTimer(int timer)
    {
    }
}
