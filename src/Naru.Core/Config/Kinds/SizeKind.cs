using System.Globalization;
using System.Text.Json.Nodes;

namespace Naru.Core.Config.Kinds;

/// <summary>A count of bytes: <c>64KiB 16MiB 1GiB</c>, or a bare number of bytes.</summary>
internal sealed class SizeKind(long min, long max) : ScalarKind<long>
{
    private static readonly (string Unit, long Bytes)[] Units =
        [("", 1), ("B", 1), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40)];

    public override string Expected => $"a size from {Format(min)} to {Format(max)}";

    public override string Format(long value)
    {
        if (value == 0)
            return "0";
        var (unit, size) = Units.Last(u => u.Unit.Length > 0 && value % u.Bytes == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{value / size}{unit}");
    }

    protected override bool TryParse(Cursor at, string text, out long value)
    {
        value = 0;
        if (!Quantity.TryParse(text, out var number, out var unit))
            return at.Fail($"{at.Written} is not a size.", $"Give {Expected}.");
        var known = Units.FirstOrDefault(u => u.Unit == unit);
        if (known.Unit is null)
            return at.Fail($"{at.Written} is not a size.", Meant(unit) is { } right
                ? at.Write(text[..^unit.Length] + right, "The units are B, KiB, MiB, GiB and TiB.")
                : "The units are B, KiB, MiB, GiB and TiB.");
        var bytes = number * known.Bytes;
        if (bytes != decimal.Truncate(bytes))
            return at.Fail($"{at.Written} is not a whole number of bytes.", $"Give {Expected}.");
        if (bytes < min || bytes > max)
            return at.Fail($"{at.Written} is out of range.", $"Give {Expected}.");
        value = (long)bytes;
        return true;
    }

    protected override JsonObject ValueSchema() =>
        new()
        {
            ["anyOf"] = new JsonArray(
                Pattern(@"^\d+(\.\d+)?(B|KiB|MiB|GiB|TiB)$"),
                new JsonObject { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max }),
        };

    /// <summary><c>k KB kb Kib</c> and their like all mean KiB to whoever writes them.</summary>
    private static string? Meant(string unit) =>
        unit.Length <= 3
            ? Units.FirstOrDefault(u => u.Unit.Length == 3 && char.ToUpperInvariant(unit[0]) == u.Unit[0]).Unit
            : null;
}
