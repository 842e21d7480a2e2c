using Naru.Engine.Linux;

namespace Naru.Engine.Telemetry;

/// <summary>
/// Where log lines go: a file, a pipe, or the standard output. Owner: the log's writer. Thread: one at a time.
/// Invariant: a line that was torn, because the target took only a part of it, is ended before the next one begins.
/// </summary>
internal sealed class LogFile : IDisposable
{
    private const int StandardOutput = 1;

    // Only an inherited standard output can be one that does not wait; how soon it is asked again.
    private static readonly TimeSpan FullWait = TimeSpan.FromMilliseconds(1);

    private readonly int _fd;
    private string? _unseen;
    private bool _endsInLine;
    private bool _isTorn;

    /// <param name="fd">Where the lines go.</param>
    /// <param name="path">Of a file whose end was not looked at yet.</param>
    private LogFile(int fd, string? path)
    {
        _fd = fd;
        _unseen = path;
    }

    /// <exception cref="EngineException">The file can't be opened.</exception>
    public static LogFile Open(string path)
    {
        int fd = Descriptor.OpenForAppend(path);
        return fd < 0
            ? throw new EngineException($"accessLog.path: {path} can't be opened for writing: {Errno.Text(fd)}. Mend the path or its permissions.")
            : new LogFile(fd, path);
    }

    public static LogFile OpenStandardOutput() => new(StandardOutput, path: null);

    /// <summary>Adds what fits: how many bytes of the text were taken, and the errno that kept the rest out (0: nothing was kept out).</summary>
    public int Append(ReadOnlySpan<byte> text, out int error)
    {
        // Not when it is opened: until now the file before this one may have added to the same one.
        if (_unseen is { } path)
        {
            _isTorn = EndsWithinLine(path);
            _unseen = null;
        }

        if (_isTorn)
        {
            _ = Put("\n"u8, out error);
            if (error != 0)
                return 0;
        }

        int taken = Put(text, out error);
        // A text may end within a line, whose rest is the next text; but after an error no rest comes.
        _isTorn = _endsInLine && error != 0;
        return taken;
    }

    public void Dispose()
    {
        if (_fd != StandardOutput)
            Descriptor.Close(_fd);
    }

    /// <summary>What wrote into the file before, this program or an earlier one, may have met a full disk. A file that may not be read is taken for whole.</summary>
    private static bool EndsWithinLine(string path)
    {
        if (FileType.Unusual(path) != null || DiskFile.OpenRead(path, out var file) < 0)
            return false;
        using (file)
        {
            Span<byte> last = stackalloc byte[1];
            long length = file!.Length;
            return length > 0 && file.Read(length - 1, last) == 1 && last[0] != '\n';
        }
    }

    private int Put(ReadOnlySpan<byte> text, out int error)
    {
        error = 0;
        int taken = 0;
        while (taken < text.Length)
        {
            int result = Descriptor.Write(_fd, text[taken..]);
            if (result > 0)
            {
                taken += result;
                _endsInLine = text[taken - 1] != '\n';
            }
            else if (result == Errno.Again)
            {
                Thread.Sleep(FullWait);
            }
            else if (result != Errno.Interrupted)
            {
                error = result == 0 ? Errno.NoSpace : result;
                break;
            }
        }

        return taken;
    }
}
