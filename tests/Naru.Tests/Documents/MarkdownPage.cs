using System.Text;
using System.Text.RegularExpressions;

namespace Naru.Tests.Documents;

/// <summary>
/// A page of docs/ as the blocks that its translation must have as well: headings, rows of tables, lines of code, and
/// paragraphs (an item of a list is one). Reads only the Markdown that the project writes.
/// </summary>
internal sealed partial class MarkdownPage
{
    public MarkdownPage(string text)
    {
        string? fence = null;
        var paragraph = new StringBuilder();
        var line = 0;
        var start = 0;
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            line++;
            var trimmed = raw.Trim();
            var isFence = trimmed.StartsWith("```", StringComparison.Ordinal);
            var isHeading = Heading().IsMatch(raw);
            var isRow = trimmed.StartsWith('|');
            if (fence is not null || isFence || isHeading || isRow || trimmed.Length == 0 || ListItem().IsMatch(trimmed))
                EndParagraph();
            if (isFence)
            {
                fence = fence is null ? trimmed[3..] : null;
                Blocks.Add(new(line, fence is null ? "end of code" : $"code {fence}", ""));
            }
            else if (fence is not null)
                Blocks.Add(new(line, "line of code", trimmed));
            else if (isHeading)
                Blocks.Add(new(line, $"heading {raw.IndexOf(' ', StringComparison.Ordinal)}", raw.TrimStart('#').Trim()));
            else if (isRow)
                Blocks.Add(new(line, $"row of {Cells(trimmed).Length} cells", trimmed));
            else if (trimmed.Length > 0)
            {
                if (paragraph.Length == 0)
                    start = line;
                paragraph.Append(trimmed).Append(' ');
            }
        }
        EndParagraph();

        void EndParagraph()
        {
            if (paragraph.Length > 0)
                Blocks.Add(new(start, ListItem().IsMatch(paragraph.ToString()) ? "item" : "paragraph", paragraph.ToString().Trim()));
            paragraph.Clear();
        }
    }

    public List<Block> Blocks { get; } = [];

    /// <summary>Targets of links and pictures, but those of other sites.</summary>
    public IEnumerable<string> Links() =>
        Blocks.Where(b => !b.IsCode).SelectMany(b => Link().Matches(CodeSpan().Replace(b.Text, "")))
            .Select(m => m.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal));

    /// <summary>The names by which links reach the headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors() =>
        Blocks.Where(b => b.Kind.StartsWith("heading", StringComparison.Ordinal))
            .Select(b => NotInAnchor().Replace(b.Text.ToLowerInvariant(), "").Replace(' ', '-'));

    public static string[] Cells(string row) => [.. CellEnd().Split(row)[1..^1].Select(cell => cell.Trim())];

    /// <summary>What stands between backticks, in the order of the alphabet, since languages order their sentences differently.</summary>
    public static IEnumerable<string> CodeSpans(string text) =>
        CodeSpan().Matches(text).Select(m => Notice().Replace(m.Value, "''")).Order(StringComparer.Ordinal);

    public static IEnumerable<string> Numbers(string text) => Number().Matches(text).Select(m => m.Value);

    public static bool IsKorean(string text) => Hangul().IsMatch(text);

    /// <summary>A line of code without what is said about it: up to a comment or a second column.</summary>
    public static string Said(string line) => Remark().Split(line)[0].Trim();

    /// <param name="Line">Counts from 1.</param>
    /// <param name="Kind">Equal where two pages have the same structure.</param>
    /// <param name="Text">All of a block, its mark-up included.</param>
    public readonly record struct Block(int Line, string Kind, string Text)
    {
        public bool IsCode => Kind == "line of code";
        public bool IsRow => Kind.StartsWith("row", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^#{1,6} ")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^([-*]|\d+\.) ")]
    private static partial Regex ListItem();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex CodeSpan();

    /// <summary>What an operator tells visitors, in the language of the page.</summary>
    [GeneratedRegex(@"(?<=room message \w+ )'[^']+'")]
    private static partial Regex Notice();

    [GeneratedRegex(@"\d+(?:[.,:]\d+)*")]
    private static partial Regex Number();

    [GeneratedRegex(@"\p{IsHangulSyllables}")]
    private static partial Regex Hangul();

    [GeneratedRegex(@"(?<=\S) {2,}|#")]
    private static partial Regex Remark();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();
}
