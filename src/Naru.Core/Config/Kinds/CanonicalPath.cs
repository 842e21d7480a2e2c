using System.Buffers;
using System.Globalization;
using System.Text;

namespace Naru.Core.Config.Kinds;

/// <summary>
/// The one spelling of a path among its equivalents (RFC 3986 section 6.2.2): unreserved characters bare, the rest of the
/// escapes in upper case, dot segments resolved, no empty segments.
/// </summary>
internal static class CanonicalPath
{
    /// <summary>pchar of RFC 3986 section 3.3 without pct-encoded, and the slash.</summary>
    private static readonly SearchValues<byte> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/"u8);

    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    /// <summary>False when an escape is broken.</summary>
    public static bool TryFrom(string path, out string canonical)
    {
        canonical = path;
        var bytes = Encoding.UTF8.GetBytes(path);
        var spelt = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            var isEscape = value == '%';
            if (isEscape && !(i + 2 < bytes.Length && TryHex(bytes.AsSpan(i + 1, 2), out value)))
                return false;
            i += isEscape ? 2 : 0;
            if (isEscape ? Unreserved.Contains(value) : Allowed.Contains(value))
                spelt.Append((char)value);
            else
                spelt.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }
        canonical = WithoutDotSegments(spelt.ToString());
        return true;
    }

    /// <summary>RFC 3986 section 5.2.4, and empty segments dropped.</summary>
    private static string WithoutDotSegments(string path)
    {
        var segments = path.Split('/');
        var kept = new List<string>();
        foreach (var segment in segments)
        {
            if (segment == ".." && kept.Count > 0)
                kept.RemoveAt(kept.Count - 1);
            if (segment is not ("" or "." or ".."))
                kept.Add(segment);
        }
        var endsWithSlash = kept.Count > 0 && segments[^1] is ("" or "." or "..");
        return "/" + string.Join('/', kept) + (endsWithSlash ? "/" : "");
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
