using System.Globalization;
using Naru.Core.Config.Kinds;

namespace Naru.Core.Config;

/// <summary>How rates are written wherever an operator writes or reads one: <c>500/s</c>, <c>10/m</c>.</summary>
public static class RateText
{
    /// <summary>By the second where that is a whole number.</summary>
    public static string Of(double perSecond) => perSecond == Math.Truncate(perSecond)
        ? string.Create(CultureInfo.InvariantCulture, $"{perSecond:0}/s")
        : string.Create(CultureInfo.InvariantCulture, $"{perSecond * 60:0.##}/m");

    public static RateFault Parse(string text, double maxPerSecond, out double perSecond)
    {
        perSecond = 0;
        if (!Quantity.TryParse(text, out var number, out var unit) || unit is not ("/s" or "/m" or ""))
            return RateFault.NotARate;
        // A bare 0 is the same in every unit.
        if (unit.Length == 0 && number != 0)
            return RateFault.NoUnit;
        perSecond = (double)number / (unit == "/m" ? 60 : 1);
        return perSecond > maxPerSecond ? RateFault.OutOfRange : RateFault.None;
    }
}

public enum RateFault
{
    None,
    NotARate,
    NoUnit,
    OutOfRange,
}
