using System.Globalization;

namespace Naru.Rehearsal;

/// <summary>Axis marks that people like to read: 1, 2 and 5 times a power of ten; for time whole seconds, minutes and hours.</summary>
internal static class PlotScale
{
    private static readonly int[] TimeStepsS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600];

    /// <summary>Marks from 0 to at least <paramref name="max"/>, the last one the top of the axis.</summary>
    public static double[] Values(double max, int countMax = 5)
    {
        if (max <= 0)
            return [0, 1];
        var rough = max / countMax;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
        var count = (int)Math.Ceiling(max / step - 1e-9);
        return [.. Enumerable.Range(0, count + 1).Select(i => i * step)];
    }

    /// <summary>Marks between two seconds, whole multiples of a readable step.</summary>
    public static double[] Times(double fromS, double toS, int countMax = 9)
    {
        var step = TimeStepsS.FirstOrDefault(s => (toS - fromS) / s <= countMax, TimeStepsS[^1]);
        var first = Math.Ceiling(fromS / step) * step;
        return [.. Enumerable.Range(0, (int)Math.Floor((toS - first) / step) + 1).Select(i => first + i * step)];
    }

    /// <summary><c>-1:30</c>, <c>12:00</c>, <c>1:05:00</c>.</summary>
    public static string Clock(double seconds)
    {
        var whole = (long)Math.Abs(Math.Round(seconds));
        var sign = seconds < -0.5 ? "\u2212" : "";
        var (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60);
        return h > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{h}:{m:00}:{s:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{m}:{s:00}");
    }

    /// <summary><c>1,200</c>, <c>0.5</c>.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) < 10 ? "#,0.##" : Math.Abs(value) < 100 ? "#,0.#" : "#,0", CultureInfo.InvariantCulture);

    /// <summary>The same in as few characters as an axis has room for: <c>1.2M</c>, <c>20k</c>.</summary>
    public static string Short(double value) => Math.Abs(value) switch
    {
        >= 1_000_000 => (value / 1_000_000).ToString("0.##", CultureInfo.InvariantCulture) + "M",
        >= 10_000 => (value / 1_000).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        _ => Number(value),
    };
}
