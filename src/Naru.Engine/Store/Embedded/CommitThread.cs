namespace Naru.Engine.Store.Embedded;

/// <summary>
/// The store's thread: turns the commit queue when something was appended, and once a second besides.
/// Owner: the store. While one commit is on its way to the disk the next one gathers.
/// </summary>
internal sealed class CommitThread : IDisposable
{
    private readonly CommitQueue _queue;
    private readonly TimeProvider _clock;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly long _start;
    private volatile bool _stopped;

    public CommitThread(CommitQueue queue, TimeProvider clock)
    {
        _queue = queue;
        _clock = clock;
        _start = clock.GetTimestamp();
        _thread = new Thread(Run) { Name = "naru-store", IsBackground = true };
        _thread.Start();
    }

    public void Wake() => _wake.Set();

    /// <summary>Writes what is still pending, then ends the thread.</summary>
    public void Dispose()
    {
        _stopped = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        do
        {
            _wake.WaitOne(CommitQueue.RetryMs);
            long nowMs = (long)_clock.GetElapsedTime(_start).TotalMilliseconds;
            try
            {
                _queue.Turn(nowMs);
            }
            catch (Exception e)
            {
                _queue.OnFault(e, nowMs);
            }
        }
        while (!_stopped);
    }
}
