using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>
/// The words of the page, by language: the built-in ones, and the operator's on top of them. A language that lacks a message says it
/// in English. Immutable.
/// </summary>
public sealed class PageMessages
{
    private const string Fallback = "en";

    private readonly Dictionary<string, Dictionary<string, string>> _languages;
    private readonly List<(string Key, int Line)> _added;

    private PageMessages(string first, Dictionary<string, Dictionary<string, string>> languages, List<(string Key, int Line)> added)
    {
        _languages = languages;
        _added = added;
        Languages = [first, .. languages.Keys.Where(l => l != first)];
    }

    public static PageMessages BuiltIn { get; } = ReadBuiltIn();

    /// <summary>Lower-case tags; the one for everybody whose language is not among them comes first.</summary>
    public IReadOnlyList<string> Languages { get; }

    /// <summary>Keys that only the operator's file has, with the line of each: they make sense where the operator's template shows them.</summary>
    internal IReadOnlyList<(string Key, int Line)> Added => _added;

    /// <summary>Every message that the built-in page knows.</summary>
    internal static IEnumerable<string> Keys => BuiltIn._languages[Fallback].Keys;

    /// <summary>Null: no language has such a message.</summary>
    public string? Find(string language, string key)
    {
        if (_languages[language].TryGetValue(key, out var text) || _languages[Fallback].TryGetValue(key, out text))
            return text;
        // The operator's own keys need not be in English.
        return _languages[Languages[0]].GetValueOrDefault(key);
    }

    /// <summary>
    /// Reads the operator's file, JSON with comments: <c>{"default": "ko", "ko": {"waiting.heading": "…"}, "ja": {…}}</c>. Mistakes are
    /// added to the list, and the result is of use only when there are none.
    /// </summary>
    public static PageMessages Read(string json, List<PageFault> faults)
    {
        var languages = BuiltIn._languages.ToDictionary(l => l.Key, l => new Dictionary<string, string>(l.Value));
        var reader = new MessageReader(Encoding.UTF8.GetBytes(json), faults);
        reader.Read(languages);
        string first = reader.Default ?? Fallback;
        if (!languages.ContainsKey(first))
        {
            faults.Add(new PageFault(reader.DefaultLine, $"default: there is no language '{first}' here; known: {string.Join(", ", languages.Keys)}"));
            first = Fallback;
        }

        return new PageMessages(first, languages, reader.Added);
    }

    private static PageMessages ReadBuiltIn()
    {
        var languages = new Dictionary<string, Dictionary<string, string>>();
        foreach (string language in new[] { Fallback, "ko" })
        {
            using var document = JsonDocument.Parse(PageSources.Messages(language));
            languages[language] = document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
        }

        return new PageMessages(Fallback, languages, []);
    }

    internal static FrozenSet<string> KnownKeys { get; } = Keys.ToFrozenSet();
}
