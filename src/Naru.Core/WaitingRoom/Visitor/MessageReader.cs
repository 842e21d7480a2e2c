using System.Text;
using System.Text.Json;

namespace Naru.Core.WaitingRoom.Visitor;

/// <summary>Reads the operator's messages and names every mistake with its line.</summary>
internal sealed class MessageReader(byte[] json, List<PageFault> faults)
{
    /// <summary>Of one message. It may stand in the page several times.</summary>
    public const int TextCharactersMax = 2_000;

    private const int LanguagesMax = 50;

    private static readonly string[] Values = ["ahead", "number", "eta", "refresh", "low", "high", "days"];

    /// <summary>The tag for everybody else; null: none was named.</summary>
    public string? Default { get; private set; }

    public int DefaultLine { get; private set; } = 1;

    public List<(string Key, int Line)> Added { get; } = [];

    public void Read(Dictionary<string, Dictionary<string, string>> languages)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                faults.Add(new PageFault(1, "the messages are a JSON object: {\"ko\": {\"waiting.heading\": \"…\"}}"));
                return;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int line = Line(reader);
                string name = reader.GetString()!.ToLowerInvariant();
                reader.Read();
                if (name == "default")
                    ReadDefault(ref reader, line);
                else if (reader.TokenType == JsonTokenType.StartObject)
                    ReadLanguage(ref reader, name, line, languages);
                else
                    Fault(ref reader, line, $"{name}: give its messages as an object: {{\"waiting.heading\": \"…\"}}");
            }

            reader.Read(); // whatever follows the object is a mistake
        }
        catch (JsonException e)
        {
            faults.Add(new PageFault((int)(e.LineNumber ?? 0) + 1, $"this is no JSON: {Reason(e)}"));
        }
    }

    private void ReadDefault(ref Utf8JsonReader reader, int line)
    {
        DefaultLine = line;
        if (reader.TokenType == JsonTokenType.String)
            Default = reader.GetString()!.ToLowerInvariant();
        else
            Fault(ref reader, line, "default: the tag of a language, such as \"ko\"");
    }

    private void ReadLanguage(ref Utf8JsonReader reader, string language, int line, Dictionary<string, Dictionary<string, string>> languages)
    {
        if (!languages.TryGetValue(language, out var texts))
        {
            texts = [];
            if (!IsTag(language))
                faults.Add(new PageFault(line, $"'{language}' is no language tag; write it as in Accept-Language: ko, zh-hant"));
            else if (languages.Count >= LanguagesMax)
                faults.Add(new PageFault(line, $"more than {LanguagesMax} languages"));
            else
                languages.Add(language, texts);
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int keyLine = Line(reader);
            string key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                Fault(ref reader, keyLine, $"{language}.{key}: a message is text in quotes");
            else
                Take(texts, language, key, reader.GetString()!, keyLine);
        }
    }

    private void Take(Dictionary<string, string> texts, string language, string key, string text, int line)
    {
        if (text.Length > TextCharactersMax)
            faults.Add(new PageFault(line, $"{language}.{key}: {text.Length:N0} characters, at most {TextCharactersMax:N0}"));
        foreach (string name in Names(text))
            if (!Values.Contains(name))
                faults.Add(new PageFault(line, $"{language}.{key}: there is no value '{{{name}}}'; known: {string.Join(", ", Values.Select(v => $"{{{v}}}"))}"));
        if (!PageMessages.KnownKeys.Contains(key))
            Added.Add((key, line));
        texts[key] = text;
    }

    private static IEnumerable<string> Names(string text)
    {
        for (int at = text.IndexOf('{'); at >= 0; at = text.IndexOf('{', at + 1))
        {
            int end = text.IndexOf('}', at);
            if (end < 0)
                yield break;
            if (end > at + 1 && text[(at + 1)..end].All(char.IsAsciiLetterOrDigit))
                yield return text[(at + 1)..end];
        }
    }

    private void Fault(ref Utf8JsonReader reader, int line, string text)
    {
        faults.Add(new PageFault(line, text));
        reader.Skip();
    }

    private int Line(in Utf8JsonReader reader) => 1 + json.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n');

    private static bool IsTag(string text) =>
        text.Length is >= 2 and <= 35 && text.Split('-').All(s => s.Length is >= 1 and <= 8 && s.All(char.IsAsciiLetterOrDigit));

    /// <summary>The reader's reason without the position, which is told beside it.</summary>
    private static string Reason(JsonException e)
    {
        int end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
    }
}
