using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// Parses request heads by the strict grammar of RFC 9112. What two parsers could read differently is refused, never repaired.
/// </summary>
public static class RequestParser
{
    /// <summary>
    /// Parses the head at the start of <paramref name="data"/>. On <see cref="ParseResult.NeedMore"/> call again with the same bytes
    /// and more behind them. Before a new message call <see cref="RequestHead.Reset"/>.
    ///
    ///   1 one empty line before the head is skipped
    ///   2 the end of the head is found, within limits
    ///   3 request line: method, version, target
    ///   4 fields, one by one
    ///   5 what the fields say together: host, connection, framing, expectation, upgrade
    /// </summary>
    public static ParseResult Parse(ReadOnlySpan<byte> data, RequestHead head, in HeadLimits limits)
    {
        // 1: RFC 9112 section 2.2 lets a server skip "at least one"; more is not robustness but noise.
        int start = 0;
        if (data.Length > 0 && data[0] == HttpBytes.Cr)
        {
            if (data.Length > 1 && data[1] != HttpBytes.Lf)
                return ParseResult.BareLineBreak;
            start = 2;
        }

        if (data.Length <= start)
            return ParseResult.NeedMore;
        if (!HttpBytes.Token.Contains(data[start])) // a TLS hello, an empty line, a binary protocol: no need to wait for more
            return ParseResult.BadRequestLine;

        // 2
        var found = HeadScan.FindEnd(data, start, limits, ref head.Searched, out int end);
        if (found != ParseResult.Done)
            return found;

        // 3 to 5, over the head up to the CRLF of its last line
        head.Clear();
        head.Start = start;
        head.Length = end;
        var lines = data[..(end - 2)];
        var result = ParseLines(lines, head, limits);
        return result == ParseResult.Done ? result : HeadScan.Explain(lines[start..], result);
    }

    private static ParseResult ParseLines(ReadOnlySpan<byte> lines, RequestHead head, in HeadLimits limits)
    {
        if (lines[head.Start..].ContainsAny(HttpBytes.Controls))
            return ParseResult.ControlByte;
        int lineLength = FieldLines.LineLength(lines[head.Start..]);
        if (lineLength < 0)
            return ParseResult.BareLineBreak;
        var result = ParseRequestLine(lines, lineLength, head, limits);
        if (result != ParseResult.Done)
            return result;

        head.FieldsStart = head.Start + lineLength + 2;
        var facts = new FieldFacts();
        result = ParseFields(lines, head, limits, ref facts);
        return result != ParseResult.Done ? result : Conclude(lines, head, facts);
    }

    private static ParseResult ParseRequestLine(ReadOnlySpan<byte> lines, int lineLength, RequestHead head, in HeadLimits limits)
    {
        var line = lines.Slice(head.Start, lineLength);
        int methodLength = line.IndexOfAnyExcept(HttpBytes.Token);
        if (methodLength <= 0 || line[methodLength] != ' ')
            return ParseResult.BadRequestLine;
        int lastSpace = line.LastIndexOf((byte)' ');
        var version = ParseVersion(line[(lastSpace + 1)..], out int minor);
        if (version != ParseResult.Done)
            return version;
        if (methodLength > HttpLimits.MethodBytesMax)
            return ParseResult.MethodTooLong;
        if (lastSpace <= methodLength + 1)
            return ParseResult.BadRequestLine;

        head.MinorVersion = minor;
        head.MethodLength = methodLength;
        head.Method = Methods.Parse(line[..methodLength]);
        head.TargetStart = head.Start + methodLength + 1;
        head.TargetLength = lastSpace - methodLength - 1;
        if (head.TargetLength > limits.TargetBytes)
            return ParseResult.TargetTooLong;
        return head.Method switch
        {
            // A reverse proxy opens no tunnels to where a client says.
            Method.Connect => ParseResult.ConnectRefused,
            // TRACE echoes cookies and credentials back to whatever script asked.
            Method.Trace => ParseResult.TraceRefused,
            _ => RequestTarget.Parse(lines, head),
        };
    }

    private static ParseResult ParseVersion(ReadOnlySpan<byte> version, out int minor)
    {
        minor = 1;
        if (version.SequenceEqual("HTTP/1.1"u8))
            return ParseResult.Done;
        minor = 0;
        if (version.SequenceEqual("HTTP/1.0"u8))
            return ParseResult.Done;
        // HTTP-version = "HTTP/" DIGIT "." DIGIT, in capitals (RFC 9112 section 2.3)
        bool wellFormed = version.Length == 8 && version.StartsWith("HTTP/"u8) && version[6] == '.'
            && char.IsAsciiDigit((char)version[5]) && char.IsAsciiDigit((char)version[7]);
        return wellFormed ? ParseResult.UnsupportedVersion : ParseResult.BadVersion;
    }

    /// <summary>What must be known of all fields before the head can be judged.</summary>
    private struct FieldFacts()
    {
        public int Host = -1;
        public bool HasTransferEncoding;
        public bool HasConnection;
        public bool HasExpect;
        public int UpgradeCount;
        public int UpgradeField = -1;
    }

    private static ParseResult ParseFields(ReadOnlySpan<byte> lines, RequestHead head, in HeadLimits limits, ref FieldFacts facts)
    {
        var slots = head.FieldSlots;
        int fieldsMax = Math.Min(slots.Length, limits.Fields);
        int position = head.FieldsStart;
        while (position < lines.Length)
        {
            if (head.FieldCount == fieldsMax)
                return ParseResult.TooManyFields;
            ref var field = ref slots[head.FieldCount];
            var result = FieldLines.Read(lines, ref position, HttpBytes.TokenWithoutUnderscore, out field);
            if (result != ParseResult.Done)
                return result;
            if (field.Kind != FieldKind.Other)
                result = Note(lines, ref field, head, ref facts);
            if (result != ParseResult.Done)
                return result;
            head.FieldCount++;
        }

        return ParseResult.Done;
    }

    private static ParseResult Note(ReadOnlySpan<byte> lines, ref HeaderField field, RequestHead head, ref FieldFacts facts)
    {
        field.Drop = FieldKinds.IsHopByHop(field.Kind);
        switch (field.Kind)
        {
            case FieldKind.Host:
                if (facts.Host >= 0)
                    return ParseResult.RepeatedHost;
                facts.Host = head.FieldCount;
                break;
            case FieldKind.ContentLength:
                // Equal repeats are refused too: a parser that takes the list apart and one that does not would differ.
                if (head.ContentLength >= 0)
                    return ParseResult.RepeatedContentLength;
                if (!FieldLines.TryReadLength(field.Value(lines), out long length))
                    return ParseResult.BadContentLength;
                head.ContentLength = length;
                break;
            case FieldKind.TransferEncoding:
                if (facts.HasTransferEncoding)
                    return ParseResult.BadTransferEncoding;
                facts.HasTransferEncoding = true;
                return TransferCoding.Check(field.Value(lines));
            case FieldKind.Expect:
                // 100-continue is the only expectation there is (RFC 9110 section 10.1.1).
                if (facts.HasExpect || !Ascii.EqualsIgnoreCase(field.Value(lines), "100-continue"u8))
                    return ParseResult.UnknownExpectation;
                facts.HasExpect = true;
                break;
            case FieldKind.Connection:
                facts.HasConnection = true;
                break;
            case FieldKind.Te:
                head.AcceptsTrailers |= TransferCoding.AcceptsTrailers(field.Value(lines));
                break;
            case FieldKind.Upgrade:
                facts.UpgradeCount++;
                facts.UpgradeField = head.FieldCount;
                break;
        }

        return ParseResult.Done;
    }

    private static ParseResult Conclude(ReadOnlySpan<byte> lines, RequestHead head, in FieldFacts facts)
    {
        var result = ConcludeHost(lines, head, facts.Host);
        if (result != ParseResult.Done)
            return result;

        var options = new ConnectionOptions();
        if (facts.HasConnection && !options.TryRead(lines, head.FieldSlots.AsSpan(0, head.FieldCount)))
            return ParseResult.BadConnectionOption;
        head.KeepAlive = !options.Close && (head.MinorVersion == 1 || options.KeepAlive);

        if (facts.HasTransferEncoding)
        {
            // RFC 9112 section 6.1: a Transfer-Encoding in HTTP/1.0 means a faulty forwarder before us.
            if (head.MinorVersion == 0)
                return ParseResult.TransferEncodingBeforeHttp11;
            if (head.ContentLength >= 0)
                return ParseResult.BothLengths;
            head.Framing = BodyFraming.Chunked;
        }
        else if (head.ContentLength > 0)
        {
            head.Framing = BodyFraming.Length;
        }

        bool hasBody = head.Framing != BodyFraming.None;
        head.ExpectsContinue = facts.HasExpect && hasBody && head.MinorVersion == 1;

        // An upgrade may be ignored (RFC 9110 section 7.8). With a body it is: what follows must be beyond doubt.
        if (options.Upgrade && facts.UpgradeCount == 1 && head.MinorVersion == 1 && !hasBody
            && UpgradeProtocol.MayTunnel(head.FieldSlots[facts.UpgradeField].Value(lines)))
        {
            head.AsksUpgrade = true;
            head.UpgradeField = facts.UpgradeField;
        }

        return ParseResult.Done;
    }

    private static ParseResult ConcludeHost(ReadOnlySpan<byte> lines, RequestHead head, int hostField)
    {
        if (hostField < 0)
            return head.MinorVersion == 1 ? ParseResult.MissingHost : ParseResult.Done; // RFC 9112 section 3.2
        ref var host = ref head.FieldSlots[hostField];
        int length = host.ValueEnd - host.ValueStart;
        if (head.Form == TargetForm.Absolute) // the target's host wins, but the field must be sound all the same
            return HostName.TryParse(host.Value(lines), out _, out _, out _) ? ParseResult.Done : BadHost(host.Value(lines));
        return head.TrySetHost(lines, host.ValueStart, length) ? ParseResult.Done : BadHost(host.Value(lines));
    }

    private static ParseResult BadHost(ReadOnlySpan<byte> value) =>
        value.Contains((byte)'@') ? ParseResult.UserInfo : ParseResult.BadHost;
}
