using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>One of a few numbers.</summary>
internal sealed class ChoiceKind(string noun, params int[] choices) : ScalarKind<int>
{
    public override string Expected => $"one of {Shown.List(choices.Select(c => Format(c)), "and")}";

    public override string Format(int value) => value.ToString(CultureInfo.InvariantCulture);

    public override JsonNode? Json(int value) => JsonValue.Create(value);

    protected override bool TryParse(Cursor at, string text, out int value) =>
        (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && choices.Contains(value))
        || at.Fail($"{at.Written} is not {noun}.", $"Give {Expected}.");

    protected override JsonObject ValueSchema() => new() { ["enum"] = new JsonArray([.. choices.Select(c => (JsonNode)JsonValue.Create(c))]) };
}
