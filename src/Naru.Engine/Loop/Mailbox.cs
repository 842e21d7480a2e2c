using System.Collections.Concurrent;
using Naru.Engine.Linux;

namespace Naru.Engine.Loop;

/// <summary>
/// How other threads reach a loop: they leave a letter, the loop runs it at its next turn. Only the control plane and
/// rare events use it; requests never do.
/// </summary>
internal sealed class Mailbox
{
    private readonly ConcurrentQueue<Action> _letters = new();
    private int _signalled;

    public int EventDescriptor { get; } = OpenEvent();

    /// <summary>Thread: any.</summary>
    public void Post(Action letter)
    {
        _letters.Enqueue(letter);
        // One signal is enough for all letters until the loop has come.
        if (Interlocked.Exchange(ref _signalled, 1) == 0)
            Descriptor.SignalEvent(EventDescriptor);
    }

    /// <summary>Thread: the loop.</summary>
    public void RunAll()
    {
        Descriptor.ClearEvent(EventDescriptor);
        // Lowered before the queue is read: a letter posted from here on signals again.
        Interlocked.Exchange(ref _signalled, 0);
        while (_letters.TryDequeue(out var letter))
            letter();
    }

    public void Close() => Descriptor.Close(EventDescriptor);

    private static int OpenEvent()
    {
        int fd = Descriptor.EventDescriptor();
        return fd >= 0 ? fd : throw new EngineException($"eventfd: {Errno.Text(fd)}.");
    }
}
