using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A path of a file, absolute or counted from the folder of the configuration file; or one word with a meaning of its own.</summary>
internal sealed class FilePathKind(string? word = null) : ScalarKind<string>
{
    public override string Expected => word is null ? "the path of a file" : $"the path of a file, or {word}";

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text;
        if (text == word)
            return true;
        if (text.Length is 0 or > ConfigLimits.TextCharactersMax || text.Any(char.IsControl))
            return at.Fail($"{at.Written} is not the path of a file.", $"Give {Expected}.");
        value = at.Session.Sources.FullPath(text);
        return !text.EndsWith('/') || at.Fail($"{at.Written} is a folder.", $"Give {Expected}.");
    }

    protected override JsonObject ValueSchema() => new() { ["type"] = "string", ["minLength"] = 1 };
}
