using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A number with decimals in a range, or 0 for off.</summary>
internal sealed class FactorKind(double min, double max) : ScalarKind<double>
{
    public override string Expected => string.Create(CultureInfo.InvariantCulture, $"a number from {min} to {max}, or 0 for off");

    public override string Format(double value) => value.ToString(CultureInfo.InvariantCulture);

    public override JsonNode? Json(double value) => JsonValue.Create(value);

    protected override bool TryParse(Cursor at, string text, out double value)
    {
        value = 0;
        if (!Quantity.TryParse(text, out var number, out var unit) || unit.Length > 0)
            return at.Fail($"{at.Written} is not a number.", $"Give {Expected}.");
        value = (double)number;
        return value == 0 || (value >= min && value <= max) || at.Fail($"{at.Written} is out of range.", $"Give {Expected}.");
    }

    protected override JsonObject ValueSchema() =>
        new()
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "number", ["minimum"] = min, ["maximum"] = max },
                new JsonObject { ["const"] = 0 }),
        };
}
