namespace Naru.Core.Http;

/// <summary>Reads one cookie out of a Cookie field (RFC 6265 section 4.2).</summary>
public static class CookieReader
{
    /// <summary>The first cookie of that name; names are compared exactly. Quotes stay part of the value.</summary>
    public static bool TryGet(ReadOnlySpan<byte> fieldValue, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = fieldValue;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)';');
            var pair = HttpBytes.Trim(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
            if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name))
            {
                value = pair[(name.Length + 1)..];
                return true;
            }
        }

        value = default;
        return false;
    }
}
