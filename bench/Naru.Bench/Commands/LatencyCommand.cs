using System.Globalization;
using Naru.Bench.Load;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench.Commands;

/// <summary>Latency at half of what HAProxy can serve here, by an open-loop generator, the same rate for every proxy.</summary>
internal static class LatencyCommand
{
    private const int Connections = 64;

    public static int Execute(RunOptions options)
    {
        using var run = new Run(options);
        var small = Workload.All[0];
        var proxies = options.Proxies.Select(name => run.Start(name, run.Setup)).ToArray();
        foreach (var proxy in proxies)
        {
            run.Measure(proxy, small, options.WarmUpSeconds(proxy.Name));
        }
        var full = run.Measure(proxies[0], small, options.Seconds).PerSecond;
        // The generator shares its cores with the origin: what it can pace itself is part of "half load".
        var rate = Math.Floor(full / 2 / 100) * 100;
        foreach (var proxy in proxies)
        {
            OpenLoop.Run(proxy.Port, rate, 1, Connections, seed: 0);
        }

        var samples = proxies.ToDictionary(p => p.Name, _ => new List<double[]>());
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var proxy in proxies)
            {
                samples[proxy.Name].Add(OpenLoop.Run(proxy.Port, rate, options.Seconds, Connections, seed: round));
            }
            Run.Progress($"round {round + 1}: " + string.Join("  ", proxies.Select(p => $"{p.Name} p99 {Samples.Percentile(samples[p.Name][^1], 0.99):0} µs")));
        }

        double Median(string name, double share) => samples[name].Select(s => Samples.Percentile(s, share)).Median();
        var table = new MarkdownTable("proxy", "p50 µs", "p90 µs", "p99 µs", "p99 min", "p99 max", "p99.9 µs", "p99 ratio", "verdict");
        var reference = samples.ContainsKey(Proxy.Haproxy) ? Median(Proxy.Haproxy, 0.99) : (double?)null;
        var met = true;
        foreach (var proxy in proxies)
        {
            var p99 = Median(proxy.Name, 0.99);
            var judged = proxy.Name == Proxy.Naru && reference is not null;
            met &= !judged || p99 <= reference;
            table.Add(proxy.Name, Text(Median(proxy.Name, 0.5)), Text(Median(proxy.Name, 0.9)), Text(p99),
                Text(samples[proxy.Name].Min(s => Samples.Percentile(s, 0.99))), Text(samples[proxy.Name].Max(s => Samples.Percentile(s, 0.99))),
                Text(Median(proxy.Name, 0.999)), reference is { } r ? (p99 / r).ToString("0.00", CultureInfo.InvariantCulture) : "–",
                !judged ? "–" : p99 <= reference ? "met" : "**missed**");
        }
        run.Publish("latency", $"""
            {rate.ToString("N0", CultureInfo.InvariantCulture)} requests/s (half of the {full.ToString("N0", CultureInfo.InvariantCulture)} that {proxies[0].Name} served at full load), due at random distances, {Connections} connections, {options.Rounds} rounds of {options.Seconds.ToString(CultureInfo.InvariantCulture)} s in alternation; latency from the time a request was due; medians over rounds.

            {table}
            """);
        return met ? 0 : 1;
    }

    private static string Text(double microseconds) => microseconds.ToString("N0", CultureInfo.InvariantCulture);
}
