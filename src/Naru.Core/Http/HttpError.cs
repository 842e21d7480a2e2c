namespace Naru.Core.Http;

/// <summary>Status code and stable name of each refusal: what the client is told, and what log and counters are labelled with.</summary>
public static class HttpError
{
    private static readonly string[] Names = [.. Enum.GetValues<ParseResult>().Select(r => Dashed(r.ToString()))];
    private static readonly byte[][] NamesUtf8 = [.. Names.Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>What a client is answered whose request was refused. A refused response is always 502 instead.</summary>
    public static int RequestStatus(ParseResult result) => result switch
    {
        ParseResult.TargetTooLong => 414,
        ParseResult.UnknownExpectation => 417,
        ParseResult.HeadTooLarge or ParseResult.TooManyFields => 431,
        ParseResult.TraceRefused => 405,
        ParseResult.ConnectRefused or ParseResult.MethodTooLong or ParseResult.UnsupportedTransferCoding => 501,
        ParseResult.UnsupportedVersion => 505,
        _ => 400,
    };

    /// <summary>Lower case with dashes: <c>repeated-content-length</c>.</summary>
    public static string Name(ParseResult result) => Names[(int)result];

    public static ReadOnlySpan<byte> NameUtf8(ParseResult result) => NamesUtf8[(int)result];

    private static string Dashed(string name)
    {
        var text = new System.Text.StringBuilder();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
                text.Append('-');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
