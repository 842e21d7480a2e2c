using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A name that may stand in logs, metrics, addresses of the admin interface and on the command line unquoted.</summary>
internal sealed class NameKind : ScalarKind<string>
{
    public override string Expected => $"a name of letters, digits, '.', '_' and '-', at most {ConfigLimits.NameCharactersMax} of them";

    public bool Check(Cursor at, string name) => TryParse(at, name, out _);

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text;
        var isName = text.Length is > 0 and <= ConfigLimits.NameCharactersMax && char.IsAsciiLetterOrDigit(text[0]);
        foreach (var c in text)
            isName &= char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
        return isName || at.Fail($"{at.Written} is not a name.", $"Give {Expected}; the first a letter or digit.");
    }

    protected override JsonObject ValueSchema() => Pattern("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$");
}
