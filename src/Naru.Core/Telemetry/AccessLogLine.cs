namespace Naru.Core.Telemetry;

/// <summary>
/// One line of the access log: a JSON object with always the same keys in the same order, and a newline.
/// The keys are public: a change breaks who reads the log.
/// </summary>
public static class AccessLogLine
{
    public const int MethodBytesMax = 32;
    public const int HostBytesMax = 255;
    public const int PathBytesMax = 2048;
    public const int UserAgentBytesMax = 512;
    public const int RequestIdBytesMax = 128;

    /// <summary>Of listener, detail, route, room, pool, server and protocol: from the configuration, but nothing there bounds a name.</summary>
    public const int NameBytesMax = 128;

    /// <summary>
    /// No line is longer: every byte that may need it escaped, an ellipsis of 3 bytes after each cut field, and less than
    /// 1 KiB for keys, numbers, time and address.
    /// </summary>
    public const int LineBytesMax = 1024 + 12 * 3 + JsonLineWriter.EscapeBytesMax
        * (MethodBytesMax + HostBytesMax + PathBytesMax + UserAgentBytesMax + RequestIdBytesMax + 7 * NameBytesMax);

    /// <returns>Bytes written; 0 when the target is too small, which one of <see cref="LineBytesMax"/> never is.</returns>
    public static int Write(in AccessRecord record, Span<byte> target)
    {
        var line = new JsonLineWriter(target);
        line.Raw("{\"time\":\""u8);
        line.Time(record.UnixTimeMs);
        line.Raw("\",\"listener\":"u8);
        line.Text(record.Listener, NameBytesMax);
        line.Raw(",\"client\":"u8);
        line.Address(record.Client);
        line.Raw(",\"method\":"u8);
        line.Text(record.Method, MethodBytesMax);
        line.Raw(",\"host\":"u8);
        line.Text(record.Host, HostBytesMax);
        line.Raw(",\"path\":"u8);
        line.Text(record.Path, PathBytesMax);
        line.Raw(",\"protocol\":"u8);
        line.Text(record.Protocol, NameBytesMax);
        line.Raw(",\"status\":"u8);
        line.Number(record.Status);
        line.Raw(",\"reason\":\""u8);
        line.Raw(record.Reason.Utf8Name());
        line.Raw("\",\"detail\":"u8);
        line.Text(record.Detail, NameBytesMax);
        line.Raw(",\"route\":"u8);
        line.Text(record.Route, NameBytesMax);
        line.Raw(",\"room\":"u8);
        line.Text(record.Room, NameBytesMax);
        line.Raw(",\"pool\":"u8);
        line.Text(record.Pool, NameBytesMax);
        line.Raw(",\"server\":"u8);
        line.Text(record.Server, NameBytesMax);
        line.Raw(",\"bytesIn\":"u8);
        line.Number(record.BytesIn);
        line.Raw(",\"bytesOut\":"u8);
        line.Number(record.BytesOut);
        line.Raw(",\"totalMs\":"u8);
        line.Milliseconds(record.TotalUs);
        line.Raw(",\"queueMs\":"u8);
        line.Milliseconds(record.QueueUs);
        line.Raw(",\"connectMs\":"u8);
        line.Milliseconds(record.ConnectUs);
        line.Raw(",\"firstByteMs\":"u8);
        line.Milliseconds(record.FirstByteUs);
        line.Raw(",\"attempts\":"u8);
        line.Number(record.Attempts);
        line.Raw(",\"requestId\":"u8);
        line.Text(record.RequestId, RequestIdBytesMax);
        line.Raw(",\"userAgent\":"u8);
        line.Text(record.UserAgent, UserAgentBytesMax);
        line.Raw("}\n"u8);
        return line.Length;
    }
}
