namespace Naru.Core.Http;

/// <summary>
/// One form of a path, for matching and for forwarding (RFC 3986 section 6.2.2, and what origins are known to do on top):
/// escapes of unreserved bytes are decoded, the others written in upper case; runs of slashes become one; dot segments are
/// resolved. <c>%2F</c> and <c>%5C</c> stay escaped; a path that would gain a dot segment if an origin read them as separators,
/// or cut <c>;parameters</c> off, is refused, because Naru and that origin would see different resources.
/// Canonicalising twice is canonicalising once.
/// </summary>
public static class CanonicalPath
{
    /// <summary>Whether the bytes may stand in a path and it starts with a slash.</summary>
    public static bool IsValid(ReadOnlySpan<byte> raw) => !raw.IsEmpty && raw[0] == '/' && !raw.ContainsAnyExcept(HttpBytes.Path);

    /// <summary>True for nearly every path seen: no escape, no parameters, no double slash, no segment that starts with a dot.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> raw) =>
        raw.IndexOfAny((byte)'%', (byte)';') < 0 && raw.IndexOf("//"u8) < 0 && raw.IndexOf("/."u8) < 0;

    /// <summary>
    /// Writes the canonical form of a valid path. It is never longer than the raw one: <paramref name="target"/> must hold as much.
    /// </summary>
    public static ParseResult Write(ReadOnlySpan<byte> raw, Span<byte> target, out int length)
    {
        length = 0;
        int position = 0;
        while (position < raw.Length)
        {
            // 1. a slash; runs count as one
            while (position < raw.Length && raw[position] == '/')
                position++;
            target[length++] = (byte)'/';
            int segmentStart = length;

            // 2. a segment, with its escapes in canonical form
            while (position < raw.Length && raw[position] != '/')
            {
                if (raw[position] != '%')
                {
                    target[length++] = raw[position++];
                    continue;
                }

                if (!TryWriteEscape(raw[position..], target, ref length))
                    return ParseResult.BadEscape;
                position += 3;
            }

            // 3. dot segments (RFC 3986 section 5.2.4)
            var segment = target[segmentStart..length];
            bool last = position >= raw.Length;
            if (segment.SequenceEqual("."u8))
            {
                length = last ? segmentStart : segmentStart - 1;
            }
            else if (segment.SequenceEqual(".."u8))
            {
                int parentStart = target[..(segmentStart - 1)].LastIndexOf((byte)'/');
                if (parentStart < 0)
                    return ParseResult.PathAboveRoot;
                length = last ? parentStart + 1 : parentStart;
            }
            else if (HidesDotSegment(segment))
            {
                return ParseResult.AmbiguousPath;
            }
        }

        if (length == 0)
            target[length++] = (byte)'/';
        return ParseResult.Done;
    }

    /// <summary>Writes the escape at the start of <paramref name="escape"/> (3 bytes) as 1 or 3 bytes.</summary>
    private static bool TryWriteEscape(ReadOnlySpan<byte> escape, Span<byte> target, ref int length)
    {
        if (escape.Length < 3)
            return false;
        int value = (HttpBytes.HexDigit(escape[1]) << 4) | HttpBytes.HexDigit(escape[2]);
        if (value <= 0) // negative if either was no digit; zero is the end of a string to many origins
            return false;
        if (char.IsAsciiLetterOrDigit((char)value) || value is '-' or '.' or '_' or '~')
        {
            target[length++] = (byte)value;
            return true;
        }

        target[length++] = (byte)'%';
        target[length++] = ToUpper(escape[1]);
        target[length++] = ToUpper(escape[2]);
        return true;
    }

    private static byte ToUpper(byte hexDigit) => hexDigit >= 'a' ? (byte)(hexDigit - 0x20) : hexDigit;

    /// <summary>Whether a part of the segment is a dot segment to an origin that splits at %2F and %5C, or cuts at a semicolon.</summary>
    private static bool HidesDotSegment(ReadOnlySpan<byte> segment)
    {
        int dots = 0; // dots since the part began; -1: the part holds something else
        for (int i = 0; i < segment.Length; i++)
        {
            bool separator = IsEscape(segment, i, '2', 'F') || IsEscape(segment, i, '5', 'C');
            if (separator || segment[i] == ';' || IsEscape(segment, i, '3', 'B'))
            {
                if (dots is 1 or 2)
                    return true;
                dots = separator ? 0 : -1;
            }
            else if (segment[i] != '.')
            {
                dots = -1;
            }
            else if (dots >= 0)
            {
                dots++;
            }

            if (segment[i] == '%')
                i += 2;
        }

        return dots is 1 or 2;
    }

    private static bool IsEscape(ReadOnlySpan<byte> segment, int i, char high, char low) =>
        segment[i] == '%' && segment[i + 1] == high && segment[i + 2] == low;
}
