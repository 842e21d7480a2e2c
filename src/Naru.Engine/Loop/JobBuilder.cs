using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Naru.Engine.Loop;

/// <summary>Builds <see cref="Job{T}"/> methods for the compiler. Its constraint on awaiters is what keeps foreign tasks off the loop.</summary>
internal struct JobBuilder<T>
{
    private Frame<T>? _frame;
    private T? _value;

    public readonly Job<T> Task => new(_frame, _value!);

    public static JobBuilder<T> Create() => default;

    public readonly void Start<TMachine>(ref TMachine machine)
        where TMachine : IAsyncStateMachine
        => machine.MoveNext();

    public readonly void SetStateMachine(IAsyncStateMachine machine)
    {
    }

    public void SetResult(T value)
    {
        if (_frame is { } frame)
            frame.SetResult(value);
        else
            _value = value;
    }

    public readonly void SetException(Exception error)
    {
        if (_frame is { } frame)
            frame.SetException(error);
        else
            ExceptionDispatchInfo.Throw(error);
    }

    public void AwaitOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : struct, INotifyCompletion, IFrameAwaiter
        where TMachine : IAsyncStateMachine
        => Park(ref awaiter, ref machine);

    public void AwaitUnsafeOnCompleted<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : struct, ICriticalNotifyCompletion, IFrameAwaiter
        where TMachine : IAsyncStateMachine
        => Park(ref awaiter, ref machine);

    private void Park<TAwaiter, TMachine>(ref TAwaiter awaiter, ref TMachine machine)
        where TAwaiter : struct, IFrameAwaiter
        where TMachine : IAsyncStateMachine
    {
        Frame? frame = _frame;
        if (frame == null)
        {
            // _frame is set before the machine is copied, so that the copy knows its own frame.
            var rented = Frame<T, TMachine>.Rent();
            _frame = rented;
            rented.Hold(in machine);
            frame = rented;
        }

        awaiter.Park(frame);
    }
}
