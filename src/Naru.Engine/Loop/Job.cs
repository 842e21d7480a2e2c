using System.Runtime.CompilerServices;

namespace Naru.Engine.Loop;

/// <summary>
/// The task type of methods that run on a loop. It completes on the same loop, allocates nothing in the steady state
/// and is awaited at most once. A method that never suspends costs no frame at all.
/// </summary>
[AsyncMethodBuilder(typeof(JobBuilder<>))]
internal readonly struct Job<T>
{
    private readonly Frame<T>? _frame;
    private readonly T _value;

    public Job(Frame<T>? frame, T value)
    {
        _frame = frame;
        _value = value;
    }

    public bool IsCompleted => _frame == null || _frame.IsCompleted;

    public Awaiter GetAwaiter() => new(_frame, _value);

    /// <summary>Lets the job run on by itself: its result is dropped.</summary>
    public void Detach()
    {
        if (_frame == null)
            return;
        if (_frame.IsCompleted)
            _frame.Take();
        else
            _frame.IsDetached = true;
    }

    internal readonly struct Awaiter : ICriticalNotifyCompletion, IFrameAwaiter
    {
        private readonly Frame<T>? _frame;
        private readonly T _value;

        public Awaiter(Frame<T>? frame, T value)
        {
            _frame = frame;
            _value = value;
        }

        public bool IsCompleted => _frame == null || _frame.IsCompleted;

        public T GetResult() => _frame == null ? _value : _frame.Take();

        public void Park(Frame frame) => _frame!.Park(frame);

        public void OnCompleted(Action continuation) => throw new InvalidOperationException("Only a job awaits a job.");

        public void UnsafeOnCompleted(Action continuation) => throw new InvalidOperationException("Only a job awaits a job.");
    }
}
