using System.Buffers;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A token of RFC 9110 section 5.6.2: what names of fields, methods and cookies are made of.</summary>
internal sealed class TokenKind(string noun, TokenCase letterCase = TokenCase.AsWritten) : ScalarKind<string>
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public override string Expected => noun;

    public bool TryParseKey(Cursor at, string text, out string value) => TryParse(at, text, out value);

    public static bool IsToken(string text) =>
        text.Length is > 0 and <= ConfigLimits.NameCharactersMax && !text.AsSpan().ContainsAnyExcept(Characters);

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = letterCase == TokenCase.Lower ? text.ToLowerInvariant() : text;
        if (!IsToken(text))
            return at.Fail($"{at.Written} is not {noun}.", $"Give {noun}: at most {ConfigLimits.NameCharactersMax} letters, digits and '-'.");
        // Methods tell upper from lower case (RFC 9110 section 9.1), so "get" would match no request.
        return letterCase != TokenCase.Upper || !text.Any(char.IsAsciiLetterLower)
            || at.Fail($"{at.Written} is not in upper case.", at.Write(text.ToUpperInvariant(), "Write it in upper case."));
    }

    protected override JsonObject ValueSchema() =>
        Pattern(letterCase == TokenCase.Upper ? "^[!#$%&'*+.^_`|~0-9A-Z-]+$" : "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$");
}

internal enum TokenCase
{
    AsWritten,

    /// <summary>Taken in any case, kept in lower case.</summary>
    Lower,

    /// <summary>Taken in upper case only.</summary>
    Upper,
}
