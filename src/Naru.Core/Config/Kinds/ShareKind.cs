using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A part of a whole: <c>50%</c> or <c>0.5</c>.</summary>
internal sealed class ShareKind : ScalarKind<double>
{
    public override string Expected => "a share from 0% to 100%, such as 50%";

    public override string Format(double value) => string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.##}%");

    protected override bool TryParse(Cursor at, string text, out double value)
    {
        value = 0;
        if (!Quantity.TryParse(text, out var number, out var unit) || unit is not ("%" or ""))
            return at.Fail($"{at.Written} is not a share.", $"Give {Expected}.");
        // A bare 1 may mean 1% or all of it; only 0 and fractions are clear.
        if (unit.Length == 0 && text != "0" && !(text.Contains('.', StringComparison.Ordinal) && number <= 1))
            return at.Fail($"{at.Written} is not a share.", at.Write(number == 1 ? ["1%", "100%"] : [$"{text}%"], "Give it in per cent."));
        if (unit == "%")
            number /= 100;
        if (number > 1)
            return at.Fail($"{at.Written} is more than all of it.", $"Give {Expected}.");
        value = (double)number;
        return true;
    }

    protected override JsonObject ValueSchema() =>
        new()
        {
            ["anyOf"] = new JsonArray(
                Pattern(@"^\d+(\.\d+)?%$"),
                new JsonObject { ["type"] = "number", ["minimum"] = 0, ["maximum"] = 1 }),
        };
}
