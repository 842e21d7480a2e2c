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

    public static int Execute(RunOptions options, IReadOnlyList<string> axes, string? chartPath)
    {
        if (axes.FirstOrDefault(name => !Array.Exists(Axes, a => a.Title == name)) is { } unknown)
        {
            throw new BenchException($"There is no axis '{unknown}'; known: {string.Join(", ", Axes.Select(a => a.Title))}.");
        }
        using var run = new Run(options);
        var table = new MarkdownTable("what grows", "proxy", "µs per request at each size", "last / first", "last / lowest", "target", "verdict", "wrong or lost");
        var panels = new List<GrowthPanel>();
        var met = true;
        foreach (var (title, sizes, vary) in Axes.Where(a => axes.Contains(a.Title)))
        {
            var steps = MeasureAxis(run, title, sizes, vary);
            var lines = new List<GrowthLine>();
            foreach (var proxy in options.Proxies)
            {
                var own = steps.Where(s => s.Proxy.Name == proxy).ToArray();
                var points = own.Select(s => (s.Size, Microseconds: s.Samples.Select(x => x.Microseconds).Median())).ToArray();
                lines.Add(new GrowthLine(proxy, points));
                var growth = points[^1].Microseconds / points[0].Microseconds;
                var faults = own.Sum(s => s.Samples.Sum(x => x.Faults));
                var good = growth <= TargetGrowth && faults == 0;
                var judged = proxy == Proxy.Naru;
                met &= !judged || good;
                table.Add(title, proxy, string.Join(", ", points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Size:N0}: {p.Microseconds:0.0}"))),
                    Text(growth), Text(points[^1].Microseconds / points.Min(p => p.Microseconds)), judged ? $"≤ {Text(TargetGrowth)}" : "–",
                    !judged ? "–" : good ? "met" : "**missed**", faults.ToString(CultureInfo.InvariantCulture));
            }
            panels.Add(new GrowthPanel(title, lines));
        }
        if (chartPath is not null)
        {
            File.WriteAllText(chartPath, GrowthChart.Draw(panels));
            Run.Progress($"drawn: {chartPath}");
        }
        run.Publish("growth", $"Small responses, keep-alive, 64 connections unless they are what grows; µs of CPU per request at each size; {options.Rounds} rounds of {options.Seconds.ToString(CultureInfo.InvariantCulture)} s, sizes and proxies in alternation, medians. One connection never finds the proxy awake, so it costs more than many do.\n\n{table}");
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

    /// <summary>All sizes run at once and are measured in turn, so that the machine's drift does not look like growth.</summary>
    private static List<Step> MeasureAxis(Run run, string title, int[] sizes, Func<Setup, int, (Setup Setup, Workload Work)> vary)
    {
        var steps = new List<Step>();
        foreach (var size in sizes)
        {
            var (setup, work) = vary(run.Setup with { CheckIntervalSeconds = 10 }, size);
            steps.AddRange(run.Options.Proxies.Select(name => new Step(size, run.Start(name, setup), work, [])));
        }
        foreach (var step in steps)
        {
            run.WarmUp(step.Proxy, step.Work);
        }
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var step in steps)
            {
                step.Samples.Add(run.Measure(step.Proxy, step.Work, run.Options.Seconds));
            }
            Run.Progress($"{title}, round {round + 1}: " + string.Join("  ", steps.Select(s => $"{s.Proxy.Name} {s.Size}: {s.Samples[^1].Microseconds:0.0} µs")));
        }
        run.StopProxies();
        return steps;
    }

    private static string Text(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);

    private sealed record Step(int Size, Proxy Proxy, Workload Work, List<Sample> Samples);
}
