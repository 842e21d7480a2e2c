using System.Text;
using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// What the Connection fields of a head ask for, and the dropping of the fields they nominate (RFC 9110 section 7.6.1).
/// Nominating a field that is never hop-by-hop (length, credentials, who forwarded) is an attempt to make a proxy strip what the
/// origin relies on; no honest sender does it, so it is refused rather than ignored.
/// </summary>
internal struct ConnectionOptions
{
    internal bool Close;
    internal bool KeepAlive;
    internal bool Upgrade;

    /// <summary>Reads all Connection fields and marks the nominated fields.</summary>
    internal bool TryRead(ReadOnlySpan<byte> data, Span<HeaderField> fields)
    {
        int options = 0;
        for (int i = 0; i < fields.Length; i++)
        {
            if (fields[i].Kind != FieldKind.Connection)
                continue;
            var rest = fields[i].Value(data);
            while (!rest.IsEmpty)
            {
                int comma = rest.IndexOf((byte)',');
                var option = HttpBytes.Trim(comma < 0 ? rest : rest[..comma]);
                rest = comma < 0 ? default : rest[(comma + 1)..];
                if (++options > HttpLimits.ConnectionOptionsMax)
                    return false;
                if (!option.IsEmpty && !TryApply(option, data, fields)) // empty list elements are allowed: RFC 9110 section 5.6.1
                    return false;
            }
        }

        return true;
    }

    private bool TryApply(ReadOnlySpan<byte> option, ReadOnlySpan<byte> data, Span<HeaderField> fields)
    {
        if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8))
            return KeepAlive = true;
        if (Ascii.EqualsIgnoreCase(option, "close"u8))
            return Close = true;
        if (Ascii.EqualsIgnoreCase(option, "upgrade"u8))
            return Upgrade = true;
        if (!HttpBytes.IsToken(option) || IsProtected(option))
            return false;
        foreach (ref var field in fields)
            if (Ascii.EqualsIgnoreCase(field.Name(data), option))
                field.Drop = true;
        return true;
    }

    private static bool IsProtected(ReadOnlySpan<byte> name)
    {
        var kind = FieldKinds.Of(name);
        if (kind != FieldKind.Other)
            return !FieldKinds.IsHopByHop(kind) && kind != FieldKind.Trailer;
        return StartsWith(name, "content-"u8)
            || Ascii.EqualsIgnoreCase(name, "authorization"u8)
            || Ascii.EqualsIgnoreCase(name, "cookie"u8)
            || Ascii.EqualsIgnoreCase(name, "set-cookie"u8)
            || Ascii.EqualsIgnoreCase(name, "origin"u8)
            || Ascii.EqualsIgnoreCase(name, "cache-control"u8)
            || Ascii.EqualsIgnoreCase(name, "range"u8)
            || StartsWith(name, "if-"u8)
            || StartsWith(name, "sec-"u8);
    }

    private static bool StartsWith(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix) =>
        name.Length >= prefix.Length && Ascii.EqualsIgnoreCase(name[..prefix.Length], prefix);
}
