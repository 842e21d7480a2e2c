using System.Globalization;
using System.Text.RegularExpressions;
using Naru.Core.WaitingRoom.Visitor;

namespace Naru.Tests.WaitingRoom.Visitor;

/// <summary>Text of the built-in page against what it stands on: WCAG 2.2, 1.4.3 asks for 4.5 to 1.</summary>
public class PageContrastTests
{
    [Theory]
    [InlineData("ink", "paper")]
    [InlineData("ink", "bg")]
    [InlineData("muted", "paper")]
    [InlineData("muted", "bg")]
    [InlineData("accent", "bg")]
    [InlineData("paper", "accent")]
    [InlineData("warn", "warnbg")]
    public void TextCanBeReadByDayAndByNight(string text, string ground)
    {
        foreach (var colors in Schemes())
            Assert.InRange(Contrast(colors[text], colors[ground]), 4.5, 21);
    }

    /// <summary>1.4.11 asks for 3 to 1 where a shape carries the meaning.</summary>
    [Fact]
    public void TheBarCanBeToldFromItsTrack() => Assert.All(Schemes(), c => Assert.InRange(Contrast(c["accent"], c["track"]), 3, 21));

    /// <summary>Light first, then dark with what it takes over.</summary>
    private static List<Dictionary<string, string>> Schemes()
    {
        var blocks = Regex.Matches(PageSources.Style, @":root\{([^}]*)\}");
        Assert.Equal(2, blocks.Count);
        var light = Colors(blocks[0].Groups[1].Value, []);
        return [light, Colors(blocks[1].Groups[1].Value, light)];
    }

    private static Dictionary<string, string> Colors(string block, Dictionary<string, string> under)
    {
        var colors = new Dictionary<string, string>(under);
        foreach (Match color in Regex.Matches(block, @"--(\w+):#([0-9a-f]{3,6})\b"))
            colors[color.Groups[1].Value] = color.Groups[2].Value;
        return colors;
    }

    private static double Contrast(string a, string b)
    {
        var (low, high) = (Math.Min(Luminance(a), Luminance(b)), Math.Max(Luminance(a), Luminance(b)));
        return (high + 0.05) / (low + 0.05);
    }

    private static double Luminance(string hex)
    {
        if (hex.Length == 3)
            hex = string.Concat(hex.Select(c => new string(c, 2)));
        double Channel(int at)
        {
            double value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }
}
