using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// Writes a response head as the client gets it: always HTTP/1.1, framed once, without what belonged to the server's connection.
/// </summary>
public static class ResponseWriter
{
    /// <summary>
    /// How the body must be sent to a client of that version. HTTP/1.0 knows no chunks, so there it ends by close; HTTP/1.1 gets
    /// chunks in place of a close, which could not be told from a cut.
    /// </summary>
    public static BodyFraming FramingToClient(ResponseHead head, int clientMinorVersion) => head.Framing switch
    {
        BodyFraming.Chunked or BodyFraming.UntilClose => clientMinorVersion == 1 ? BodyFraming.Chunked : BodyFraming.UntilClose,
        _ => head.Framing,
    };

    /// <summary>
    /// Returns the length, or -1 if <paramref name="target"/> is too small, which it is not with
    /// <c>head.Length +</c> <see cref="HttpLimits.HeadGrowthMax"/> bytes. Interim responses are not for HTTP/1.0 clients.
    /// </summary>
    public static int Write(ReadOnlySpan<byte> data, ResponseHead head, in ResponseContext context, Span<byte> target)
    {
        var writer = new HeadWriter(target);
        writer.Add("HTTP/1.1 "u8);
        writer.Add(data.Slice(9, 3));
        writer.Add(" "u8);
        writer.Add(head.Reason(data));
        writer.Add("\r\n"u8);

        var framing = FramingToClient(head, context.ClientMinorVersion);
        CopyKeptFields(data, head, framing, ref writer);
        if (head.IsSwitchingProtocols)
        {
            writer.Add(context.AddedLines);
            writer.Add("Connection: upgrade\r\n"u8);
            if (head.UpgradeField >= 0)
                writer.AddField("Upgrade: "u8, head.Fields[head.UpgradeField].Value(data));
        }
        else if (!head.IsInterim)
        {
            WriteFinal(head, framing, context, ref writer);
        }

        writer.Add("\r\n"u8);
        return writer.Length;
    }

    private static void CopyKeptFields(ReadOnlySpan<byte> data, ResponseHead head, BodyFraming framing, ref HeadWriter writer)
    {
        int runStart = head.FieldsStart;
        foreach (ref readonly var field in head.Fields)
        {
            bool framingField = field.Kind is FieldKind.ContentLength or FieldKind.TransferEncoding
                || (field.Kind == FieldKind.Trailer && framing != BodyFraming.Chunked);
            if (!field.Drop && !framingField)
                continue;
            if (field.Start > runStart)
                writer.Add(data[runStart..field.Start]);
            runStart = field.LineEnd;
        }

        if (head.Length - 2 > runStart)
            writer.Add(data[runStart..(head.Length - 2)]);
    }

    private static void WriteFinal(ResponseHead head, BodyFraming framing, in ResponseContext context, ref HeadWriter writer)
    {
        if (!head.HasDate) // RFC 9110 section 6.6.1
            writer.AddField("Date: "u8, context.Date);
        if (!context.SetCookie.IsEmpty)
            writer.AddField("Set-Cookie: "u8, context.SetCookie);
        writer.Add(context.AddedLines);

        if (!context.KeepAlive || framing == BodyFraming.UntilClose)
            writer.Add("Connection: close\r\n"u8);
        else if (context.ClientMinorVersion == 0)
            writer.Add("Connection: keep-alive\r\n"u8);

        if (framing == BodyFraming.Chunked)
        {
            writer.Add("Transfer-Encoding: chunked\r\n"u8);
        }
        else if (head.ContentLength >= 0)
        {
            writer.Add("Content-Length: "u8);
            writer.AddNumber(head.ContentLength);
            writer.Add("\r\n"u8);
        }
    }
}
