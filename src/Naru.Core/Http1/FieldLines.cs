using System.Buffers;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>The grammar of field lines (RFC 9112 section 5), the same for requests and responses.</summary>
internal static class FieldLines
{
    /// <summary>Length of the line without its CRLF, or -1 if the first CR or LF is not the CR of a CRLF.</summary>
    internal static int LineLength(ReadOnlySpan<byte> data)
    {
        int i = data.IndexOfAny(HttpBytes.Cr, HttpBytes.Lf);
        return (uint)(i + 1) < (uint)data.Length && i >= 0 && data[i] == HttpBytes.Cr && data[i + 1] == HttpBytes.Lf ? i : -1;
    }

    /// <summary>Reads the line at <paramref name="position"/>. Control bytes were refused before.</summary>
    /// <param name="head">The head up to and with the CRLF of its last line.</param>
    /// <param name="position">Start of the line; moved behind its CRLF.</param>
    /// <param name="nameBytes">What a name may consist of.</param>
    /// <param name="field">All but <c>Drop</c> is set.</param>
    internal static ParseResult Read(ReadOnlySpan<byte> head, ref int position, SearchValues<byte> nameBytes, out HeaderField field)
    {
        field = default;
        var rest = head[position..];
        int colon = rest.IndexOfAnyExcept(nameBytes);
        if (colon <= 0 || rest[colon] != ':')
            return colon == 0 && rest[0] is (byte)' ' or (byte)'\t' ? ParseResult.FoldedField
                : colon >= 0 && rest[colon] == '_' ? ParseResult.UnderscoreInName
                : ParseResult.BadFieldName;

        int valueStart = colon + 1;
        while (rest[valueStart] is (byte)' ' or (byte)'\t') // ends at CR at the latest
            valueStart++;
        int length = LineLength(rest[valueStart..]);
        if (length < 0)
            return ParseResult.BareLineBreak;
        int lineEnd = valueStart + length;
        int valueEnd = lineEnd;
        while (valueEnd > valueStart && rest[valueEnd - 1] is (byte)' ' or (byte)'\t')
            valueEnd--;

        field.Start = (ushort)position;
        field.NameEnd = (ushort)(position + colon);
        field.ValueStart = (ushort)(position + valueStart);
        field.ValueEnd = (ushort)(position + valueEnd);
        field.LineEnd = (ushort)(position + lineEnd + 2);
        field.Kind = FieldKinds.Of(rest[..colon]);
        position += lineEnd + 2;
        return ParseResult.Done;
    }

    /// <summary>Digits only, without sign or list, within 63 bits (RFC 9110 section 8.6).</summary>
    internal static bool TryReadLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        if (value.Length is 0 or > 18) // 18 digits cannot overflow; no body has more
            return false;
        foreach (byte digit in value)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            length = length * 10 + (digit - '0');
        }

        return true;
    }
}
