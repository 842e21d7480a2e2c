using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>What a request is hashed by: <c>source</c>, <c>path</c>, <c>host</c>, <c>header:NAME</c>, <c>cookie:NAME</c>, <c>query:NAME</c>.</summary>
internal sealed class HashOnKind : ScalarKind<(HashSource Source, string Name)>
{
    private static readonly (string Word, HashSource Source)[] Bare =
        [("source", HashSource.Source), ("path", HashSource.Path), ("host", HashSource.Host)];

    private static readonly (string Word, HashSource Source)[] Named =
        [("header", HashSource.Header), ("cookie", HashSource.Cookie), ("query", HashSource.Query)];

    public override string Expected => "one of source, path, host, header:NAME, cookie:NAME and query:NAME";

    public override string Format((HashSource Source, string Name) value) =>
        Bare.Concat(Named).First(w => w.Source == value.Source).Word + (value.Name.Length > 0 ? $":{value.Name}" : "");

    protected override bool TryParse(Cursor at, string text, out (HashSource Source, string Name) value)
    {
        value = (HashSource.Source, "");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var word = colon < 0 ? text : text[..colon];
        var name = colon < 0 ? "" : text[(colon + 1)..];
        var bare = Array.Find(Bare, b => b.Word == word);
        var named = Array.Find(Named, n => n.Word == word);
        if (bare.Word is not null)
        {
            value = (bare.Source, "");
            return colon < 0 || at.Fail($"{word} takes no name.", at.Write(word, "Leave the name out."));
        }
        if (named.Word is null)
            return at.Fail($"{at.Written} is nothing to hash by.", NearestName.Find(word, Bare.Concat(Named).Select(w => w.Word)) is { } nearest
                ? $"Did you mean {nearest}? Give {Expected}."
                : $"Give {Expected}.");
        value = (named.Source, named.Source == HashSource.Header ? name.ToLowerInvariant() : name);
        // Names of query parameters are compared byte by byte as they stand in the URL.
        return TokenKind.IsToken(name) || at.Fail($"{at.Written} does not name the {word}.", $"Write {word}:NAME.");
    }

    protected override JsonObject ValueSchema() => Pattern("^(source|path|host|(header|cookie|query):.+)$");
}
