using System.Text;
using Naru.Core.WaitingRoom.Rehearsal;
using Naru.Rehearsal;
using Naru.Tests.Cli;
using Naru.Tests.Config;

namespace Naru.Tests.WaitingRoom.Rehearsal;

public class CrowdFileTests
{
    [Fact]
    public void SampleIsGoodAndSaysTheDefaults()
    {
        var (plan, problems) = CrowdFile.Load(Repository.PathOf("samples", "crowd.yaml"), []);
        Assert.True(plan is not null, problems.Report());
        var defaults = new CrowdPlan();
        Assert.Equal(defaults.People, plan.People);
        Assert.Equal(defaults.Room, plan.Room);
        Assert.Equal(defaults.Arrivals with { Until = plan.Arrivals.Until }, plan.Arrivals);
        Assert.Equal(defaults.HiddenTabs, plan.HiddenTabs);
        Assert.Equal(defaults.Bots, plan.Bots);
        Assert.Equal(defaults.Nodes, plan.Nodes);
        Assert.NotEmpty(plan.Events);
    }

    [Fact]
    public void AFileOfCommentsIsTheDefaultCrowd()
    {
        var (plan, _) = Load("# nothing yet\n\n");
        Assert.Equal(new CrowdPlan { Events = plan!.Events }, plan);
    }

    [Theory]
    [InlineData("visitor: 5", "unknown key. Did you mean visitors?")]
    [InlineData("room: { admit: 0.5 }", "room.admit: 0.5 is not a rate")]
    [InlineData("room: { admit: 5 }", "has no unit")]
    [InlineData("arrivals: { before: 60%, burst: 50% }", "more than all visitors")]
    [InlineData("lasts: 1m\nopens: 1m", "when the rehearsal is over")]
    [InlineData("events: [{ kind: pause, at: 1m, node: 1 }]", "means nothing to pause")]
    [InlineData("events: [{ kind: admit, at: 1m }]", "value: is missing")]
    [InlineData("events: [{ kind: node-restart, at: 1m, node: 9 }]", "there is no node 9")]
    [InlineData("- 1", "cannot be a crowd")]
    [InlineData("visitors: [", "this is not YAML")]
    public void AMistakeIsToldWithItsPlace(string text, string message)
    {
        var (plan, report) = Load(text);
        Assert.Null(plan);
        Assert.Contains(message, report);
        Assert.StartsWith("/", report);
    }

    [Fact]
    public void OptionsTakeThePlaceOfTheFile()
    {
        var (plan, report) = Load("visitors: 10\nroom: { admit: 7/s, active: 70 }\n", (["visitors"], "20"), (["room", "admit"], "8/s"), (["nodes", "count"], "3"));
        Assert.True(plan is not null, report);
        Assert.Equal((20, 8, 70, 3), (plan.Visitors, plan.Room.AdmitPerSecond, plan.Room.Active, plan.Nodes.Count));
    }

    [Fact]
    public void AWrongOptionIsNotBlamedOnTheFile()
    {
        var (plan, report) = Load("visitors: 10\n", (["room", "admit"], "fast"));
        Assert.Null(plan);
        Assert.StartsWith("options: room.admit: fast is not a rate.", report);
    }

    private static (CrowdPlan? Plan, string Report) Load(string text, params (string[] Path, string Text)[] overrides)
    {
        using var folder = new TemporaryFolder();
        var path = folder["crowd.yaml"];
        File.WriteAllText(path, text, Encoding.UTF8);
        var (plan, problems) = CrowdFile.Load(path, overrides);
        return (plan, problems.Report());
    }
}
