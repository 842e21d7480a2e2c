using Naru.Demo;
using Naru.Engine.Telemetry;
using Naru.Tests.Admin;

namespace Naru.Tests.Demo;

public class DemoEventsTests
{
    private readonly DemoEvents _events = new(new DemoTextEnglish(), new Dictionary<string, string> { ["a:1"] = "web-1", ["b:2"] = "web-2" });

    [Fact]
    public void ChangesOfStateAndOfTheFloorAreTold()
    {
        var well = Report(false, "up");
        var ejected = Report(false, "ejected", "5 failures in a row");
        var open = Report(true, "down", "connection refused");
        var back = Report(false, "slow-start");
        _events.AddChanges(TimeSpan.FromSeconds(1), well, well);
        _events.AddChanges(TimeSpan.FromSeconds(2), well, ejected);
        _events.AddChanges(TimeSpan.FromSeconds(3), ejected, open);
        _events.AddChanges(TimeSpan.FromSeconds(4), open, back);
        Assert.Equal(
            [
                "2 web-2 is ejected: 5 failures in a row",
                "3 web-2 is down: connection refused",
                "3 web: under half of its servers are left, so all are used (fail-open)",
                "4 web-2 is back: slow start over 10 s",
                "4 web: enough servers again, only good ones are used",
            ],
            _events.All.Select(e => $"{e.At.TotalSeconds} {e.Text}"));
    }

    [Fact]
    public void OldEventsAreForgottenButCounted()
    {
        for (var i = 0; i < 250; i++)
            _events.Add(TimeSpan.FromSeconds(i), "white", $"event {i}");
        Assert.Equal(250, _events.Count);
        Assert.Equal(100, _events.All.Count);
        Assert.Equal("event 249", _events.All[^1].Text);
    }

    [Fact]
    public void PlainLinesTellEachEventOnce()
    {
        using var output = new StringWriter();
        var lines = new DemoLines(output);
        _events.Add(TimeSpan.FromSeconds(1), "white", "first");
        lines.Write(Frame(1), _events.Count);
        _events.Add(TimeSpan.FromSeconds(2), "white", "second");
        lines.Write(Frame(2), _events.Count);
        Assert.Equal(
            """
               1s  first
               1s  web 198/s p50 4.5 ms failed 1: web-1 60% up  |  web 198/s p50 4.5 ms failed 1: web-1 60% up  |  tickets open 3.9/s active 31/40 waiting 118 serving 1204
               2s  second
               2s  web 198/s p50 4.5 ms failed 1: web-1 60% up  |  web 198/s p50 4.5 ms failed 1: web-1 60% up  |  tickets open 3.9/s active 31/40 waiting 118 serving 1204

            """.ReplaceLineEndings("\n"),
            output.ToString());
    }

    private static DemoRoomFrame Room => new("open", 3.9, 4, 31, 40, 118, 1_204, (28, 36));

    private static StatusReport Report(bool failOpen, string state, string reason = "")
        => SampleStatus.Report(SampleStatus.Pool("web", failOpen, SampleStatus.Server("a:1"), SampleStatus.Server("b:2", state, reason)));

    private DemoFrame Frame(int seconds)
    {
        var layer = new DemoLayer("web", "http", "least-time", false, 198, 1, 4.5, [new DemoRow("web-1", DemoCondition.Well, "up", "", 0.6, 100, 1, 4.4)]);
        return new DemoFrame(TimeSpan.FromSeconds(seconds), layer, layer, Room, [], _events.All);
    }
}
