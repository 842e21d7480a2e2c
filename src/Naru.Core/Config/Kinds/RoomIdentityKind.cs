using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>Where a request names its login: <c>header:NAME</c> or <c>cookie:NAME</c>.</summary>
internal sealed class RoomIdentityKind : ScalarKind<RoomIdentityOptions>
{
    public override string Expected => "header:NAME or cookie:NAME";

    public override string Format(RoomIdentityOptions value) => $"{(value.IsCookie ? "cookie" : "header")}:{value.Name}";

    protected override bool TryParse(Cursor at, string text, out RoomIdentityOptions value)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var word = colon < 0 ? text : text[..colon];
        var name = colon < 0 ? "" : text[(colon + 1)..];
        value = new(word == "cookie", word == "header" ? name.ToLowerInvariant() : name);
        if (word is not ("header" or "cookie"))
            return at.Fail($"{at.Written} does not say where the login stands.", $"Give {Expected}.");
        return TokenKind.IsToken(name) || at.Fail($"{at.Written} does not name the {word}.", $"Write {word}:NAME.");
    }

    protected override JsonObject ValueSchema() => Pattern("^(header|cookie):.+$");
}
