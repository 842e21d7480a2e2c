using Naru.Core.Config;
using Naru.Engine.Linux;

namespace Naru.Engine.Telemetry;

/// <summary>
/// Writes the access log on a thread of its own. Owner: the engine. Loops only put lines into their rings; a slow or full
/// disk costs lines (which are counted), never requests.
/// </summary>
internal sealed class AccessLog : IDisposable
{
    private static readonly TimeSpan FlushInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ComplaintInterval = TimeSpan.FromSeconds(10);

    // A pipe whose reader stands still takes nothing, for ever: neither a stop nor a reload waits for it.
    private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(1);

    private readonly LogRing[] _rings;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly Action<string> _log;
    private LogFile _file;
    private LogFile? _nextFile;
    private DateTime _nextComplaint;
    private volatile bool _stopped;

    /// <exception cref="EngineException">The file can't be opened.</exception>
    public AccessLog(AccessLogOptions options, int loopCount, Action<string> log)
    {
        Path = options.Path;
        _log = log;
        _file = Open(Path);
        _rings = new LogRing[loopCount];
        for (int i = 0; i < loopCount; i++)
            _rings[i] = new LogRing(() => _wake.Set());
        _thread = new Thread(Run) { Name = "naru-log", IsBackground = true };
        _thread.Start();
    }

    public string Path { get; }

    public AccessLogStatus Status => new(Path, _rings.Sum(r => r.Lines - r.Lost), _rings.Sum(r => r.Dropped + r.Lost));

    public LogRing ForLoop(int loop) => _rings[loop];

    /// <summary>Opens the file anew, since a rotation may have moved the old one away. The writer goes over to it with its next lines.</summary>
    /// <exception cref="EngineException">The file can't be opened; the log goes on into the old one.</exception>
    public void Reopen()
    {
        if (Path == AccessLogOptions.Stdout)
            return;
        Interlocked.Exchange(ref _nextFile, Open(Path))?.Dispose();
        _wake.Set();
    }

    public void Dispose()
    {
        _stopped = true;
        _wake.Set();
        if (!_thread.Join(DisposeTimeout))
        {
            _log($"access log: {Path} takes no lines; the last ones are lost.");
            return;
        }

        _nextFile?.Dispose();
        _file.Dispose();
        _wake.Dispose();
    }

    private static LogFile Open(string path) =>
        path == AccessLogOptions.Stdout ? LogFile.OpenStandardOutput() : LogFile.Open(path);

    private void Run()
    {
        while (!_stopped)
        {
            _wake.WaitOne(FlushInterval);
            DrainAll();
        }

        DrainAll();
    }

    private void DrainAll()
    {
        if (Interlocked.Exchange(ref _nextFile, null) is { } next)
        {
            _file.Dispose();
            _file = next;
        }

        foreach (var ring in _rings)
        {
            int error = ring.Drain(_file);
            if (error != 0)
                Complain(Errno.Text(error));
        }
    }

    private void Complain(string why)
    {
        var now = DateTime.UtcNow;
        if (now < _nextComplaint)
            return;
        _nextComplaint = now + ComplaintInterval;
        _log($"access log: lines are lost: {why}");
    }
}
