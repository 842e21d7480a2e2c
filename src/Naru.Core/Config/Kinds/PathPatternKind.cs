using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Naru.Core.Http;

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
                : "A * may only follow the last /, as in /api/*.");
        return CheckForm(at, path, isPrefix);
    }

    protected override JsonObject ValueSchema() => Pattern(@"^/([^*?#]*|[^*?#]*/\*|\*)$");

    /// <summary>A request's path is matched in its canonical form, so a match in any other would take no request.</summary>
    private static bool CheckForm(Cursor at, string path, bool isPrefix)
    {
        var escaped = Escaped(path);
        var canonical = new byte[escaped.Length];
        switch (CanonicalPath.Write(escaped, canonical, out var length))
        {
            case ParseResult.BadEscape:
                return at.Fail($"{at.Written} has a % without two hexadecimal digits after it, or a NUL.", "Write a plain % as %25.");
            case ParseResult.PathAboveRoot:
                return at.Fail($"{at.Written} leads above the root.", "Remove the .. segments.");
            case ParseResult.AmbiguousPath:
                return at.Fail($"{at.Written} hides a dot segment, and requests for such paths are refused.", "Remove it.");
        }
        var right = Encoding.ASCII.GetString(canonical, 0, length);
        return path == right || at.Fail($"{at.Written} is not in the form in which paths are matched.",
            at.Write(right + (isPrefix ? "*" : ""), "Give it without //, dot segments and needless escapes."));
    }

    /// <summary>Bytes that may not stand in a path, such as spaces and letters beyond ASCII, become escapes.</summary>
    private static byte[] Escaped(string path)
    {
        var escaped = new StringBuilder(path.Length);
        foreach (var value in Encoding.UTF8.GetBytes(path))
        {
            if (HttpBytes.Path.Contains(value))
                escaped.Append((char)value);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }
        return Encoding.ASCII.GetBytes(escaped.ToString());
    }
}
