using System.Globalization;
using System.Text;

namespace Naru.Engine.Workers;

/// <summary>
/// The wall clock beside the loop's monotonic one, and its text in the form of RFC 9110 section 5.6.7, written once a
/// second. Owner: one worker.
/// </summary>
internal sealed class HttpDate
{
    private const int TextBytes = 29;

    private readonly byte[] _text = new byte[TextBytes];
    private long _second = -1;
    private long _offsetMs;

    /// <param name="nowMs">The loop's clock.</param>
    public ReadOnlySpan<byte> At(long nowMs)
    {
        Synchronize(nowMs);
        return _text;
    }

    public long UnixTimeMs(long loopMs)
    {
        Synchronize(loopMs);
        return loopMs + _offsetMs;
    }

    // The wall clock may be set at any time; once a second is soon enough.
    private void Synchronize(long nowMs)
    {
        if (nowMs / 1000 == _second)
            return;
        _second = nowMs / 1000;
        var now = DateTimeOffset.UtcNow;
        _offsetMs = now.ToUnixTimeMilliseconds() - nowMs;
        Span<char> text = stackalloc char[TextBytes];
        now.TryFormat(text, out _, "r", CultureInfo.InvariantCulture);
        Encoding.ASCII.GetBytes(text, _text);
    }
}
