using System.Text;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// A template with its placeholders found and checked: <c>{{name}}</c>. The pieces are put together once for each language.
/// Immutable.
/// </summary>
internal sealed class PageTemplate
{
    private const string MessagePrefix = "messages.";

    private static readonly string[] Parts = ["lang", "room", "style", "script"];

    private readonly string _html;
    private readonly List<Placeholder> _placeholders = [];

    private PageTemplate(string html) => _html = html;

    /// <summary>Keys of the messages that it shows.</summary>
    public IEnumerable<string> MessageKeys => _placeholders.Where(p => p.IsMessage).Select(p => p.Name);

    public static PageTemplate Read(string html, PageMessages messages, List<PageFault> faults)
    {
        var template = new PageTemplate(html);
        PageHtml.Check(html, faults);
        for (int at = html.IndexOf("{{", StringComparison.Ordinal); at >= 0; at = html.IndexOf("{{", at + 2, StringComparison.Ordinal))
        {
            int line = PageHtml.Line(html, at);
            int end = html.IndexOf("}}", at, StringComparison.Ordinal);
            if (end < 0 || html.IndexOf('\n', at, end - at) >= 0)
            {
                faults.Add(new PageFault(line, "a placeholder begins here and does not end: {{name}}"));
                continue;
            }

            string name = html[(at + 2)..end].Trim();
            bool isMessage = name.StartsWith(MessagePrefix, StringComparison.Ordinal);
            if (isMessage)
                name = name[MessagePrefix.Length..];
            if (isMessage ? messages.Find(messages.Languages[0], name) == null : !PageFields.InTemplates.ContainsKey(name) && !Parts.Contains(name))
                faults.Add(new PageFault(line, isMessage ? UnknownMessage(name) : UnknownPlaceholder(name)));
            else
                template._placeholders.Add(new Placeholder(at, end + 2, name, isMessage));
        }

        return template;
    }

    /// <param name="policy">Of the page in this language; only hashes of what is the same for everybody.</param>
    public PageText Compile(string room, string language, PageMessages messages, out string policy)
    {
        var builder = new PageText.Builder();
        var fixedParts = new StringBuilder();
        int from = 0;
        foreach (var placeholder in _placeholders)
        {
            Add(_html.AsSpan(from, placeholder.Start - from));
            from = placeholder.End;
            if (placeholder.IsMessage)
                builder.AddMessage(messages.Find(language, placeholder.Name)!);
            else if (PageFields.InTemplates.TryGetValue(placeholder.Name, out var field))
                builder.AddField(field);
            else if (placeholder.Name is "lang" or "room")
                builder.AddText(placeholder.Name == "lang" ? language : room);
            else
                Add(placeholder.Name == "style" ? $"<style>{PageSources.Style}</style>" : Words(language, messages) + $"<script>{PageSources.Script}</script>");
        }

        Add(_html.AsSpan(from));
        policy = PageHtml.Policy(fixedParts.ToString());
        return builder.Build();

        void Add(ReadOnlySpan<char> html)
        {
            builder.AddHtml(html);
            fixedParts.Append(html);
        }
    }

    /// <summary>What the script says, in its own places; escaped as all text, so the script needs no part of its own for each language.</summary>
    private static string Words(string language, PageMessages messages)
    {
        var words = new StringBuilder("<template id=\"naru-words\">");
        foreach (string key in PageMessages.Keys.Where(IsSpokenByTheScript))
            words.Append($"<i data-k=\"{key}\">").Append(PageHtml.Escape(messages.Find(language, key)!)).Append("</i>");
        return words.Append("</template>\n").ToString();
    }

    private static bool IsSpokenByTheScript(string key) =>
        key is "offline" or "online" or "cookies" or "resend" or "say.ahead" or "format.group"
        || key.StartsWith("time.", StringComparison.Ordinal)
        || PageScenes.Names.Any(s => key.StartsWith(s + ".", StringComparison.Ordinal));

    private static string UnknownMessage(string name) =>
        $"no language has a message '{name}'; add it to the messages file, or show one of the built-in ones{Near(name, PageMessages.Keys)}";

    private static string UnknownPlaceholder(string name) =>
        $"there is no placeholder '{{{{{name}}}}}'{Near(name, [.. PageFields.InTemplates.Keys, .. Parts])}";

    private static string Near(string name, IEnumerable<string> known)
    {
        string? near = known.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? known.FirstOrDefault(k => k.StartsWith(name, StringComparison.OrdinalIgnoreCase) || (name.Length > 2 && name.StartsWith(k, StringComparison.OrdinalIgnoreCase)));
        return near == null ? "" : $"; did you mean '{near}'?";
    }

    private readonly record struct Placeholder(int Start, int End, string Name, bool IsMessage);
}
