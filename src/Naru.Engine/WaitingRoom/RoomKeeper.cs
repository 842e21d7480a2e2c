using Naru.Core.WaitingRoom;
using Naru.Engine.Loop;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// Ticks every room: takes from its node what happened, gives it to the store, and puts the answer in place for the loops.
/// Owner: the engine. Thread: one of its own, so that neither loops nor the pool of threads hold up a line.
/// Invariant: one tick a room at a time; a store that is slow for one room holds up no other, and no loop ever waits for it.
/// </summary>
internal sealed class RoomKeeper : IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClockInterval = TimeSpan.FromSeconds(1);

    private readonly Action<string> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly AutoResetEvent _answered = new(false);
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private volatile RoomTick[] _rooms = [];

    public RoomKeeper(Action<string> log)
    {
        _log = log;
        _thread = new Thread(Run) { Name = "naru-rooms", IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Ticks the room from now on; the first tick is done when this returns (unless the store does not answer), so that nobody meets a room that knows nothing.</summary>
    public void Add(Room room)
    {
        var tick = new RoomTick(room, _log, OnAnswered);
        tick.RunFirst(room.Clock.NowMs, _stop.Token);
        lock (_lock)
            _rooms = [.. _rooms, tick];
    }

    /// <summary>The room ends as at a stop: what its node has at hand goes back, for whoever opens the line again.</summary>
    public void Remove(Room room)
    {
        RoomTick tick;
        lock (_lock)
        {
            tick = _rooms.First(t => t.Room == room);
            _rooms = [.. _rooms.Where(t => t != tick)];
        }

        using var limit = new CancellationTokenSource(StopTimeout);
        tick.RunLast(room.Clock.NowMs, limit.Token);
    }

    public void Dispose()
    {
        _stop.Cancel();
        if (!_thread.Join(StopTimeout))
            return;
        using var limit = new CancellationTokenSource(StopTimeout);
        foreach (var room in _rooms)
            room.RunLast(room.Room.Clock.NowMs, limit.Token);
        _stop.Dispose();
        _answered.Dispose();
    }

    private void Run()
    {
        long nextMs = EventLoop.Clock();
        long clockMs = nextMs;
        while (!_stop.IsCancellationRequested)
        {
            long nowMs = EventLoop.Clock();
            if (nowMs >= clockMs)
            {
                clockMs = nowMs + (long)ClockInterval.TotalMilliseconds;
                FollowClock();
            }

            foreach (var room in _rooms)
                room.Run(room.Room.Clock.NowMs, _stop.Token);
            // Ticks that were missed are not made up for: the next one takes in all that happened.
            nextMs = Math.Max(nextMs + RoomLimits.TickMs, EventLoop.Clock() + 1);
            TakeAnswersUntil(nextMs);
        }
    }

    private void FollowClock()
    {
        foreach (var tick in _rooms)
        {
            bool awaitsOpening = tick.Room.Node.View?.Phase is RoomPhase.Scheduled or RoomPhase.Prequeue;
            if (awaitsOpening && tick.Room.Clock.Follow())
                _log($"waiting room {tick.Room.Name}: the clock of the machine was set forward; the opening goes by it.");
        }
    }

    /// <summary>
    /// Answers that come between two ticks are put in place at once: numbers that several nodes share live 100 ms from the report.
    /// </summary>
    private void TakeAnswersUntil(long nextMs)
    {
        WaitHandle[] signals = [_stop.Token.WaitHandle, _answered];
        for (long left = nextMs - EventLoop.Clock(); left > 0; left = nextMs - EventLoop.Clock())
        {
            if (WaitHandle.WaitAny(signals, (int)Math.Min(RoomLimits.TickMs, left)) != 1)
                return;
            foreach (var room in _rooms)
                room.TakeAnswer(room.Room.Clock.NowMs);
        }
    }

    private void OnAnswered()
    {
        try
        {
            _answered.Set();
        }
        catch (ObjectDisposedException)
        {
            // The engine has stopped meanwhile.
        }
    }
}
