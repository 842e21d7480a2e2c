namespace Naru.Engine.Telemetry;

/// <summary>
/// Access log lines on their way from one loop to the log's writer: a ring of bytes with one producer and one consumer.
/// Invariant: whole lines only; when there is no room the line is dropped and counted, and the loop never waits.
/// </summary>
internal sealed class LogRing
{
    private readonly byte[] _bytes = new byte[EngineLimits.LogRingBytes];
    private readonly Action _wakeWriter;
    private long _written;
    private long _read;
    private long _dropped;
    private long _lines;
    private long _lost;

    /// <param name="wakeWriter">Called when the ring gets half full, so that the writer comes before its time.</param>
    public LogRing(Action wakeWriter) => _wakeWriter = wakeWriter;

    public long Dropped => Volatile.Read(ref _dropped);

    public long Lines => Volatile.Read(ref _lines);

    /// <summary>Of these, how many the file did not take, or not whole.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Thread: the loop.</summary>
    public void Write(ReadOnlySpan<byte> line)
    {
        long used = _written - Volatile.Read(ref _read);
        if (line.Length > EngineLimits.LogRingBytes - used)
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            return;
        }

        int at = (int)(_written % EngineLimits.LogRingBytes);
        int first = Math.Min(line.Length, EngineLimits.LogRingBytes - at);
        line[..first].CopyTo(_bytes.AsSpan(at));
        line[first..].CopyTo(_bytes);
        Volatile.Write(ref _lines, _lines + 1);
        Volatile.Write(ref _written, _written + line.Length);
        if (used < EngineLimits.LogRingBytes / 2 && used + line.Length >= EngineLimits.LogRingBytes / 2)
            _wakeWriter();
    }

    /// <summary>
    /// Hands what is there to the file, in one or two pieces; 0, or the errno that kept lines out. Those are lost: a full disk must
    /// not hold lines for ever. Thread: the writer.
    /// </summary>
    public int Drain(LogFile file)
    {
        long written = Volatile.Read(ref _written);
        while (_read < written)
        {
            var piece = Piece(_read, written);
            int taken = file.Append(piece, out int error);
            if (error != 0)
            {
                // The next batch begins with a whole line, so all of this one goes.
                Volatile.Write(ref _lost, _lost + LinesIn(_read + taken, written));
                Volatile.Write(ref _read, written);
                return error;
            }

            Volatile.Write(ref _read, _read + taken);
        }

        return 0;
    }

    /// <summary>The bytes up to the end of the text, or of the ring.</summary>
    private ReadOnlySpan<byte> Piece(long from, long to)
    {
        int at = (int)(from % EngineLimits.LogRingBytes);
        return _bytes.AsSpan(at, (int)Math.Min(to - from, EngineLimits.LogRingBytes - at));
    }

    private int LinesIn(long from, long to)
    {
        int lines = 0;
        while (from < to)
        {
            var piece = Piece(from, to);
            lines += piece.Count((byte)'\n');
            from += piece.Length;
        }

        return lines;
    }
}
