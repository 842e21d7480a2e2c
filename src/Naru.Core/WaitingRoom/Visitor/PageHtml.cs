using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// What a template's HTML may hold, so that the page can be sent with a strict Content-Security-Policy: nothing that is loaded from
/// elsewhere, scripts and styles only as whole elements whose hashes the policy names.
/// </summary>
internal static partial class PageHtml
{
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("\"", "&quot;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal);

    /// <summary>Everything in a template that a browser would refuse under the policy.</summary>
    public static void Check(string template, List<PageFault> faults)
    {
        foreach (Match element in RawElement().Matches(template))
        {
            string name = element.Groups["name"].Value.ToLowerInvariant();
            if (element.Groups["body"].Value.Contains("{{", StringComparison.Ordinal))
                faults.Add(new PageFault(Line(template, element.Index), $"a placeholder inside <{name}>: the page's policy names the element by its hash, so it is the same for everybody; put the value into a data- attribute"));
        }

        // Outside of scripts, styles and comments.
        string markup = RawElement().Replace(template, m => m.Groups["open"].Value + Blank(m.Groups["body"].Value));
        markup = Comment().Replace(markup, m => Blank(m.Value));
        foreach (Match tag in Tag().Matches(markup))
        {
            string? wrong =
                Inline().IsMatch(tag.Value) ? "the page's policy lets no inline style or handler through; use a class in <style>, or addEventListener in <script>"
                : Outside().IsMatch(tag.Value) ? "the page loads nothing from elsewhere: visitors would wait for that too, and its path may lie behind the room; put it into the page (images as data:)"
                : null;
            if (wrong != null)
                faults.Add(new PageFault(Line(template, tag.Index), $"{Shortened(tag.Value)}: {wrong}"));
        }
    }

    /// <summary>The value of Content-Security-Policy for a page whose scripts and styles are the same for everybody.</summary>
    public static string Policy(string page)
    {
        var scripts = new List<string>();
        var styles = new List<string>();
        foreach (Match element in RawElement().Matches(page))
        {
            string hash = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(element.Groups["body"].Value)))}'";
            var hashes = element.Groups["name"].Value.Equals("script", StringComparison.OrdinalIgnoreCase) ? scripts : styles;
            if (!hashes.Contains(hash))
                hashes.Add(hash);
        }

        return "default-src 'none'; "
            + $"script-src {Sources(scripts)}; style-src {Sources(styles)}; "
            + "img-src data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";
    }

    public static int Line(string text, int at) => 1 + text.AsSpan(0, at).Count('\n');

    private static string Sources(List<string> hashes) => hashes.Count == 0 ? "'none'" : string.Join(' ', hashes);

    private static string Blank(string text) => new([.. text.Select(c => c == '\n' ? c : ' ')]);

    private static string Shortened(string tag) => tag.Length <= 60 ? tag : tag[..57] + "...";

    [GeneratedRegex(@"(?<open><(?<name>script|style)\b[^>]*>)(?<body>.*?)</\k<name>\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex RawElement();

    [GeneratedRegex("<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex("""<[a-z](?:[^>"']|"[^"]*"|'[^']*')*>""", RegexOptions.IgnoreCase)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s(style|on[a-z]+)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    /// <summary>Elements that load: sources that are not data:, style sheets and preloads. Links to follow are none.</summary>
    [GeneratedRegex("""^<(?:(?:img|script|iframe|video|audio|source|embed|input|track)\b.*\s(?:src|srcset|poster)\s*=\s*["']?(?!data:)[^\s"'>]|object\b|link\b(?!.*href\s*=\s*["']?data:)(?!.*rel\s*=\s*["']?(?:canonical|alternate)))""", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Outside();
}
