using Naru.Demo;
using Naru.Engine.Telemetry;
using Naru.Tests.Admin;

namespace Naru.Tests.Demo;

public sealed class DemoSamplerTests
{
    [Fact]
    public void MedianIsOfTheAnswersSinceTheLastLook()
    {
        var window = new LatencyWindow();
        Assert.Null(window.TakeMedianMs());
        for (var i = 1; i <= 1000; i++)
            window.Add(TimeSpan.FromMilliseconds(i));
        Assert.InRange(window.TakeMedianMs()!.Value, 700, 800);
        window.Add(TimeSpan.FromMilliseconds(3));
        Assert.Equal(3, window.TakeMedianMs());
        Assert.Null(window.TakeMedianMs());
    }

    [Fact]
    public async Task SharesAndRatesAreOfTheLastTwoSeconds()
    {
        var servers = Enumerable.Range(1, 6).Select(i => new RegionDemoServer($"s{i}", TimeSpan.Zero)).ToList<DemoServer>();
        var events = new DemoEvents(new DemoTextEnglish(), new Dictionary<string, string>());
        var sampler = new DemoSampler(servers, new LoadCounters(), new LoadCounters(), events);
        sampler.Sample(TimeSpan.Zero, Report(0, 0, 0));
        sampler.Sample(TimeSpan.FromSeconds(2), Report(1000, 0, 0));
        sampler.Sample(TimeSpan.FromSeconds(4), Report(1100, 60, 40));
        var frame = sampler.Sample(TimeSpan.FromSeconds(4), Report(1100, 60, 40));
        Assert.Equal([0.5, 0.3, 0.2], frame.Http.Rows.Select(r => Math.Round(r.Share, 6)));
        Assert.Equal(100, frame.Http.Rate);
        Assert.Equal(["s4", "s5", "s6"], frame.Tcp.Rows.Select(r => r.Name));
        Assert.Equal([KeyValuePair.Create("connect-failed", 6L), KeyValuePair.Create("client-aborted", 2L)], frame.Errors);
        foreach (var server in servers)
            await server.DisposeAsync();
    }

    private static StatusReport Report(params long[] requests)
    {
        PoolStatus Pool(string name) => SampleStatus.Pool(
            name, failOpen: false, [.. requests.Select((r, i) => SampleStatus.Server($"{name}:{i}", requests: r))]);
        var report = SampleStatus.Report(Pool("web"), Pool("regions"));
        var ends = new Dictionary<string, long> { ["completed"] = 9, ["client-aborted"] = 1, ["connect-failed"] = 3 };
        var listener = report.Listeners[0] with { Ends = ends };
        return report with { Listeners = [listener, listener] };
    }
}
