using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A status code or a range of them: <c>204</c>, <c>200-399</c>.</summary>
internal sealed class StatusRangeKind : ScalarKind<(int First, int Last)>
{
    private const int StatusMin = 100;
    private const int StatusMax = 599;

    public override string Expected => "a status such as 204, or a range such as 200-399";

    public override string Format((int First, int Last) value) =>
        value.First == value.Last ? $"{value.First}" : $"{value.First}-{value.Last}";

    protected override bool TryParse(Cursor at, string text, out (int First, int Last) value)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var last = 0;
        var isRight = TryStatus(dash < 0 ? text : text[..dash], out var first) && TryStatus(dash < 0 ? text : text[(dash + 1)..], out last);
        value = (first, last);
        if (!isRight)
            return at.Fail($"{at.Written} is not a status or range of them.", $"Give {Expected}, from {StatusMin} to {StatusMax}.");
        return first <= last || at.Fail($"{at.Written} is the wrong way round.", at.Write($"{last}-{first}", "Give the smaller one first."));
    }

    protected override JsonObject ValueSchema() =>
        new()
        {
            ["anyOf"] = new JsonArray(
                Pattern(@"^[1-5]\d\d(-[1-5]\d\d)?$"),
                new JsonObject { ["type"] = "integer", ["minimum"] = StatusMin, ["maximum"] = StatusMax }),
        };

    private static bool TryStatus(string text, out int status) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= StatusMin and <= StatusMax;
}
