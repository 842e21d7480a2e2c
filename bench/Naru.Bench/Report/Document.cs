namespace Naru.Bench.Report;

/// <summary>
/// A document with places that commands fill: the text between <c>&lt;!-- bench:NAME --&gt;</c> and
/// <c>&lt;!-- /bench:NAME --&gt;</c> is replaced, everything else stays.
/// </summary>
internal static class Document
{
    public static void Fill(string path, string name, string content)
    {
        var text = File.ReadAllText(path);
        var (open, close) = ($"<!-- bench:{name} -->", $"<!-- /bench:{name} -->");
        var start = text.IndexOf(open, StringComparison.Ordinal);
        var end = text.IndexOf(close, StringComparison.Ordinal);
        if (start < 0 || end < start)
        {
            throw new BenchException($"{path} has no place {open} … {close}.");
        }
        File.WriteAllText(path, $"{text[..(start + open.Length)]}\n{content.Trim()}\n{text[end..]}");
    }
}
