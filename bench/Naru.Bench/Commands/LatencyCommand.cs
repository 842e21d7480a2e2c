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

    /// <summary>
    /// The proxies take turns this short because a small machine stands still for some milliseconds several times a second, whoever
    /// runs: over seconds that alone is a percent of the requests, and a p99 says nothing of the proxy. Of short turns most are free of it.
    /// </summary>
    private const double TurnSeconds = 0.1;

    public static int Execute(RunOptions options)
    {
        using var run = new Run(options);
        using var loop = new OpenLoop();
        var small = Workload.All[0];
        var proxies = options.Proxies.Select(name => run.Start(name, run.Setup with { Servers = loop.Servers })).ToArray();
        foreach (var proxy in proxies)
        {
            run.WarmUp(proxy, small);
        }
        var full = run.Measure(proxies[0], small, options.Seconds).PerSecond;
        var rate = Math.Floor(full / 2 / 100) * 100;
        foreach (var proxy in proxies)
        {
            loop.Run(proxy.Port, rate, 1, Connections, seed: 0);
        }

        var turns = (int)Math.Ceiling(options.Rounds * options.Seconds / TurnSeconds);
        var samples = proxies.ToDictionary(p => p.Name, _ => new List<double[]>());
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var proxy in proxies)
            {
                samples[proxy.Name].Add(run.Undisturbed(() => loop.Run(proxy.Port, rate, TurnSeconds, Connections, seed: turn)));
            }
            if (turn % 20 == 19)
            {
                Run.Progress($"turn {turn + 1} of {turns}: " + string.Join("  ", proxies.Select(p => $"{p.Name} p99 {Text(Median(samples[p.Name], 0.99))} µs")));
            }
        }

        var table = new MarkdownTable("proxy", "p50 µs", "p90 µs", "p99 µs", "quarter of the turns below", "three quarters below", "p99 of all requests", "p99 ratio", "verdict");
        var reference = samples.TryGetValue(Proxy.Haproxy, out var haproxy) ? Median(haproxy, 0.99) : (double?)null;
        var met = true;
        foreach (var proxy in proxies)
        {
            var own = samples[proxy.Name];
            var p99 = Median(own, 0.99);
            var judged = proxy.Name == Proxy.Naru && reference is not null;
            met &= !judged || p99 <= reference;
            var all = own.SelectMany(s => s).Order().ToArray();
            table.Add(proxy.Name, Text(Median(own, 0.5)), Text(Median(own, 0.9)), Text(p99), Text(OverTurns(own, 0.99, 0.25)), Text(OverTurns(own, 0.99, 0.75)),
                Text(Samples.Percentile(all, 0.99)), reference is { } r ? (p99 / r).ToString("0.00", CultureInfo.InvariantCulture) : "–",
                !judged ? "–" : p99 <= reference ? "met" : "**missed**");
        }
        run.Publish("latency", $"""
            {rate.ToString("N0", CultureInfo.InvariantCulture)} requests/s (half of the {full.ToString("N0", CultureInfo.InvariantCulture)} that {proxies[0].Name} served at full load), due at random distances, {Connections} connections; {turns} turns of {TurnSeconds.ToString(CultureInfo.InvariantCulture)} s for each proxy in alternation; latency from the time a request was due. Each percentile is taken in every turn; the figures are medians over the turns, and for p99 its quartiles too.

            {table}
            """);
        return met ? 0 : 1;
    }

    private static double Median(List<double[]> turns, double share) => OverTurns(turns, share, 0.5);

    /// <summary>Below which the given part of the turns have this percentile.</summary>
    private static double OverTurns(List<double[]> turns, double share, double part) =>
        Samples.Percentile([.. turns.Select(s => Samples.Percentile(s, share)).Order()], part);

    private static string Text(double microseconds) => microseconds.ToString("N0", CultureInfo.InvariantCulture);
}
