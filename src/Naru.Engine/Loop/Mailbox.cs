using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Naru.Engine.Linux;

namespace Naru.Engine.Loop;

/// <summary>
/// How other threads reach a loop: they leave a letter, the loop runs it at its next turn. Only the control plane and
/// rare events use it; requests never do.
/// </summary>
internal sealed class Mailbox
{
    private readonly ConcurrentQueue<Action> _letters = new();
    private readonly Lock _closeLock = new();
    private int _signalled;
    private bool _isClosed;

    public int EventDescriptor { get; } = OpenEvent();

    /// <summary>Thread: any.</summary>
    public void Post(Action letter)
    {
        _letters.Enqueue(letter);
        // One signal is enough for all letters until the loop has come.
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
            Signal();
    }

    /// <summary>Thread: the loop, before it takes the letters.</summary>
    public void ClearSignal()
    {
        Descriptor.ClearEvent(EventDescriptor);
        // Lowered before the queue is read: a letter posted from here on signals again.
        Interlocked.Exchange(ref _signalled, 0);
    }

    /// <summary>Thread: the loop.</summary>
    public bool TryTake([MaybeNullWhen(false)] out Action letter) => _letters.TryDequeue(out letter);

    /// <summary>Letters that come later are dropped.</summary>
    public void Close()
    {
        lock (_closeLock)
        {
            _isClosed = true;
            Descriptor.Close(EventDescriptor);
        }
    }

    // The number of a closed descriptor may be a client's socket by now: nothing must be written there.
    private void Signal()
    {
        lock (_closeLock)
        {
            if (!_isClosed)
                Descriptor.SignalEvent(EventDescriptor);
        }
    }

    private static int OpenEvent()
    {
        int fd = Descriptor.EventDescriptor();
        return fd >= 0 ? fd : throw new EngineException($"eventfd: {Errno.Text(fd)}.");
    }
}
