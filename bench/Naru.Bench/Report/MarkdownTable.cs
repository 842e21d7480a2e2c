using System.Text;

namespace Naru.Bench.Report;

/// <summary>A Markdown table whose columns are padded, so that it reads as well in a terminal.</summary>
internal sealed class MarkdownTable(params string[] head)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = head.Select((h, i) => Math.Max(3, _rows.Select(r => r[i].Length).Append(h.Length).Max())).ToArray();
        var text = new StringBuilder();
        Append(text, head, widths);
        text.Append('|').AppendJoin('|', widths.Select((w, i) => i == 0 ? new string('-', w + 2) : new string('-', w + 1) + ':')).AppendLine("|");
        foreach (var row in _rows)
        {
            Append(text, row, widths);
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, string[] cells, int[] widths) =>
        text.Append('|').AppendJoin('|', cells.Select((c, i) => i == 0 ? $" {c.PadRight(widths[i])} " : $" {c.PadLeft(widths[i])} ")).AppendLine("|");
}
