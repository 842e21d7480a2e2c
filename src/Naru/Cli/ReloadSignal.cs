namespace Naru.Cli;

/// <summary>
/// Turns SIGHUPs into reloads, one at a time, on a thread of its own. However many come during a reload, one more follows:
/// it reads the file later than all of them came. Owner: <c>naru run</c>. Thread: any.
/// </summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly AutoResetEvent _raised = new(false);
    private volatile bool _ended;

    /// <summary>Never waits: a signal's handler holds a thread that others need.</summary>
    public void Raise() => _raised.Set();

    /// <summary>From now on <paramref name="reload"/> answers, also a signal that came before.</summary>
    public void Start(Action reload) => new Thread(() => Run(reload)) { Name = "naru-reload", IsBackground = true }.Start();

    public void Dispose()
    {
        _ended = true;
        _raised.Set();
    }

    private void Run(Action reload)
    {
        while (_raised.WaitOne() && !_ended)
            reload();
    }
}
