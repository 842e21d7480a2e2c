using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A whole number of things a second, written as <c>500/s</c>, or <c>120/m</c> where that comes to whole seconds.</summary>
internal sealed class RateKind(string noun, long max) : ScalarKind<long>
{
    public override string Expected => $"{noun} from 0/s to {Format(max)}";

    public override string Format(long value) => string.Create(CultureInfo.InvariantCulture, $"{value}/s");

    protected override bool TryParse(Cursor at, string text, out long value)
    {
        value = 0;
        if (!Quantity.TryParse(text, out var number, out var unit) || number != decimal.Truncate(number))
            return at.Fail($"{at.Written} is not a rate.", $"Give {Expected}.");
        if (unit.Length == 0 && number != 0)
            return at.Fail($"{at.Written} has no unit.", at.Write($"{text}/s", "Add /s or /m."));
        if (unit is not ("/s" or "/m" or ""))
            return at.Fail($"{at.Written} is not a rate.", "The units are /s and /m.");
        if (unit == "/m")
        {
            if (number % 60 != 0)
                return at.Fail($"{at.Written} is not a whole number a second.", $"Give {Expected}.");
            number /= 60;
        }
        if (number > max)
            return at.Fail($"{at.Written} is out of range.", $"Give {Expected}.");
        value = (long)number;
        return true;
    }

    protected override JsonObject ValueSchema() =>
        new() { ["anyOf"] = new JsonArray(Pattern(@"^\d+/[sm]$"), new JsonObject { ["const"] = 0 }) };
}
