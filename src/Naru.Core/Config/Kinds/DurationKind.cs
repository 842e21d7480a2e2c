using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A time span with its unit: <c>250ms 2s 1.5s 5m 1h</c>. A bare 0 needs no unit.</summary>
internal sealed class DurationKind(TimeSpan min, TimeSpan max) : ScalarKind<TimeSpan>
{
    private static readonly (string Unit, long Milliseconds)[] Units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    public override string Expected => $"a duration from {Format(min)} to {Format(max)}";

    public override string Format(TimeSpan value) => Text(value);

    /// <summary>In the largest unit that leaves a whole number.</summary>
    public static string Text(TimeSpan value)
    {
        var milliseconds = (long)value.TotalMilliseconds;
        if (milliseconds == 0)
            return "0s";
        var (unit, size) = Units.Last(u => milliseconds % u.Milliseconds == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / size}{unit}");
    }

    protected override bool TryParse(Cursor at, string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (!Quantity.TryParse(text, out var number, out var unit))
            return at.Fail($"{at.Written} is not a duration.", $"Give {Expected}.");
        var known = Units.FirstOrDefault(u => u.Unit == unit);
        if (known.Unit is null && (unit.Length > 0 || number != 0))
            return unit.Length == 0
                ? at.Fail($"{at.Written} has no unit.", at.Write([$"{text}s", $"{text}ms"], "Add one of ms, s, m and h."))
                : at.Fail($"{at.Written} is not a duration.", $"The units are {Shown.List(Units.Select(u => u.Unit), "and")}.");
        var milliseconds = number * known.Milliseconds;
        if (milliseconds != decimal.Truncate(milliseconds) || milliseconds < (decimal)min.TotalMilliseconds
            || milliseconds > (decimal)max.TotalMilliseconds)
            return at.Fail($"{at.Written} is out of range.", $"Give {Expected}.");
        value = TimeSpan.FromMilliseconds((long)milliseconds);
        return true;
    }

    protected override JsonObject ValueSchema() =>
        new() { ["anyOf"] = new JsonArray(Pattern(@"^\d+(\.\d+)?(ms|s|m|h)$"), new JsonObject { ["const"] = 0 }) };
}
