using System.Globalization;
using Naru.Bench.Load;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench.Commands;

/// <summary>How CPU per request moves as connections, servers and routes grow; draws the picture of docs/performance.md.</summary>
internal static class GrowthCommand
{
    private const double TargetGrowth = 1.10;

    public static int Execute(RunOptions options, string? chartPath)
    {
        using var run = new Run(options);
        var table = new MarkdownTable("what grows", "proxy", "µs per request at each size", "growth, first to last", "target", "verdict", "wrong or lost");
        var panels = new List<GrowthPanel>();
        var met = true;
        foreach (var (title, sizes, vary) in Axes)
        {
            var lines = new List<GrowthLine>();
            var steps = sizes.Select(size => (size, Name: options.Proxies.ToDictionary(p => p, _ => new List<Sample>()))).ToArray();
            foreach (var (size, samples) in steps)
            {
                MeasureStep(run, $"{title} {size}", vary(run.Setup, size), samples);
            }
            foreach (var proxy in options.Proxies)
            {
                var points = steps.Select(s => (s.size, s.Name[proxy].Select(x => x.Microseconds).Median())).ToArray();
                lines.Add(new GrowthLine(proxy, points));
                var growth = points[^1].Item2 / points[0].Item2;
                var faults = steps.Sum(s => s.Name[proxy].Sum(x => x.Faults));
                var judged = proxy == Proxy.Naru;
                met &= !judged || (growth <= TargetGrowth && faults == 0);
                table.Add(title, proxy, string.Join(", ", points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.size:N0}: {p.Item2:0.0}"))),
                    string.Create(CultureInfo.InvariantCulture, $"{growth:0.00}"), judged ? "≤ 1.10" : "–",
                    !judged ? "–" : growth <= TargetGrowth ? "met" : "**missed**", faults.ToString(CultureInfo.InvariantCulture));
            }
            panels.Add(new GrowthPanel(title, lines));
        }
        if (chartPath is not null)
        {
            File.WriteAllText(chartPath, GrowthChart.Draw(panels));
            Run.Progress($"drawn: {chartPath}");
        }
        run.Publish("growth", $"Small responses, keep-alive; {options.Rounds} rounds of {options.Seconds.ToString(CultureInfo.InvariantCulture)} s, medians.\n\n{table}");
        return met ? 0 : 1;
    }

    private static (string Title, int[] Sizes, Func<Setup, int, (Setup, Workload)> Vary)[] Axes { get; } =
    [
        ("connections", [1, 10, 100, 1000, 10_000], (setup, size) => (setup, Workload.All[0] with { Connections = size })),
        ("servers", [1, 10, 100, 1000], (setup, size) => (setup with { Servers = [.. setup.Origin.Servers(size)] }, Workload.All[0])),
        ("routes", [1, 10, 100, 1000, 10_000], (setup, size) => (setup with { Routes = [.. Routes(size)] }, Routed(size))),
    ];

    /// <summary>Hosts and paths grow together: 10,000 routes are 100 hosts with 100 paths each.</summary>
    private static IEnumerable<(string Host, string Prefix)> Routes(int count)
    {
        var paths = (int)Math.Ceiling(Math.Sqrt(count));
        return Enumerable.Range(0, count).Select(i => ($"h{i / paths}.growth.test", $"/p{i % paths}/"));
    }

    /// <summary>wrk goes through up to 1,000 of the routes, spread evenly; each request is prepared before the run.</summary>
    private static Workload Routed(int count)
    {
        var routes = Routes(count).ToArray();
        var chosen = Enumerable.Range(0, Math.Min(count, 1000)).Select(i => routes[(int)((long)i * count / Math.Min(count, 1000))]);
        var requests = string.Join(",\n", chosen.Select(r => $"\"GET {r.Prefix}x HTTP/1.1\\r\\nHost: {r.Host}\\r\\n\\r\\n\""));
        return Workload.All[0] with
        {
            Script = $$"""
                local prepared = { {{requests}} }
                local next = 0
                function request()
                  next = next % #prepared + 1
                  return prepared[next]
                end
                """,
        };
    }

    private static void MeasureStep(Run run, string title, (Setup Setup, Workload Work) step, Dictionary<string, List<Sample>> samples)
    {
        var proxies = run.Options.Proxies.Select(name => run.Start(name, step.Setup)).ToArray();
        foreach (var proxy in proxies)
        {
            run.Measure(proxy, step.Work, run.Options.WarmUpSeconds(proxy.Name));
        }
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var proxy in proxies)
            {
                samples[proxy.Name].Add(run.Measure(proxy, step.Work, run.Options.Seconds));
            }
        }
        Run.Progress($"{title}: " + string.Join("  ", proxies.Select(p => $"{p.Name} {samples[p.Name].Select(s => s.Microseconds).Median():0.0} µs")));
        run.StopProxies();
    }
}
