using System.Globalization;
using System.Text;
using Naru.Bench.Load;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench.Commands;

/// <summary>CPU per request of all proxies side by side, in alternation, against the targets.</summary>
internal static class CompareCommand
{
    public static int Execute(RunOptions options, IReadOnlyList<Workload> workloads)
    {
        using var run = new Run(options);
        var summary = new MarkdownTable("work", "Naru / HAProxy", "range", "target", "verdict", "nginx / HAProxy", "wrong or lost");
        var details = new MarkdownTable("work", "proxy", "µs median", "min", "max", "ratio", "requests/s", "core", "wrong or lost", "own figures");
        var missed = 0;
        foreach (var work in workloads)
        {
            missed += AddRows(run, work, summary, details) ? 0 : 1;
        }
        run.Publish("compare", $"""
            Rounds: {options.Rounds} of {options.Seconds.ToString(CultureInfo.InvariantCulture)} s, proxies in alternation. CPU time of the proxy's processes per request; ratio of medians; range over the rounds.

            {summary}
            {details}
            """);
        return missed == 0 ? 0 : 1;
    }

    /// <summary>False when a target is missed or a response was wrong.</summary>
    private static bool AddRows(Run run, Workload work, MarkdownTable summary, MarkdownTable details)
    {
        Run.Progress($"{work.Key}: {work.Title}");
        var proxies = run.Options.Proxies
            .Where(name => name != Proxy.Relay || work.HasFloor)
            .Select(name => run.Start(name, run.Setup with { Entrance = work.Entrance }))
            .ToArray();
        var wrong = proxies.ToDictionary(p => p.Name, p => Verify(p, work));
        foreach (var proxy in proxies)
        {
            run.WarmUp(proxy, work);
        }

        var samples = proxies.ToDictionary(p => p.Name, _ => new List<Sample>());
        for (var round = 0; round < run.Options.Rounds; round++)
        {
            foreach (var proxy in proxies)
            {
                samples[proxy.Name].Add(run.Measure(proxy, work, run.Options.Seconds));
            }
            Run.Progress($"  round {round + 1}: " + string.Join("  ", proxies.Select(p => $"{p.Name} {samples[p.Name][^1].Microseconds:0.0} µs")));
        }

        double Median(string name) => samples[name].Select(s => s.Microseconds).Median();
        long Faults(string name) => wrong[name] + samples[name].Sum(s => s.Faults);
        double? Ratio(string name) => samples.ContainsKey(name) && samples.ContainsKey(Proxy.Haproxy) ? Median(name) / Median(Proxy.Haproxy) : null;

        foreach (var proxy in proxies)
        {
            var own = samples[proxy.Name];
            details.Add(work.Key, proxy.Name, Number(Median(proxy.Name)), Number(own.Min(s => s.Microseconds)), Number(own.Max(s => s.Microseconds)),
                Text(Ratio(proxy.Name)), own.Select(s => s.PerSecond).Median().ToString("N0", CultureInfo.InvariantCulture),
                own.Select(s => s.Share).Median().ToString("P0", CultureInfo.InvariantCulture), Faults(proxy.Name).ToString(CultureInfo.InvariantCulture),
                proxy.OwnFigures() ?? "–");
        }

        var ratio = Ratio(Proxy.Naru);
        var faults = samples.ContainsKey(Proxy.Naru) ? Faults(Proxy.Naru) : 0;
        var met = (ratio is null || work.Target is null || ratio <= work.Target) && faults == 0;
        summary.Add(work.Title, Text(ratio), Range(samples), work.Target is { } t ? $"≤ {t.ToString("0.00", CultureInfo.InvariantCulture)}" : "–",
            ratio is null ? "–" : met ? "met" : "**missed**", Text(Ratio(Proxy.Nginx)),
            string.Join(", ", proxies.Select(p => $"{p.Name} {Faults(p.Name)}")));
        run.StopProxies();
        return met;
    }

    private static long Verify(Proxy proxy, Workload work)
    {
        var (wrong, first) = Verifier.Check(work, proxy.Port, work.BodyBytes > 100_000 ? 200 : 2000);
        if (first is not null)
        {
            Run.Progress($"  {proxy.Name}: {wrong} wrong responses, the first: {first}");
        }
        return wrong;
    }

    /// <summary>Of the ratio of Naru to HAProxy within each round: neighbours in time, so drift of the machine cancels out.</summary>
    private static string Range(Dictionary<string, List<Sample>> samples)
    {
        if (!samples.TryGetValue(Proxy.Naru, out var naru) || !samples.TryGetValue(Proxy.Haproxy, out var haproxy))
        {
            return "–";
        }
        var ratios = naru.Zip(haproxy, (n, h) => n.Microseconds / h.Microseconds).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{ratios.Min():0.00}–{ratios.Max():0.00}");
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.00" : "0", CultureInfo.InvariantCulture);

    private static string Text(double? ratio) => ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";
}
