using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>How often something may happen, also less than once a second: <c>500/s</c>, <c>10/m</c>. 0 without a unit is 0.</summary>
internal sealed class EventRateKind(double maxPerSecond) : ScalarKind<double>
{
    public override string Expected => $"a rate from 0/s to {Format(maxPerSecond)}, such as 500/s or 10/m";

    public override string Format(double value) => Text(value);

    /// <summary>By the second where that is a whole number.</summary>
    public static string Text(double perSecond) => perSecond == Math.Truncate(perSecond)
        ? string.Create(CultureInfo.InvariantCulture, $"{perSecond:0}/s")
        : string.Create(CultureInfo.InvariantCulture, $"{perSecond * 60:0.##}/m");

    /// <summary>Also for whatever else an operator writes rates in. The message says what is wrong, the fix what to write.</summary>
    public static bool TryParse(string text, double maxPerSecond, out double perSecond, out string message)
    {
        perSecond = 0;
        message = "is not a rate";
        if (!Quantity.TryParse(text, out var number, out var unit))
            return false;
        if (unit.Length == 0 && number != 0)
        {
            message = "has no unit";
            return false;
        }
        if (unit is not ("/s" or "/m" or ""))
            return false;
        perSecond = (double)number / (unit == "/m" ? 60 : 1);
        message = perSecond > maxPerSecond ? "is out of range" : "";
        return message.Length == 0;
    }

    protected override bool TryParse(Cursor at, string text, out double value) =>
        TryParse(text, maxPerSecond, out value, out var message)
        || at.Fail($"{at.Written} {message}.", message == "has no unit"
            ? at.Write([$"{text}/s", $"{text}/m"], "Add /s or /m.")
            : $"Give {Expected}.");

    protected override JsonObject ValueSchema() =>
        new() { ["anyOf"] = new JsonArray(Pattern(@"^\d+(\.\d+)?/[sm]$"), new JsonObject { ["const"] = 0 }) };
}
