using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>Where a redirect leads: a path, or an absolute URL of http or https. Sent as it stands.</summary>
internal sealed class RedirectTargetKind : ScalarKind<string>
{
    public override string Expected => "a path such as /new, or a URL such as https://example.com/new";

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text;
        if (text.Length > ConfigLimits.TextCharactersMax)
            return at.Fail("is too long.", $"Give at most {ConfigLimits.TextCharactersMax} characters.");
        foreach (var c in text)
            if (c is <= ' ' or >= '\x7f' or '"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}')
                return at.Fail($"{at.Written} has characters that a URL may not have.", "Write them as %-escapes.");
        // "//host" would lead to another host where a path was meant.
        var isPath = text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal);
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https") && url.Host.Length > 0;
        return isPath || (isUrl && !text.StartsWith('/')) || at.Fail($"{at.Written} is neither a path nor a URL.", $"Give {Expected}.");
    }

    protected override JsonObject ValueSchema() => Pattern("^(/([^/].*)?|https?://.+)$");
}
