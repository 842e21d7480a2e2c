using System.Collections.Concurrent;
using System.Text;

namespace Naru.Cli;

/// <summary>
/// What a running program says to its operator, a line at a time, written by a thread of its own: loops talk too, and a
/// terminal that was paused, or a pipe whose reader stands still, must not hold up traffic, a reload or a stop.
/// Owner: <c>naru run</c>. Thread: any. Invariant: nobody who writes waits; lines that find no room are dropped, and counted.
/// </summary>
internal sealed class OperatorLog : TextWriter
{
    public const int LinesMax = 1000;
    private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(1);

    private readonly TextWriter _target;
    private readonly BlockingCollection<string> _lines = new(LinesMax);
    private readonly Thread _thread;
    private int _dropped;

    public OperatorLog(TextWriter target)
    {
        _target = target;
        _thread = new Thread(Run) { Name = "naru-say", IsBackground = true };
        _thread.Start();
    }

    public override Encoding Encoding => _target.Encoding;

    public override void WriteLine(string? value)
    {
        try
        {
            if (!_lines.TryAdd(value ?? ""))
                Interlocked.Increment(ref _dropped);
        }
        catch (InvalidOperationException)
        {
            // The program has ended; whoever still speaks is too late.
        }
    }

    public override void Write(char value) => throw new NotSupportedException("The log takes whole lines.");

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_lines.IsAddingCompleted)
        {
            _lines.CompleteAdding();
            _thread.Join(DisposeTimeout);
        }

        base.Dispose(disposing);
    }

    private void Run()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            try
            {
                _target.WriteLine(line);
                if (Interlocked.Exchange(ref _dropped, 0) is var dropped and > 0)
                    _target.WriteLine($"naru: {dropped} lines are lost here: they came faster than they were taken");
            }
            catch (Exception e) when (e is IOException or ArgumentOutOfRangeException)
            {
                // Nobody listens any more, or the file has reached the limit of its size (EFBIG); the traffic goes on.
            }
        }
    }
}
