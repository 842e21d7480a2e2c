using System.Buffers;
using System.Globalization;
using System.Text;

namespace Naru.SystemTests.Harness;

/// <summary>A message as it came over the wire, read by the letter of RFC 9112: what deviates is an error of the sender.</summary>
internal sealed class HttpMessage
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public required string StartLine { get; init; }

    public required IReadOnlyList<(string Name, string Value)> Fields { get; init; }

    /// <summary>The head as it was, with its empty line.</summary>
    public required byte[] Head { get; init; }

    /// <summary>Decoded.</summary>
    public byte[] Body { get; set; } = [];

    public IReadOnlyList<(string Name, string Value)> Trailers { get; set; } = [];

    public string Text => Encoding.Latin1.GetString(Body);

    public string Method => StartLine.Split(' ')[0];

    public string Target => StartLine.Split(' ')[1];

    public int Status => int.Parse(StartLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture);

    public bool IsChunked => Field("Transfer-Encoding") != null;

    public long? ContentLength => Field("Content-Length") is { } value ? long.Parse(value, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    public bool Closes => Field("Connection") is { } value && value.Contains("close", StringComparison.OrdinalIgnoreCase);

    /// <summary>The one value; null when there is none, an error when there are several.</summary>
    public string? Field(string name)
    {
        var values = Fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value).ToArray();
        return values.Length <= 1 ? values.FirstOrDefault() : throw new BadMessageException($"{name} stands {values.Length} times in\n{this}");
    }

    public static HttpMessage ParseHead(byte[] head)
    {
        var text = Encoding.Latin1.GetString(head);
        if (!text.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            throw new BadMessageException("The head does not end with an empty line.");
        var lines = text[..^4].Split("\r\n");
        if (lines.Any(line => line.AsSpan().ContainsAny("\r\n\0")))
            throw new BadMessageException($"Bare line breaks in\n{text}");
        var message = new HttpMessage { StartLine = lines[0], Fields = [.. lines[1..].Select(ParseField)], Head = head };
        if (message.IsChunked && message.ContentLength != null)
            throw new BadMessageException($"Content-Length beside Transfer-Encoding in\n{text}");
        if (message.IsChunked && message.Field("Transfer-Encoding") != "chunked")
            throw new BadMessageException($"A transfer coding that is not chunked in\n{text}");
        return message;
    }

    public static (string Name, string Value) ParseField(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || line.AsSpan(0, colon).ContainsAnyExcept(TokenCharacters))
            throw new BadMessageException($"Not a field: {line}");
        return (line[..colon], line[(colon + 1)..].Trim(' ', '\t'));
    }

    public override string ToString() => Encoding.Latin1.GetString(Head) + Text;
}

/// <summary>A peer sent what is no sound HTTP message.</summary>
internal sealed class BadMessageException(string message) : Exception(message);
