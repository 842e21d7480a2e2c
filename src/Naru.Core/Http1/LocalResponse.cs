using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>How the connection stands to which Naru itself answers.</summary>
public readonly ref struct LocalContext
{
    /// <summary>29 bytes, RFC 9110 section 5.6.7.</summary>
    public required ReadOnlySpan<byte> Date { get; init; }

    public required bool KeepAlive { get; init; }

    /// <summary>0 or 1; 1 also where no request was understood.</summary>
    public int ClientMinorVersion { get; init; }

    /// <summary>The request was HEAD: all fields, no body.</summary>
    public bool HeadOnly { get; init; }

    /// <summary>For 429 and 503: sent as Retry-After; 0: not sent.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>Whole lines with CRLF to add, at most <see cref="HttpLimits.AddedLinesBytesMax"/> bytes.</summary>
    public ReadOnlySpan<byte> AddedLines { get; init; }
}

/// <summary>Writes the responses that Naru gives itself. All return the length, or -1 if the target is too small.</summary>
public static class LocalResponse
{
    /// <summary>What all but the body and the location take at most.</summary>
    public const int HeadBytesMax = 512 + HttpLimits.AddedLinesBytesMax;

    private static ReadOnlySpan<byte> PlainText => "text/plain; charset=utf-8"u8;

    /// <summary>
    /// A status with a line that names the reason (<see cref="HttpError.NameUtf8"/> or an end reason); at most 100 bytes of it.
    /// </summary>
    public static int Write(Span<byte> target, int status, ReadOnlySpan<byte> reason, in LocalContext context)
    {
        var text = StatusText.Of(status);
        var writer = new HeadWriter(target);
        WriteStart(ref writer, status, context);
        if (status == 405) // RFC 9110 section 15.5.6 demands it
            writer.Add("Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH\r\n"u8);
        WriteBodyFields(ref writer, PlainText, text.Length + 2 + reason.Length + 1);
        if (!context.HeadOnly)
        {
            writer.Add(text);
            writer.Add(": "u8);
            writer.Add(reason);
            writer.Add("\n"u8);
        }

        return writer.Length;
    }

    /// <summary>A response with a body of any type.</summary>
    /// <param name="fieldLines">Whole lines with CRLF beside those of the context.</param>
    public static int WriteContent(
        Span<byte> target, int status, ReadOnlySpan<byte> contentType, ReadOnlySpan<byte> fieldLines, ReadOnlySpan<byte> body, in LocalContext context)
    {
        var writer = new HeadWriter(target);
        WriteStart(ref writer, status, context);
        writer.Add(fieldLines);
        WriteBodyFields(ref writer, contentType, body.Length);
        if (!context.HeadOnly)
            writer.Add(body);
        return writer.Length;
    }

    /// <summary>The head of a response whose body comes bit by bit and ends with the connection.</summary>
    public static int WriteStreamHead(Span<byte> target, int status, ReadOnlySpan<byte> contentType, in LocalContext context)
    {
        var writer = new HeadWriter(target);
        WriteStart(ref writer, status, context);
        writer.AddField("Content-Type: "u8, contentType);
        writer.Add("\r\n"u8);
        return writer.Length;
    }

    /// <summary>A response that the configuration fixes.</summary>
    public static int WriteFixed(Span<byte> target, int status, ReadOnlySpan<byte> body, in LocalContext context)
    {
        var writer = new HeadWriter(target);
        WriteStart(ref writer, status, context);
        if (status is 204 or 304)
        {
            writer.Add("\r\n"u8);
            return writer.Length;
        }

        WriteBodyFields(ref writer, PlainText, body.Length);
        if (!context.HeadOnly)
            writer.Add(body);
        return writer.Length;
    }

    /// <summary>
    /// A redirect. Bytes of <paramref name="location"/> that may not stand in a URL are escaped, so that nothing in it can end the
    /// line: the target must hold three times its length and <see cref="HeadBytesMax"/>.
    /// </summary>
    public static int WriteRedirect(Span<byte> target, int status, ReadOnlySpan<byte> location, in LocalContext context)
    {
        var writer = new HeadWriter(target);
        WriteStart(ref writer, status, context);
        writer.Add("Location: "u8);
        foreach (byte b in location)
        {
            if (b == '#' || HttpBytes.Query.Contains(b))
                writer.Add([b]);
            else
                writer.Add([(byte)'%', "0123456789ABCDEF"u8[b >> 4], "0123456789ABCDEF"u8[b & 15]]);
        }

        writer.Add("\r\nContent-Length: 0\r\n\r\n"u8);
        return writer.Length;
    }

    private static void WriteStart(ref HeadWriter writer, int status, in LocalContext context)
    {
        writer.Add("HTTP/1.1 "u8);
        writer.AddNumber(status);
        writer.Add(" "u8);
        writer.Add(StatusText.Of(status));
        writer.Add("\r\nDate: "u8);
        writer.Add(context.Date);
        writer.Add("\r\n"u8);
        if (context.RetryAfterSeconds > 0)
        {
            writer.Add("Retry-After: "u8);
            writer.AddNumber(context.RetryAfterSeconds);
            writer.Add("\r\n"u8);
        }

        writer.Add(context.AddedLines);
        if (!context.KeepAlive)
            writer.Add("Connection: close\r\n"u8);
        else if (context.ClientMinorVersion == 0)
            writer.Add("Connection: keep-alive\r\n"u8);
    }

    private static void WriteBodyFields(ref HeadWriter writer, ReadOnlySpan<byte> contentType, int bodyBytes)
    {
        writer.AddField("Content-Type: "u8, contentType);
        writer.Add("Content-Length: "u8);
        writer.AddNumber(bodyBytes);
        writer.Add("\r\n\r\n"u8);
    }
}
