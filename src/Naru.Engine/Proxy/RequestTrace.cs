using Naru.Core.Http1;
using Naru.Core.Telemetry;

namespace Naru.Engine.Proxy;

/// <summary>
/// What the access log tells of a request, taken before its head is rewritten. Costs nothing while the log is off.
/// Owner: an exchange.
/// </summary>
internal sealed class RequestTrace
{
    // The log sees by one byte more than it shows that a text is longer.
    private const int OneMore = 1;

    private const int BytesMax = AccessLogLine.MethodBytesMax + AccessLogLine.HostBytesMax + AccessLogLine.PathBytesMax
        + AccessLogLine.UserAgentBytesMax + AccessLogLine.RequestIdBytesMax + (5 * OneMore);

    private byte[] _bytes = [];
    private int _methodEnd;
    private int _hostEnd;
    private int _pathEnd;
    private int _userAgentEnd;
    private int _requestIdEnd;

    public int MinorVersion { get; private set; }

    public ReadOnlySpan<byte> Method => _bytes.AsSpan(0, _methodEnd);

    public ReadOnlySpan<byte> Host => _bytes.AsSpan(_methodEnd, _hostEnd - _methodEnd);

    public ReadOnlySpan<byte> Path => _bytes.AsSpan(_hostEnd, _pathEnd - _hostEnd);

    public ReadOnlySpan<byte> UserAgent => _bytes.AsSpan(_pathEnd, _userAgentEnd - _pathEnd);

    public ReadOnlySpan<byte> RequestId => _bytes.AsSpan(_userAgentEnd, _requestIdEnd - _userAgentEnd);

    public void Reset() => _methodEnd = _hostEnd = _pathEnd = _userAgentEnd = _requestIdEnd = MinorVersion = 0;

    public void Capture(Exchange exchange, ReadOnlySpan<byte> data)
    {
        if (!exchange.Worker.HasAccessLog)
            return;
        if (_bytes.Length == 0)
            _bytes = new byte[BytesMax];
        var request = exchange.Request;
        new RequestFields(data, request).TryGet("user-agent"u8, out var userAgent);
        MinorVersion = request.MinorVersion;
        _methodEnd = Copy(request.MethodName(data), AccessLogLine.MethodBytesMax, 0);
        _hostEnd = Copy(request.HostWithPort(data), AccessLogLine.HostBytesMax, _methodEnd);
        _pathEnd = Copy(request.RawTarget(data), AccessLogLine.PathBytesMax, _hostEnd);
        _userAgentEnd = _requestIdEnd = Copy(userAgent, AccessLogLine.UserAgentBytesMax, _pathEnd);
    }

    /// <summary>The id that is forwarded.</summary>
    public void CaptureId(Exchange exchange, ReadOnlySpan<byte> data, in ForwardContext context)
    {
        if (_bytes.Length > 0)
            _requestIdEnd = Copy(RequestWriter.RequestId(data, exchange.Request, context), AccessLogLine.RequestIdBytesMax, _userAgentEnd);
    }

    private int Copy(ReadOnlySpan<byte> bytes, int bytesMax, int at)
    {
        int length = Math.Min(bytes.Length, bytesMax + OneMore);
        bytes[..length].CopyTo(_bytes.AsSpan(at));
        return at + length;
    }
}
