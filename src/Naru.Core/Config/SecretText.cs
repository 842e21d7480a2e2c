using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Naru.Core.Config;

/// <summary>What the bytes of a secret file mean. Nothing of them ever goes into a message.</summary>
internal static class SecretText
{
    private static readonly SearchValues<byte> Whitespace = SearchValues.Create(" \t\r\n"u8);

    /// <summary>
    /// Base64 that holds a long enough key is decoded; other text counts as it stands, without the white space around it;
    /// a binary file counts whole, since a random byte may look like white space.
    /// Null: shorter than <see cref="ConfigLimits.KeyBytesMin"/>.
    /// </summary>
    public static byte[]? Key(byte[] content)
    {
        if (!IsText(content))
            return content.Length >= ConfigLimits.KeyBytesMin ? content : null;
        var trimmed = Trim(content);
        if (Base64.IsValid(trimmed, out var decodedBytes) && decodedBytes >= ConfigLimits.KeyBytesMin)
            return Convert.FromBase64String(Encoding.ASCII.GetString(trimmed));
        return trimmed.Length >= ConfigLimits.KeyBytesMin ? trimmed.ToArray() : null;
    }

    /// <summary>A token travels in a header field: printable ASCII without spaces. Null: it is not, or it is too short.</summary>
    public static string? Token(byte[] content)
    {
        var trimmed = Trim(content);
        return trimmed.Length >= ConfigLimits.TokenCharactersMin && !trimmed.ContainsAnyExceptInRange((byte)'!', (byte)'~')
            ? Encoding.ASCII.GetString(trimmed)
            : null;
    }

    /// <summary>Text on one line, as it is typed. Null: it is empty or something else.</summary>
    public static string? Password(byte[] content)
    {
        var trimmed = Trim(content);
        return trimmed.Length > 0 && System.Text.Unicode.Utf8.IsValid(trimmed) && !trimmed.ContainsAny((byte)0, (byte)'\n', (byte)'\r')
            ? Encoding.UTF8.GetString(trimmed)
            : null;
    }

    private static bool IsText(ReadOnlySpan<byte> content)
    {
        foreach (var value in content)
            if (value is (< (byte)' ' or > (byte)'~') && !Whitespace.Contains(value))
                return false;
        return true;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> content)
    {
        var start = content.IndexOfAnyExcept(Whitespace);
        return start < 0 ? [] : content[start..(content.LastIndexOfAnyExcept(Whitespace) + 1)];
    }
}
