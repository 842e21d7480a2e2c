using Naru.Cli;
using Naru.Engine.Telemetry;
using Naru.Tests.Admin;

namespace Naru.Tests.Cli;

public class RoomTextTests
{
    [Fact]
    public void PageOfARoomIsAsCheckedIn()
    {
        using var output = new StringWriter();
        RoomText.WritePage(SampleStatus.Room(), output);
        RoomText.WritePage(new RoomStatus("drop", "random", "paused", "the disk is full", 1), output);
        CheckedInText.AssertSame("room.txt", output.ToString());
    }

    [Theory]
    [InlineData(-1, -1, "-")]
    [InlineData(0, 0, "0s")]
    [InlineData(38, 52, "38-52s")]
    [InlineData(95, 130, "1-3m")]
    [InlineData(7_000, 9_000, "1-3h")]
    public void WaitIsABandInOneUnit(int low, int high, string text) =>
        Assert.Contains($" wait={text} ", RoomText.Line(SampleStatus.Room() with { WaitLowS = low, WaitHighS = high }));

    [Theory]
    [InlineData(500, false, "500/s")]
    [InlineData(0.5, false, "30/m")]
    [InlineData(123.46, true, "auto:123.5/s")]
    [InlineData(0, false, "-")]
    public void RateIsAsOneWritesIt(double perSecond, bool isAuto, string text) =>
        Assert.Contains($" rate={text} ", RoomText.Line(SampleStatus.Room() with { AdmitPerSecond = perSecond, AdmitAuto = isAuto }));
}
