using System.Diagnostics;
using System.Runtime.CompilerServices;

using Naru.Engine.Linux;

namespace Naru.Engine.Loop;

/// <summary>
/// One thread, one epoll set, and everything the connections on it share: buffers, timers, scratch memory, clock.
/// Owner: the engine, which starts and stops it. Thread: its own; other threads only post letters.
/// Invariant: nothing on the loop blocks, and one faulty dispatch costs one connection, never the loop.
/// </summary>
internal sealed class EventLoop : ITimerSink
{
    public const int TimersPerTarget = 2;

    private const ulong MailboxToken = ulong.MaxValue;

    private readonly Epoll _epoll = new();
    private readonly Mailbox _mailbox = new();
    private readonly Action<EventTarget?, Exception> _onFault;
    private readonly Thread _thread;
    private List<Frame> _yielded = [];
    private List<Frame> _resuming = [];
    private EventTarget[] _targets = new EventTarget[256];
    private readonly Stack<(int Slot, uint Generation)> _freeSlots = new();
    private int _targetCount;
    private bool _stopped;
    private long _allocatedBytes;

    /// <param name="onFault">
    /// Called on the loop when a dispatch threw: a bug. The target has to be closed; a letter or a method that had yielded has none.
    /// </param>
    public EventLoop(int index, string name, Action<EventTarget?, Exception> onFault)
    {
        Index = index;
        _onFault = onFault;
        NowMs = Clock();
        Timers = new TimerWheel(NowMs);
        _epoll.Add(_mailbox.EventDescriptor, Epoll.In, MailboxToken);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
    }

    public int Index { get; }

    public BufferPool Buffers { get; } = new();

    public TimerWheel Timers { get; }

    /// <summary>For building one head or line at a time; its content does not outlive the current synchronous step.</summary>
    public byte[] Scratch { get; } = GC.AllocateUninitializedArray<byte>(EngineLimits.ScratchBytes, pinned: true);

    /// <summary>Monotonic milliseconds, read once a turn.</summary>
    public long NowMs { get; private set; }

    /// <summary>Monotonic microseconds, read once a turn.</summary>
    public long NowUs { get; private set; }

    /// <summary>Grows by one each time the loop has looked for events.</summary>
    public long Turn { get; private set; }

    /// <summary>Managed bytes that this thread has allocated; written about once a second while the loop turns.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocatedBytes);

    public static long Clock() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    public void Start() => _thread.Start();

    public void Post(Action letter) => _mailbox.Post(letter);

    /// <summary>Ends the loop after the current turn. Thread: any.</summary>
    public void Stop() => Post(() => _stopped = true);

    public void Join() => _thread.Join();

    public (int Slot, uint Generation) Track(EventTarget target)
    {
        if (_freeSlots.TryPop(out var free))
        {
            _targets[free.Slot] = target;
            return (free.Slot, free.Generation);
        }

        if (_targetCount == _targets.Length)
            Array.Resize(ref _targets, _targetCount * 2);
        _targets[_targetCount] = target;
        Timers.Reserve((_targetCount + 1) * TimersPerTarget);
        return (_targetCount++, 0);
    }

    /// <summary>The target will not be used again. Its slot goes on with the next generation, so that late events still miss.</summary>
    public void Forget(EventTarget target)
    {
        for (int timer = 0; timer < TimersPerTarget; timer++)
            Disarm(target, timer);
        _freeSlots.Push((target.Slot, target.Generation + 1));
    }

    public int Watch(EventTarget target, int fd, uint events) =>
        _epoll.Add(fd, events, (uint)target.Slot | ((ulong)target.Generation << 32));

    public void Unwatch(int fd) => _epoll.Remove(fd);

    public void Arm(EventTarget target, int timer, long deadlineMs) => Timers.Arm((target.Slot * TimersPerTarget) + timer, deadlineMs);

    public void Disarm(EventTarget target, int timer) => Timers.Disarm((target.Slot * TimersPerTarget) + timer);

    /// <summary>Lets others have their turn: the method goes on at the loop's next one.</summary>
    public Yield YieldAsync() => new(this);

    public void OnTimer(int key)
    {
        var target = _targets[key / TimersPerTarget];
        try
        {
            target.OnTimer(key % TimersPerTarget);
        }
        catch (Exception e)
        {
            _onFault(target, e);
        }
    }

    private void Run()
    {
        var events = GC.AllocateArray<EpollEvent>(EngineLimits.EventsPerTurn, pinned: true);
        while (!_stopped)
            RunTurn(events);
        _epoll.Close();
        _mailbox.Close();
    }

    // Its own method, so that the JIT replaces it while the loop runs.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void RunTurn(EpollEvent[] events)
    {
        int waitMs = _yielded.Count > 0 ? 0 : Timers.NextWaitMs(Clock());
        int count = _epoll.Wait(events, waitMs);
        Turn++;
        ReadClock();
        // Only who yielded in an earlier turn goes on in this one, and after everybody else.
        (_resuming, _yielded) = (_yielded, _resuming);
        // First all bytes, then what follows from them: so the code of the kernel and that of Naru take turns in the processor's
        // caches once for many connections, and not at each of them.
        for (int done = 0; done < count; done += EngineLimits.FetchesAhead)
        {
            int end = Math.Min(count, done + EngineLimits.FetchesAhead);
            for (int i = done; i < end; i++)
                Fetch(events[i]);
            // What ends work comes before what begins some: a server's answer frees the connection that the next request takes.
            for (int i = done; i < end; i++)
                Dispatch(events[i], begins: false);
            for (int i = done; i < end; i++)
                Dispatch(events[i], begins: true);
        }

        // After the events: what came while the loop (or the whole machine) stood still has not come too late.
        Timers.Advance(NowMs, this);
        if (_resuming.Count > 0)
            ResumeYielded();
    }

    private void Fetch(EpollEvent e)
    {
        if (e.Data == MailboxToken)
            return;
        var target = _targets[(int)(uint)e.Data];
        if (target.Generation != (uint)(e.Data >> 32))
            return;
        try
        {
            target.Fetch(e.Events);
        }
        catch (Exception fault)
        {
            _onFault(target, fault);
        }
    }

    private void Dispatch(EpollEvent e, bool begins)
    {
        if (e.Data == MailboxToken)
        {
            if (begins)
                return;
            _mailbox.ClearSignal();
            while (_mailbox.TryTake(out var letter))
                RunLetter(letter);
            return;
        }

        var target = _targets[(int)(uint)e.Data];
        if (target.Generation != (uint)(e.Data >> 32) || target.BeginsWork != begins)
            return;
        try
        {
            target.OnEvents(e.Events);
        }
        catch (Exception fault)
        {
            _onFault(target, fault);
        }
    }

    private void RunLetter(Action letter)
    {
        try
        {
            letter();
        }
        catch (Exception fault)
        {
            _onFault(null, fault);
        }
    }

    private void ResumeYielded()
    {
        foreach (var frame in _resuming)
        {
            try
            {
                frame.Resume();
            }
            catch (Exception fault)
            {
                _onFault(null, fault);
            }
        }

        _resuming.Clear();
    }

    private void ReadClock()
    {
        long ticks = Stopwatch.GetTimestamp();
        long nowMs = ticks / (Stopwatch.Frequency / 1000);
        NowUs = ticks / (Stopwatch.Frequency / 1_000_000);
        if (nowMs / 1000 != NowMs / 1000)
            Volatile.Write(ref _allocatedBytes, GC.GetAllocatedBytesForCurrentThread());
        NowMs = nowMs;
    }

    internal readonly struct Yield(EventLoop loop) : ICriticalNotifyCompletion, IFrameAwaiter
    {
        public bool IsCompleted => false;

        public Yield GetAwaiter() => this;

        public int GetResult() => 0;

        public void Park(Frame frame) => loop._yielded.Add(frame);

        public void OnCompleted(Action continuation) => throw new InvalidOperationException("Only a job yields.");

        public void UnsafeOnCompleted(Action continuation) => throw new InvalidOperationException("Only a job yields.");
    }
}
