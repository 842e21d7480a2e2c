using System.Xml.Linq;
using Naru.Core.WaitingRoom.Rehearsal;
using Naru.Rehearsal;

namespace Naru.Tests.Rehearsal;

public class HtmlReportTests
{
    private static readonly CrowdPlan Plan = new()
    {
        Visitors = 3000,
        Lasts = TimeSpan.FromMinutes(3),
        Opens = TimeSpan.FromSeconds(5),
        Room = new RehearsedRoom { Name = "A & <B>", AdmitPerSecond = 10, Active = 4000 },
        Events = [new CrowdEvent { Kind = CrowdEventKind.Pause, At = TimeSpan.FromSeconds(10), For = TimeSpan.FromSeconds(5) }],
    };

    [Fact]
    public void EveryElementIsClosedAndEveryNameIsEscaped()
    {
        var html = HtmlReport.Render(RehearsalRun.Play(Plan, 1));
        var body = html[html.IndexOf("<main>", StringComparison.Ordinal)..html.IndexOf("</body>", StringComparison.Ordinal)];
        var main = XElement.Parse(body);
        Assert.Equal("Rehearsal of the waiting room “A & <B>”", main.Element("h1")!.Value);
        Assert.Equal(10, main.Descendants("figure").Count());
        Assert.All(main.Descendants("svg").Where(s => s.Attribute("role") is not null), svg => Assert.NotNull(svg.Element("title")));
        // What is drawn can be read as well.
        Assert.All(main.Descendants("figure"), figure => Assert.NotEmpty(figure.Descendants("td")));
    }

    [Fact]
    public void ABrokenInvariantIsTheFirstThingToSee()
    {
        var result = RehearsalRun.Play(Plan, 1);
        Assert.True(result.IsGood);
        result = result with { Invariants = [result.Invariants[0], new RehearsalInvariant("it floats", "it sank", "0", "at 3 < 4 s")] };
        Assert.False(result.IsGood);
        var html = HtmlReport.Render(result);
        Assert.Contains("✗ 1 of 2 invariants are broken.", html);
        Assert.Contains("at 3 &lt; 4 s", html);
        using var text = new StringWriter();
        RehearsalText.Write(result, text);
        Assert.Contains("BROKEN  it floats: it sank (bound 0): at 3 < 4 s", text.ToString());
    }
}
