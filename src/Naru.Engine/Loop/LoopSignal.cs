using System.Runtime.CompilerServices;

namespace Naru.Engine.Loop;

/// <summary>
/// A wait that another story on the same loop ends: a place in a queue, a turn of the loop. Thread: its loop.
/// Invariant: one waiter at a time; a second await while one waits is a bug and throws.
/// </summary>
internal sealed class LoopSignal
{
    private Frame? _waiter;
    private int _result;

    public bool IsWaiting => _waiter != null;

    public Wait WaitAsync() => new(this);

    /// <summary>Wakes the waiter with a result, in place. False: nobody waits.</summary>
    public bool TrySet(int result)
    {
        if (_waiter is not { } waiter)
            return false;
        _waiter = null;
        _result = result;
        waiter.Resume();
        return true;
    }

    internal readonly struct Wait(LoopSignal signal) : ICriticalNotifyCompletion, IFrameAwaiter
    {
        // Never complete at once: whoever signals does so later, from the loop.
        public bool IsCompleted => false;

        public Wait GetAwaiter() => this;

        public int GetResult() => signal._result;

        public void Park(Frame frame)
        {
            if (signal._waiter != null)
                throw new InvalidOperationException("A signal has one waiter.");
            signal._waiter = frame;
        }

        public void OnCompleted(Action continuation) => throw new InvalidOperationException("Only a job awaits a signal.");

        public void UnsafeOnCompleted(Action continuation) => throw new InvalidOperationException("Only a job awaits a signal.");
    }
}
