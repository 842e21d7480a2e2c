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
    private readonly uint _version;
    private readonly T _value;

    public Job(Frame<T>? frame, T value)
    {
        _frame = frame;
        _version = frame?.Version ?? 0;
        _value = value;
    }

    public bool IsCompleted => _frame == null || _frame.IsCompleted;

    /// <exception cref="InvalidOperationException">The job was awaited or detached before, and its frame serves another one.</exception>
    public Awaiter GetAwaiter()
    {
        CheckVersion();
        return new(_frame, _value);
    }

    /// <summary>Lets the job run on by itself: its result is dropped.</summary>
    public void Detach()
    {
        if (_frame == null)
            return;
        CheckVersion();
        if (_frame.IsCompleted)
            _frame.Take();
        else
            _frame.IsDetached = true;
    }

    private void CheckVersion()
    {
        if (_frame != null && _frame.Version != _version)
            throw new InvalidOperationException("A job is awaited once.");
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
