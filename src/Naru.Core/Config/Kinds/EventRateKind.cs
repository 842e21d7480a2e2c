using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>How often something may happen, also less than once a second: <c>500/s</c>, <c>10/m</c>. 0 without a unit is 0.</summary>
internal sealed class EventRateKind(double maxPerSecond) : ScalarKind<double>
{
    public override string Expected => $"a rate from 0/s to {Format(maxPerSecond)}, such as 500/s or 10/m";

    public override string Format(double value) => RateText.Of(value);

    protected override bool TryParse(Cursor at, string text, out double value) => RateText.Parse(text, maxPerSecond, out value) switch
    {
        RateFault.None => true,
        RateFault.NoUnit => at.Fail($"{at.Written} has no unit.", at.Write([$"{text}/s", $"{text}/m"], "Add /s or /m.")),
        RateFault.OutOfRange => at.Fail($"{at.Written} is out of range.", $"Give {Expected}."),
        _ => at.Fail($"{at.Written} is not a rate.", $"Give {Expected}."),
    };

    protected override JsonObject ValueSchema() =>
        new() { ["anyOf"] = new JsonArray(Pattern(@"^\d+(\.\d+)?/[sm]$"), new JsonObject { ["const"] = 0 }) };
}
