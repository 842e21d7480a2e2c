using Naru.Engine.Linux;
using Naru.Engine.Loop;

namespace Naru.Engine.Net;

/// <summary>
/// A kernel pipe through which bytes go from socket to socket without being copied into this process.
/// Owner: one transfer at a time. Invariant: only an empty pipe goes back to its pool, so no transfer ever sees
/// another one's bytes.
/// </summary>
internal sealed class SplicePipe
{
    private int _roundBytes;

    private SplicePipe(int readEnd, int writeEnd)
    {
        ReadEnd = readEnd;
        WriteEnd = writeEnd;
    }

    public int ReadEnd { get; }

    public int WriteEnd { get; }

    public int HeldBytes { get; private set; }

    /// <summary>Whether the last failed step failed at the writing side.</summary>
    public bool HasWriteFailed { get; private set; }

    /// <summary>Null when descriptors have run out: then copy.</summary>
    public static SplicePipe? TryCreate()
    {
        int result = Descriptor.Pipe(EngineLimits.PipeBytes, out int readEnd, out int writeEnd);
        return result < 0 ? null : new SplicePipe(readEnd, writeEnd);
    }

    /// <summary>How long the last step waited for the source.</summary>
    public long ReadWaitedMs { get; private set; }

    /// <summary>
    /// One round: reads what is there, at most <paramref name="bytesMax"/>, and hands all of it on. Result: bytes moved,
    /// 0 at the end of stream, or a negative errno (see <see cref="HasWriteFailed"/>). After a write that timed out the next
    /// call goes on with the same round.
    /// </summary>
    public async Job<int> MoveAsync(Connection from, Connection to, long bytesMax, long readDeadlineMs, int writeTimeoutMs)
    {
        int want = (int)Math.Min(bytesMax, EngineLimits.PipeBytes);
        HasWriteFailed = false;
        ReadWaitedMs = 0;
        while (HeldBytes == 0)
        {
            int received = Descriptor.Splice(from.Fd, WriteEnd, want);
            if (received != Errno.Again)
            {
                if (received <= 0)
                    return received;
                HeldBytes = _roundBytes = received;
                break;
            }

            from.NoteDrained();
            long before = from.Loop.NowMs;
            int ready = await from.ReadableAsync(readDeadlineMs);
            ReadWaitedMs = from.Loop.NowMs - before;
            if (ready < 0)
                return ready;
        }

        while (HeldBytes > 0)
        {
            int written = Descriptor.Splice(ReadEnd, to.Fd, HeldBytes);
            if (written == Errno.Again)
                written = Math.Min(await to.WritableAsync(writeTimeoutMs), 0);
            if (written < 0)
            {
                HasWriteFailed = true;
                return written;
            }

            HeldBytes -= written;
            to.NoteSent(written);
        }

        return _roundBytes;
    }

    public void Close()
    {
        Descriptor.Close(ReadEnd);
        Descriptor.Close(WriteEnd);
    }
}
