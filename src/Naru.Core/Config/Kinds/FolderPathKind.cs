using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A path of a folder, absolute or counted from the folder of the configuration file. It need not be there yet.</summary>
internal sealed class FolderPathKind : ScalarKind<string>
{
    public override string Expected => "the path of a folder";

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text;
        if (text.Length is 0 or > ConfigLimits.TextCharactersMax || text.Any(char.IsControl))
            return at.Fail($"{at.Written} is not the path of a folder.", $"Give {Expected}.");
        value = at.Session.Sources.FullPath(text.Length > 1 ? text.TrimEnd('/') : text);
        return true;
    }

    protected override JsonObject ValueSchema() => new() { ["type"] = "string", ["minLength"] = 1 };
}
