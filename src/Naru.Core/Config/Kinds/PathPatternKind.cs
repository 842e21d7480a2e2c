using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A path of a match: <c>/old</c> is that path, <c>/api/*</c> that prefix. It must be in the form in which requests are matched.</summary>
internal sealed class PathPatternKind : ScalarKind<string>
{
    public override string Expected => "a path such as /old, or a prefix such as /api/*";

    protected override bool TryParse(Cursor at, string text, out string value)
    {
        value = text;
        if (text.Length > ConfigLimits.TextCharactersMax)
            return at.Fail("is too long.", $"Give at most {ConfigLimits.TextCharactersMax} characters.");
        if (text.Length == 0 || text[0] != '/')
            return at.Fail($"{at.Written} does not begin with /.", text.Length == 0 || text.Contains("://", StringComparison.Ordinal)
                ? $"Give {Expected}."
                : at.Write($"/{text}", $"Give {Expected}."));
        if (text.AsSpan().ContainsAny('?', '#'))
            return at.Fail($"{at.Written} has a query or fragment.", "Give the path alone.");
        var isPrefix = text.EndsWith("/*", StringComparison.Ordinal);
        var path = isPrefix ? text[..^1] : text;
        if (path.Contains('*', StringComparison.Ordinal))
            return at.Fail($"{at.Written} has its * in the wrong place.", path.EndsWith('*')
                ? at.Write(path.TrimEnd('*') + "/*", "A * may only follow the last /.")
                : "A * may only follow the last /, as in /api/*; write %2A for a plain one.");
        if (!CanonicalPath.TryFrom(path, out var canonical))
            return at.Fail($"{at.Written} has a % without two hexadecimal digits after it.", "Write % as %25, or two hexadecimal digits after it.");
        if (canonical.Contains("%00", StringComparison.Ordinal))
            return at.Fail($"{at.Written} has a NUL.", "Remove it.");
        return path == canonical || at.Fail($"{at.Written} is not in the form in which paths are matched.",
            at.Write(canonical + (isPrefix ? "*" : ""), "Give it without //, dot segments and needless escapes."));
    }

    protected override JsonObject ValueSchema() => Pattern(@"^/([^*?#]*|[^*?#]*/\*|\*)$");
}
