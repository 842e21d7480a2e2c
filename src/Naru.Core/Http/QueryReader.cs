namespace Naru.Core.Http;

/// <summary>Reads one parameter out of a query. Bytes are compared as sent: nothing is decoded.</summary>
public static class QueryReader
{
    /// <summary>The first parameter of that name; a parameter without <c>=</c> has an empty value.</summary>
    public static bool TryGet(ReadOnlySpan<byte> query, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var rest = query;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'&');
            var pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!pair.StartsWith(name))
                continue;
            if (pair.Length == name.Length || pair[name.Length] == '=')
            {
                value = pair.Length == name.Length ? default : pair[(name.Length + 1)..];
                return true;
            }
        }

        value = default;
        return false;
    }
}
