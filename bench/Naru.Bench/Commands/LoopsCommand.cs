using System.Globalization;
using Naru.Bench.Load;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench.Commands;

/// <summary>
/// One loop against two. Throughput only shows the gain where load and origin have cores of their own; CPU per request
/// holds everywhere: two full cores that spend x times as much on each request serve 2 / x times as many.
/// </summary>
internal static class LoopsCommand
{
    private const double TargetGain = 1.8;

    public static int Execute(RunOptions options)
    {
        using var run = new Run(options);
        var small = Workload.All[0];
        var proxies = Enumerable.Range(1, 2).Select(loops => run.Start(Proxy.Naru, run.Setup with { Loops = loops })).ToArray();
        foreach (var proxy in proxies)
        {
            run.WarmUp(proxy, small);
        }
        var samples = proxies.Select(_ => new List<Sample>()).ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var i = 0; i < proxies.Length; i++)
            {
                samples[i].Add(run.Measure(proxies[i], small, options.Seconds));
            }
        }

        var table = new MarkdownTable("loops", "requests/s", "µs per request", "cores used by Naru", "cores used by the origin");
        for (var i = 0; i < proxies.Length; i++)
        {
            table.Add((i + 1).ToString(CultureInfo.InvariantCulture), samples[i].Select(s => s.PerSecond).Median().ToString("N0", CultureInfo.InvariantCulture),
                Text(samples[i].Select(s => s.Microseconds).Median()), Text(samples[i].Select(s => s.Share).Median()), Text(samples[i].Select(s => s.OriginShare).Median()));
        }
        var measured = samples[1].Select(s => s.PerSecond).Median() / samples[0].Select(s => s.PerSecond).Median();
        var projected = 2 * samples[0].Select(s => s.Microseconds).Median() / samples[1].Select(s => s.Microseconds).Median();
        var roomy = Machine.Cores >= 4;
        var gain = roomy ? measured : projected;
        run.Publish("loops", $"""
            {table}
            Measured gain {Text(measured)}; projected from CPU per request (2 × one loop's / two loops') {Text(projected)}; target ≥ 1.80: {(gain >= TargetGain ? "met" : "**missed**")}{(roomy ? "" : $" by the projection. With {Machine.Cores} cores the second loop shares its core with load and origin, which limits the measured gain")}.
            """);
        return gain >= TargetGain ? 0 : 1;
    }

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
