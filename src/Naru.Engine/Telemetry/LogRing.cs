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

    /// <summary>Of these, how many the target did not take.</summary>
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

    /// <summary>Hands what is there to the target, in one or two pieces. Thread: the writer.</summary>
    public bool Drain(Stream target)
    {
        long written = Volatile.Read(ref _written);
        long read = _read;
        if (read == written)
            return false;
        while (read < written)
        {
            int at = (int)(read % EngineLimits.LogRingBytes);
            int count = (int)Math.Min(written - read, EngineLimits.LogRingBytes - at);
            // Counted as read even if the target fails: a full disk must not hold lines for ever.
            read += count;
            try
            {
                target.Write(_bytes, at, count);
            }
            catch
            {
                Volatile.Write(ref _lost, _lost + _bytes.AsSpan(at, count).Count((byte)'\n'));
                throw;
            }
            finally
            {
                Volatile.Write(ref _read, read);
            }
        }

        return true;
    }
}
