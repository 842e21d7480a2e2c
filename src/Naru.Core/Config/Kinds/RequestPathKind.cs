using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>The target of a request that Naru itself makes: a path, perhaps with a query. It is sent as it stands.</summary>
internal sealed class RequestPathKind : ScalarKind<string>
{
    public override string Expected => "a path such as /healthz";

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text;
        if (!text.StartsWith('/'))
            return at.Fail($"{at.Written} does not begin with /.", $"Give {Expected}.");
        if (text.Length > ConfigLimits.TextCharactersMax)
            return at.Fail("is too long.", $"Give at most {ConfigLimits.TextCharactersMax} characters.");
        return !text.Any(c => c is <= ' ' or >= '\x7f' or '#')
            || at.Fail($"{at.Written} has characters that a request may not have.", "Write them as %-escapes.");
    }

    protected override JsonObject ValueSchema() => Pattern("^/[^ #]*$");
}
