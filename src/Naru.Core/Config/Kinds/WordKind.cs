using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>One of a few words, each with its meaning; some are of the contract but of a later version.</summary>
internal sealed class WordKind<T>(string noun, (string Word, T Value)[] words, params string[] laterWords) : ScalarKind<T> where T : notnull
{
    public override string Expected => words.Length == 1 ? words[0].Word : $"one of {Shown.List(words.Select(w => w.Word), "and")}";

    public override string Format(T value) => words.First(w => w.Value.Equals(value)).Word;

    protected override bool TryParse(Cursor at, string text, out T value)
    {
        value = words[0].Value;
        foreach (var word in words)
        {
            if (word.Word != text)
                continue;
            value = word.Value;
            return true;
        }
        if (laterWords.Contains(text))
            return at.Fail($"this version of Naru does not have {text} yet.", $"Give {Expected}.");
        return at.Fail($"{at.Written} is not {noun}.", NearestName.Find(text, words.Select(w => w.Word)) is { } nearest
            ? $"Did you mean {nearest}?"
            : $"Give {Expected}.");
    }

    protected override JsonObject ValueSchema() =>
        new() { ["enum"] = new JsonArray([.. words.Select(w => (JsonNode)JsonValue.Create(w.Word))]) };
}
