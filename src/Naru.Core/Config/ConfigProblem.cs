namespace Naru.Core.Config;

/// <summary>
/// One mistake of the operator, told so that it can be mended without a manual: place, value, what is wrong, what to write.
/// </summary>
/// <param name="File">As the operator named it.</param>
/// <param name="Line">1-based; 0 when the problem is the file itself.</param>
/// <param name="Column">1-based.</param>
/// <param name="Path"><c>pools.web.servers[1].weight</c>; empty for the file itself and for syntax.</param>
/// <param name="Value">The value as written (a <c>${NAME}</c> reference stays unresolved: it may be a secret); may be empty.</param>
/// <param name="Message">A sentence that says what is wrong.</param>
/// <param name="Fix">A sentence that says what to write instead.</param>
public sealed record ConfigProblem(string File, int Line, int Column, string Path, string Value, string Message, string Fix)
{
    /// <summary><c>naru.yaml:12:9: pools.web.servers[1].weight: 0 is not a weight. Give a whole number from 1 to 1000.</c></summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        var path = Path.Length > 0 ? $" {Path}:" : "";
        var fix = Fix.Length > 0 ? $" {Fix}" : "";
        return $"{place}:{path} {Message}{fix}";
    }
}
