using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// Writes the forwarded form of a request head: what the parser understood, and nothing else. Lines that are kept are copied
/// in runs; lines that frame the message, belong to one connection, or tell who forwarded are written anew.
/// </summary>
public static class RequestWriter
{
    /// <summary>
    /// Returns the length, or -1 if <paramref name="target"/> is too small, which it is not with
    /// <c>head.Length +</c> <see cref="HttpLimits.HeadGrowthMax"/> bytes.
    /// </summary>
    public static int Write(ReadOnlySpan<byte> data, RequestHead head, in ForwardContext context, Span<byte> target)
    {
        var writer = new HeadWriter(target);
        WriteRequestLine(data, head, ref writer);
        var seen = CopyKeptFields(data, head, context, ref writer);
        WriteHost(data, head, context, ref writer);
        WriteForwarding(data, head, context, seen, ref writer);
        WriteConnection(data, head, ref writer);
        WriteFraming(head, ref writer);
        writer.Add("\r\n"u8);
        return writer.Length;
    }

    /// <summary>
    /// The id that <see cref="Write"/> forwards: the trusted peer's if it is sane, else the context's. For the access log.
    /// </summary>
    public static ReadOnlySpan<byte> RequestId(ReadOnlySpan<byte> data, RequestHead head, in ForwardContext context)
    {
        if (context.PeerTrusted)
            foreach (ref readonly var field in head.Fields)
                if (field.Kind == FieldKind.XRequestId)
                    return IsSaneRequestId(field.Value(data)) ? field.Value(data) : context.RequestId;
        return context.RequestId;
    }

    private static void WriteRequestLine(ReadOnlySpan<byte> data, RequestHead head, ref HeadWriter writer)
    {
        writer.Add(head.MethodName(data));
        writer.Add(" "u8);
        writer.Add(head.Path(data));
        if (head.HasQuery)
        {
            writer.Add("?"u8);
            writer.Add(head.Query(data));
        }

        writer.Add(" HTTP/1.1\r\n"u8);
    }

    /// <summary>The first field of each forwarding kind, or -1.</summary>
    private struct Seen()
    {
        public int ForwardedFor = -1;
        public bool KeptProto;
        public bool KeptHost;
        public int RequestId = -1;
    }

    private static Seen CopyKeptFields(ReadOnlySpan<byte> data, RequestHead head, in ForwardContext context, ref HeadWriter writer)
    {
        var seen = new Seen();
        var fields = head.Fields;
        int runStart = head.FieldsStart;
        for (int i = 0; i < fields.Length; i++)
        {
            ref readonly var field = ref fields[i];
            if (!field.Drop && (field.Kind == FieldKind.Other || Keeps(data, head, context, field, i, ref seen)))
                continue;
            if (field.Start > runStart)
                writer.Add(data[runStart..field.Start]);
            runStart = field.LineEnd;
            if (field.Kind == FieldKind.Cookie && !field.Drop)
                WriteForeignCookies(field.Value(data), ref writer);
        }

        if (head.Length - 2 > runStart)
            writer.Add(data[runStart..(head.Length - 2)]);
        return seen;
    }

    private static bool Keeps(
        ReadOnlySpan<byte> data, RequestHead head, in ForwardContext context, in HeaderField field, int index, ref Seen seen)
    {
        switch (field.Kind)
        {
            case FieldKind.Host:
                return !head.RewritesHost;
            case FieldKind.Expect:
                return head.ExpectsContinue;
            case FieldKind.Trailer:
                return head.Framing == BodyFraming.Chunked;
            case FieldKind.Via:
            case FieldKind.Date:
            case FieldKind.WaitingRoom: // says nothing in a request
                return true;
            case FieldKind.Cookie:
                return !context.HidesRoomCookies || !RoomCookieNames.StandIn(field.Value(data));
            case FieldKind.XForwardedFor:
                if (seen.ForwardedFor < 0)
                    seen.ForwardedFor = index;
                return false; // written anew, all in one line
            case FieldKind.XForwardedProto:
                return context.PeerTrusted && !seen.KeptProto && (seen.KeptProto = IsScheme(field.Value(data)));
            case FieldKind.XForwardedHost:
                return context.PeerTrusted && !seen.KeptHost
                    && (seen.KeptHost = HostName.TryParse(field.Value(data), out _, out _, out _));
            case FieldKind.XForwardedOther:
            case FieldKind.Forwarded:
            case FieldKind.XRealIp:
                return context.PeerTrusted;
            case FieldKind.XRequestId:
                if (seen.RequestId >= 0)
                    return false;
                seen.RequestId = index;
                return context.PeerTrusted && IsSaneRequestId(field.Value(data));
            default:
                return false;
        }
    }

    /// <summary>All cookies but those of waiting rooms; no line when none is left. Never longer than the line that came.</summary>
    private static void WriteForeignCookies(ReadOnlySpan<byte> rest, ref HeadWriter writer)
    {
        bool any = false;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)';');
            var pair = HttpBytes.Trim(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (pair.IsEmpty || RoomCookieNames.Begin(pair))
                continue;
            writer.Add(any ? "; "u8 : "Cookie: "u8);
            writer.Add(pair);
            any = true;
        }

        if (any)
            writer.Add("\r\n"u8);
    }

    private static void WriteHost(ReadOnlySpan<byte> data, RequestHead head, in ForwardContext context, ref HeadWriter writer)
    {
        if (!head.HasHost)
            writer.AddField("Host: "u8, context.FallbackHost);
        else if (head.RewritesHost)
            writer.AddField("Host: "u8, head.HostWithPort(data));
    }

    private static void WriteForwarding(
        ReadOnlySpan<byte> data, RequestHead head, in ForwardContext context, in Seen seen, ref HeadWriter writer)
    {
        writer.Add("X-Forwarded-For: "u8);
        if (context.PeerTrusted && seen.ForwardedFor >= 0)
            WriteForwardedFor(data, head.Fields[seen.ForwardedFor..], ref writer);
        writer.Add(context.PeerAddress);
        if (!seen.KeptProto)
            writer.Add("\r\nX-Forwarded-Proto: http"u8);
        if (!seen.KeptHost && head.HasHost)
        {
            writer.Add("\r\nX-Forwarded-Host: "u8);
            writer.Add(head.HostWithPort(data));
        }

        // The version received (RFC 9110 section 7.6.3).
        writer.Add(head.MinorVersion == 1 ? "\r\nVia: 1.1 naru\r\n"u8 : "\r\nVia: 1.0 naru\r\n"u8);
        bool keptId = context.PeerTrusted && seen.RequestId >= 0 && IsSaneRequestId(head.Fields[seen.RequestId].Value(data));
        if (!keptId)
            writer.AddField("X-Request-Id: "u8, context.RequestId);
    }

    /// <summary>The values that a trusted peer sent, each followed by a comma. Repeats are one list (RFC 9110 section 5.3).</summary>
    private static void WriteForwardedFor(ReadOnlySpan<byte> data, ReadOnlySpan<HeaderField> fields, ref HeadWriter writer)
    {
        foreach (ref readonly var field in fields)
        {
            if (field.Kind != FieldKind.XForwardedFor || field.ValueEnd == field.ValueStart)
                continue;
            writer.Add(field.Value(data));
            writer.Add(", "u8);
        }
    }

    private static void WriteConnection(ReadOnlySpan<byte> data, RequestHead head, ref HeadWriter writer)
    {
        if (head.AsksUpgrade)
        {
            writer.Add("Connection: upgrade\r\nUpgrade: "u8);
            writer.Add(head.Fields[head.UpgradeField].Value(data));
            writer.Add("\r\n"u8);
            return; // no trailers go with a tunnel
        }

        // TE belongs to the connection, so Connection names it (RFC 9110 section 10.1.4).
        if (head.AcceptsTrailers)
            writer.Add("TE: trailers\r\nConnection: TE\r\n"u8);
    }

    private static void WriteFraming(RequestHead head, ref HeadWriter writer)
    {
        if (head.Framing == BodyFraming.Chunked)
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

    private static bool IsScheme(ReadOnlySpan<byte> value) => value.SequenceEqual("http"u8) || value.SequenceEqual("https"u8);

    private static bool IsSaneRequestId(ReadOnlySpan<byte> value) =>
        value.Length is > 0 and <= HttpLimits.ForeignRequestIdBytesMax && !value.ContainsAnyExcept(HttpBytes.RequestId);
}
