using Naru.Demo;
using Spectre.Console;

namespace Naru.Tests.Demo;

public sealed class DemoRoomTests
{
    private static readonly DemoRoomFrame Room = new("open", 3.9, 4, 30, 60, 118, 1_204, (28, 36));

    [Theory]
    [InlineData("en")]
    [InlineData("ko")]
    public void RowsOfTheRoomFitEightyColumns(string language)
    {
        var view = new DemoRoomView(DemoText.For(language, _ => null), "http://127.0.0.1:54321/");
        Assert.InRange(Cells(view.Line(Room, 80)), 60, 80);
        Assert.InRange(Cells(view.Rule(Room)), 20, 74);
        Assert.InRange(Cells(view.Invitation(Room)), 40, 80);
    }

    [Fact]
    public void LineMovesTowardsTheDoorAndTellsHowManyStandBeyond()
    {
        var view = new DemoRoomView(new DemoTextEnglish(), "");
        var now = Markup.Remove(view.Line(Room, 80));
        var next = Markup.Remove(view.Line(Room with { Serving = 1_205 }, 80));
        var (people, moved) = (People(now), People(next));
        Assert.Equal(people[1..], moved[..^1]);
        Assert.EndsWith($"+{118 - people.Length}", now);
        Assert.EndsWith("◂ •●", Markup.Remove(view.Line(Room with { Waiting = 2 }, 80)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(DemoRoom.LineWanted, false)]
    [InlineData(10_000, false)]
    public void ShortLinesDrawMoreVisitorsThanAreAdmitted(int waiting, bool isMore)
        => Assert.Equal(isMore, DemoCrowd.PerSecond(waiting) > DemoRoom.AdmitPerSecond);

    [Fact]
    public void RoomAndCrowdHaveTheirKeys()
    {
        var controls = new DemoControls();
        Assert.Null(controls.Press('w'));
        Assert.True(controls.IsRoomPaused);
        controls.Press('ㅈ');
        Assert.False(controls.IsRoomPaused);
        controls.Press('c');
        controls.Press('ㅊ');
        Assert.Equal(2, controls.Crowds);
    }

    [Fact]
    public void HelpFitsASmallTerminal()
    {
        foreach (var text in (DemoText[])[new DemoTextEnglish(), new DemoTextKorean()])
        {
            Assert.InRange(text.Help.Length, 1, 9);
            Assert.All(text.Help, line => Assert.InRange(line.GetCellWidth(), 1, 80));
        }
    }

    private static int Cells(string markup) => Markup.Remove(markup).GetCellWidth();

    private static string People(string line) => string.Concat(line[(line.IndexOf('◂') + 2)..].TakeWhile(c => c is '•' or '●'));
}
