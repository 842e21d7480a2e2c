using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>Parses response heads, as strictly as <see cref="RequestParser"/>: a response whose end is in doubt is no response.</summary>
public static class ResponseParser
{
    /// <summary>
    /// Parses the head at the start of <paramref name="data"/>; see <see cref="RequestParser.Parse"/> for how to continue.
    /// <paramref name="requestMethod"/> is that of the request which is answered: HEAD has no body.
    /// </summary>
    public static ParseResult Parse(ReadOnlySpan<byte> data, ResponseHead head, Method requestMethod, in HeadLimits limits)
    {
        var expected = "HTTP/1."u8;
        int known = Math.Min(data.Length, expected.Length);
        if (!data[..known].SequenceEqual(expected[..known])) // garbage is told at once
            return ParseResult.BadStatusLine;

        var found = HeadScan.FindEnd(data, 0, limits, ref head.Searched, out int end);
        if (found != ParseResult.Done)
            return found == ParseResult.TargetTooLong ? ParseResult.HeadTooLarge : found;

        head.Clear();
        head.Length = end;
        var lines = data[..(end - 2)];
        var result = ParseLines(lines, head, requestMethod, limits);
        return result == ParseResult.Done ? result : HeadScan.Explain(lines, result);
    }

    private static ParseResult ParseLines(ReadOnlySpan<byte> lines, ResponseHead head, Method requestMethod, in HeadLimits limits)
    {
        if (lines.ContainsAny(HttpBytes.Controls))
            return ParseResult.ControlByte;
        int lineLength = FieldLines.LineLength(lines);
        if (lineLength < 0)
            return ParseResult.BareLineBreak;
        if (!TryParseStatusLine(lines[..lineLength], head))
            return ParseResult.BadStatusLine;
        head.FieldsStart = lineLength + 2;

        var facts = new FieldFacts();
        var result = ParseFields(lines, head, limits, ref facts);
        return result != ParseResult.Done ? result : Conclude(lines, head, requestMethod, facts);
    }

    /// <summary>The space before an empty reason is often left out; that is the one liberty taken (and not passed on).</summary>
    private static bool TryParseStatusLine(ReadOnlySpan<byte> line, ResponseHead head)
    {
        if (line.Length < 12 || line[8] != ' ' || (line.Length > 12 && line[12] != ' '))
            return false;
        if (line[7] is not ((byte)'0' or (byte)'1'))
            return false;
        int hundreds = line[9] - '0', tens = line[10] - '0', units = line[11] - '0';
        if (hundreds is < 1 or > 9 || (uint)tens > 9 || (uint)units > 9)
            return false;
        head.MinorVersion = line[7] - '0';
        head.Status = hundreds * 100 + tens * 10 + units;
        return true;
    }

    private struct FieldFacts
    {
        public bool HasTransferEncoding;
        public bool HasConnection;
    }

    private static ParseResult ParseFields(ReadOnlySpan<byte> lines, ResponseHead head, in HeadLimits limits, ref FieldFacts facts)
    {
        var slots = head.FieldSlots;
        int fieldsMax = Math.Min(slots.Length, limits.Fields);
        int position = head.FieldsStart;
        while (position < lines.Length)
        {
            if (head.FieldCount == fieldsMax)
                return ParseResult.TooManyFields;
            ref var field = ref slots[head.FieldCount];
            var result = FieldLines.Read(lines, ref position, HttpBytes.Token, out field);
            if (result == ParseResult.Done && field.Kind != FieldKind.Other)
                result = Note(lines, ref field, head, ref facts);
            if (result != ParseResult.Done)
                return result;
            head.FieldCount++;
        }

        return ParseResult.Done;
    }

    private static ParseResult Note(ReadOnlySpan<byte> lines, ref HeaderField field, ResponseHead head, ref FieldFacts facts)
    {
        field.Drop = FieldKinds.IsHopByHop(field.Kind);
        switch (field.Kind)
        {
            case FieldKind.ContentLength:
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
            case FieldKind.Connection:
                facts.HasConnection = true;
                break;
            case FieldKind.Upgrade:
                head.UpgradeField = head.FieldCount;
                break;
            case FieldKind.Date:
                head.HasDate = true;
                break;
            case FieldKind.WaitingRoom:
                field.Drop = true;
                head.ReleasesVisitor |= Ascii.EqualsIgnoreCase(field.Value(lines), "release"u8);
                break;
        }

        return ParseResult.Done;
    }

    private static ParseResult Conclude(ReadOnlySpan<byte> lines, ResponseHead head, Method requestMethod, in FieldFacts facts)
    {
        var options = new ConnectionOptions();
        if (facts.HasConnection && !options.TryRead(lines, head.FieldSlots.AsSpan(0, head.FieldCount)))
            return ParseResult.BadConnectionOption;
        head.KeepAlive = !options.Close && (head.MinorVersion == 1 || options.KeepAlive);

        if (facts.HasTransferEncoding && head.MinorVersion == 0)
            return ParseResult.TransferEncodingBeforeHttp11;
        if (facts.HasTransferEncoding && head.ContentLength >= 0)
            return ParseResult.BothLengths;

        // RFC 9112 section 6.3, in its order.
        if (head.Status is < 200 or 204)
        {
            // These never have a body. A server that announces one may send it: the connection is not used again.
            head.KeepAlive &= !facts.HasTransferEncoding && head.ContentLength <= 0 && head.Status != 101;
            head.ContentLength = -1;
            head.Framing = BodyFraming.None;
        }
        else if (requestMethod == Method.Head || head.Status == 304)
        {
            head.Framing = BodyFraming.None;
        }
        else if (facts.HasTransferEncoding)
        {
            head.Framing = BodyFraming.Chunked;
        }
        else if (head.ContentLength >= 0)
        {
            head.Framing = head.ContentLength == 0 ? BodyFraming.None : BodyFraming.Length;
        }
        else
        {
            head.Framing = BodyFraming.UntilClose;
            head.KeepAlive = false;
        }

        return ParseResult.Done;
    }
}
