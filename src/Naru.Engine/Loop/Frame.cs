using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Naru.Engine.Loop;

/// <summary>A suspended async method of a loop: itself the continuation of what it awaits, so no delegate is needed.</summary>
internal abstract class Frame
{
    public abstract void Resume();
}

/// <summary>What a loop's async method may await: something that can park a frame. Foreign tasks can't, so awaiting one does not compile.</summary>
internal interface IFrameAwaiter
{
    void Park(Frame frame);
}

/// <summary>A frame as its caller sees it: the cell in which the result arrives.</summary>
internal abstract class Frame<T> : Frame
{
    private Frame? _caller;
    private T? _value;
    private Exception? _error;

    public bool IsCompleted { get; private set; }

    /// <summary>Grows with each use of the frame: tells a job whose result was taken from the one that uses the frame now.</summary>
    public uint Version { get; private set; }

    /// <summary>Nobody will await the result; the frame returns to its pool by itself when it ends.</summary>
    public bool IsDetached { get; set; }

    public void SetResult(T value)
    {
        _value = value;
        Finish();
    }

    public void SetException(Exception error)
    {
        _error = error;
        Finish();
    }

    public void Park(Frame caller)
    {
        if (_caller != null)
            throw new InvalidOperationException("A job is awaited once.");
        _caller = caller;
    }

    /// <summary>The result. The frame goes back to its pool: a second call is a bug of the caller.</summary>
    public T Take()
    {
        if (!IsCompleted)
            throw new InvalidOperationException("The job has not ended.");
        var value = _value!;
        var error = _error;
        IsCompleted = false;
        _value = default;
        _error = null;
        Version++;
        Recycle();
        if (error != null)
            ExceptionDispatchInfo.Throw(error);
        return value;
    }

    protected abstract void Recycle();

    private void Finish()
    {
        IsCompleted = true;
        if (_caller is { } caller)
        {
            _caller = null;
            caller.Resume();
        }
        else if (IsDetached)
        {
            IsDetached = false;
            Take();
        }
    }
}

/// <summary>Holds the state machine of one method; reused through a free list of the thread.</summary>
internal sealed class Frame<T, TMachine> : Frame<T>
    where TMachine : IAsyncStateMachine
{
    [ThreadStatic]
    private static Frame<T, TMachine>? t_free;

    private Frame<T, TMachine>? _next;
    private TMachine? _machine;

    public static Frame<T, TMachine> Rent()
    {
        var frame = t_free;
        if (frame == null)
            return new Frame<T, TMachine>();
        t_free = frame._next;
        frame._next = null;
        return frame;
    }

    public void Hold(in TMachine machine) => _machine = machine;

    public override void Resume() => _machine!.MoveNext();

    protected override void Recycle()
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TMachine>())
            _machine = default;
        _next = t_free;
        t_free = this;
    }
}
