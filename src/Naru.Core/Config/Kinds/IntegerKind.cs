using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A whole number in a range, or one word that stands for 0 (<c>auto</c>).</summary>
/// <param name="noun">With its article, for "0 is not a weight".</param>
internal sealed class IntegerKind(string noun, int min, int max, string? zeroWord = null) : ScalarKind<int>
{
    /// <summary>What to say of a number below the range, where there is a reason to tell.</summary>
    public (string Message, string Fix)? BelowMin { get; init; }

    public override string Expected => $"a whole number from {min} to {max}" + (zeroWord is null ? "" : $", or {zeroWord}");

    public override string Format(int value) =>
        value == 0 && zeroWord is not null ? zeroWord : value.ToString(CultureInfo.InvariantCulture);

    public override JsonNode? Json(int value) => value == 0 && zeroWord is not null ? JsonValue.Create(zeroWord) : JsonValue.Create(value);

    protected override bool TryParse(Cursor at, string text, out int value)
    {
        value = 0;
        if (text == zeroWord)
            return true;
        if (BelowMin is { } below && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number < min)
            return at.Fail($"{at.Written} {below.Message}", below.Fix);
        return (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max)
            || at.Fail($"{at.Written} is not {noun}.", $"Give {Expected}.");
    }

    protected override JsonObject ValueSchema()
    {
        var number = new JsonObject { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max };
        return zeroWord is null ? number : new JsonObject { ["anyOf"] = new JsonArray(number, new JsonObject { ["const"] = zeroWord }) };
    }
}
