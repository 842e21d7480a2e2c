using System.Globalization;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench.Commands;

/// <summary>What active HTTP checks of many servers cost while no client is there.</summary>
internal static class HealthCommand
{
    private const double TargetShare = 0.05;
    private const int IntervalSeconds = 5;

    public static int Execute(RunOptions options, int servers)
    {
        using var run = new Run(options);
        var table = new MarkdownTable("proxy", "share of a core, median", "min", "max", "target", "verdict");
        var met = true;
        // nginx has no active checks.
        foreach (var name in options.Proxies.Where(p => p != Proxy.Nginx))
        {
            var proxy = run.Start(name, run.Setup with { Servers = [.. run.Origin.Servers(servers)], CheckIntervalSeconds = IntervalSeconds });
            Run.Progress($"{name}: {servers} servers, two intervals of warm-up");
            Thread.Sleep(TimeSpan.FromSeconds(2 * IntervalSeconds));
            var shares = new List<double>();
            for (var round = 0; round < options.Rounds; round++)
            {
                shares.Add(run.Undisturbed(() =>
                {
                    var before = ProcessCpu.Of(proxy.Pid);
                    Thread.Sleep(TimeSpan.FromSeconds(IntervalSeconds));
                    return ProcessCpu.Of(proxy.Pid).Since(before) / IntervalSeconds;
                }));
                proxy.ThrowIfEnded();
            }
            var judged = name == Proxy.Naru;
            met &= !judged || shares.Median() <= TargetShare;
            table.Add(name, Text(shares.Median()), Text(shares.Min()), Text(shares.Max()), judged ? "≤ 5.0 %" : "–",
                !judged ? "–" : shares.Median() <= TargetShare ? "met" : "**missed**");
            if (proxy is NaruProxy naru)
            {
                EnsureAllAreChecked(naru, servers);
            }
            run.StopProxies();
        }
        run.Publish("health", $"""
            {servers.ToString("N0", CultureInfo.InvariantCulture)} servers, an HTTP check of each every {IntervalSeconds} s, no traffic; {options.Rounds} samples of one interval.

            {table}
            """);
        return met ? 0 : 1;
    }

    /// <summary>A cheap check that checks nothing would win: every server must have been asked and be up.</summary>
    private static void EnsureAllAreChecked(NaruProxy naru, int servers)
    {
        using var status = naru.Status();
        var missed = status.RootElement.GetProperty("pools").EnumerateArray()
            .SelectMany(p => p.GetProperty("servers").EnumerateArray())
            .Count(s => s.GetProperty("checks").GetInt64() < 2 || s.GetProperty("state").GetString() is not ("up" or "slow-start"));
        if (missed > 0)
        {
            throw new BenchException($"{missed} of {servers} servers were not checked twice and found up.");
        }
    }

    private static string Text(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.0} %");
}
