using System.Text;
using System.Xml.Linq;
using Naru.Rehearsal;

namespace Naru.Tests.Rehearsal;

public class PlotTests
{
    [Theory]
    [InlineData(0, "0 1")]
    [InlineData(1, "0 0.2 0.4 0.6 0.8 1")]
    [InlineData(7, "0 2 4 6 8")]
    [InlineData(50, "0 10 20 30 40 50")]
    [InlineData(51, "0 20 40 60")]
    [InlineData(1_000_000, "0 200000 400000 600000 800000 1000000")]
    public void ValueMarksAreReadableAndReachTheLargest(double max, string marks)
        => Assert.Equal(marks, string.Join(' ', PlotScale.Values(max).Select(v => Math.Round(v, 6).ToString(System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void TimeMarksAreWholeStepsAndIncludeTheOpening()
        => Assert.Equal([-120, 0, 120, 240, 360, 480], PlotScale.Times(-120, 480));

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(-90, "\u22121:30")]
    [InlineData(3_725, "1:02:05")]
    public void TimesReadAsAClock(double seconds, string text) => Assert.Equal(text, PlotScale.Clock(seconds));

    [Theory]
    [InlineData(9_999, "9,999")]
    [InlineData(12_500, "12.5k")]
    [InlineData(1_200_000, "1.2M")]
    public void AxesWriteLargeNumbersShort(double value, string text) => Assert.Equal(text, PlotScale.Short(value));

    [Fact]
    public void PictureIsWellFormedAndItsPointsLieInIt()
    {
        var svg = XElement.Parse(Draw(new Plot
        {
            Id = "x",
            Title = "A < B & C",
            Caption = "Look.",
            Unit = "visitors",
            TimeUnit = "s",
            FromS = -10,
            ToS = 10,
            Series =
            [
                new("area", PlotStyle.Area, "a", [1, 5, null, 3, 2]),
                new("bound", PlotStyle.Bound, "bound", [4, 4, 4, 6, 6]),
            ],
            Marks = [new("opens", 0, 0), new("slow", -20, 5)],
        }));
        Assert.Equal("A < B & C", svg.Element("title")!.Value);
        var paths = svg.Elements("path").Where(p => p.Attribute("class")!.Value is "line a" or "limit bound").Select(p => p.Attribute("d")!.Value).ToList();
        Assert.Equal(2, paths.Count);
        // The gap breaks the line: it begins twice.
        Assert.Equal(2, paths[0].Count(c => c == 'M'));
        // The bound steps, and reaches the top of an axis that ends at 6.
        Assert.Contains("H", paths[1]);
        Assert.EndsWith(" 42", paths[1]);
        Assert.Equal(["opens"], svg.Elements("text").Select(t => t.Value).Where(t => t == "opens"));
    }

    private static string Draw(Plot plot)
    {
        var svg = new StringBuilder();
        SvgPlot.Write(svg, plot);
        return svg.ToString();
    }
}
