namespace Naru.Engine.Store.Embedded;

/// <summary>
/// The store's thread: turns the commit queue when something was appended, and once a second besides.
/// Owner: the store. While one commit is on its way to the disk the next one gathers.
/// </summary>
internal sealed class CommitThread
{
    // A disk that hangs (a network disk that is gone) must not keep the program from ending.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly object _signal = new();
    private readonly CommitQueue _queue;
    private readonly TimeProvider _clock;
    private readonly Thread _thread;
    private readonly long _start;
    private bool _isWoken;
    private bool _isStopped;

    public CommitThread(CommitQueue queue, TimeProvider clock)
    {
        _queue = queue;
        _clock = clock;
        _start = clock.GetTimestamp();
        _thread = new Thread(Run) { Name = "naru-store", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Something was appended. Thread: any.</summary>
    public void Wake()
    {
        lock (_signal)
        {
            _isWoken = true;
            Monitor.Pulse(_signal);
        }
    }

    /// <summary>Writes what is still pending, then ends the thread. False: the disk does not answer; the thread ends with the process.</summary>
    public bool Stop()
    {
        lock (_signal)
        {
            _isStopped = true;
            Monitor.Pulse(_signal);
        }

        return _thread.Join(StopTimeout);
    }

    private void Run()
    {
        bool isLast;
        do
        {
            isLast = Wait();
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
        while (!isLast);
    }

    private bool Wait()
    {
        lock (_signal)
        {
            if (!_isWoken && !_isStopped)
                Monitor.Wait(_signal, CommitQueue.RetryMs);
            _isWoken = false;
            return _isStopped;
        }
    }
}
