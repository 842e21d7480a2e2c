using System.Globalization;

namespace Naru.Core.Config.Kinds;

/// <summary>Splits <c>1.5s</c> into number and unit.</summary>
internal static class Quantity
{
    /// <summary>Far beyond every range, and short of what a decimal holds when multiplied by any unit.</summary>
    private const int DigitsMax = 15;

    public static bool TryParse(string text, out decimal number, out string unit)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
            end++;
        unit = text[end..];
        number = 0;
        return end is > 0 and <= DigitsMax && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[end - 1])
            && decimal.TryParse(text.AsSpan(0, end), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
