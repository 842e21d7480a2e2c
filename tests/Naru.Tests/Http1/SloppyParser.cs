using System.Globalization;
using System.Text;

namespace Naru.Tests.Http1;

/// <summary>
/// A deliberately careless reader of heads, as origins have them: any line end, folded lines joined, white space around names cut,
/// <c>_</c> for <c>-</c>, control bytes taken for spaces, <c>chunked</c> anywhere in the coding, every Content-Length believed.
/// What Naru sends must mean the same even to it.
/// </summary>
internal sealed class SloppyParser
{
    internal required string StartLine { get; init; }

    /// <summary>Where the body starts.</summary>
    internal required int HeadLength { get; init; }

    internal List<long> Lengths { get; } = [];

    internal int Hosts { get; private set; }

    internal bool Chunked { get; private set; }

    internal static SloppyParser Read(string text)
    {
        var lines = new List<string>();
        int position = 0;
        while (position < text.Length)
        {
            int lineFeed = text.IndexOf('\n', position);
            if (lineFeed < 0)
                lineFeed = text.Length - 1;
            string line = text[position..lineFeed].TrimEnd('\r');
            position = lineFeed + 1;
            if (line.Length == 0 && lines.Count > 0)
                break;
            if (line.Length > 0 && line[0] is ' ' or '\t' && lines.Count > 0)
                lines[^1] += line;
            else if (line.Length > 0)
                lines.Add(line);
        }

        var head = new SloppyParser { StartLine = lines[0], HeadLength = position };
        foreach (string line in lines.Skip(1).SelectMany(l => l.Split('\r')))
            head.Note(line);
        return head;
    }

    private void Note(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        string name = Tidy(colon < 0 ? line : line[..colon]).Replace('_', '-');
        string value = Tidy(colon < 0 ? "" : line[(colon + 1)..]);
        if (name == "host")
            Hosts++;
        if (name == "transfer-encoding")
            Chunked |= value.Contains("chunked", StringComparison.Ordinal);
        if (name == "content-length")
            foreach (string part in value.Split(',', ' '))
                if (long.TryParse(part.Trim('+'), NumberStyles.Any, CultureInfo.InvariantCulture, out long length))
                    Lengths.Add(length);
    }

    private static string Tidy(string text)
    {
        var tidy = new StringBuilder();
        foreach (char c in text)
            tidy.Append(c is <= ' ' or >= '\u007F' ? ' ' : char.ToLowerInvariant(c));
        return tidy.ToString().Trim();
    }
}
