using System.Globalization;
using System.Text;
using Naru.Bench.Load;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench.Commands;

/// <summary>
/// The waiting room over keep-alive connections: polls of many visitors against a fixed response, and requests with a pass against
/// the same without a room. Each pair sends the same bytes but for the path, so that the room alone makes the difference.
/// </summary>
internal static class RoomHttpCommand
{
    /// <summary>So many that none polls more often than the room allows: it would be slowed.</summary>
    private const int Visitors = 40_000;

    private const double TargetPoll = 1.15;

    public static int Execute(RunOptions options)
    {
        using var run = new Run(options with { Proxies = [Proxy.Naru] });
        var proxy = run.Start(Proxy.Naru, run.Setup with { Entrance = Entrance.Room });
        List<string> cookies;
        using (var visitors = new RoomVisitors(proxy.Port))
        {
            cookies = visitors.Come(Visitors + 1);
        }
        var pass = cookies.Find(c => c.StartsWith("naru-pass-", StringComparison.Ordinal)) ?? throw new BenchException("Nobody was let in.");
        var tickets = cookies.Where(c => c.StartsWith("naru-ticket-", StringComparison.Ordinal)).ToList();
        var file = Path.Combine(run.WorkFolder, "tickets");
        File.WriteAllLines(file, tickets);

        Workload[] works =
        [
            new("fixed", "fixed response", null) { Script = Script("/fixed", file), BodyBytes = 125 },
            new("poll", "poll of a place", TargetPoll) { Script = Script("/.naru/rooms/bench/me", file), BodyBytes = 100 },
            new("pool", "small response of a server, no room", null) { Path = "/", Headers = ["Host: bench", $"Cookie: {pass}"] },
            new("pass", "the same with a pass", null) { Path = "/room/", Headers = ["Host: bench", $"Cookie: {pass}"] },
        ];
        foreach (var work in works)
        {
            Run.Progress($"warming up: {work.Title}");
            run.WarmUp(proxy, work);
        }
        var samples = works.Select(_ => new List<Sample>()).ToArray();
        for (var round = 0; round < options.Rounds; round++)
        {
            Run.Progress($"round {round + 1} of {options.Rounds}");
            for (var i = 0; i < works.Length; i++)
            {
                samples[i].Add(run.Measure(proxy, works[i], options.Seconds));
            }
        }

        var table = new MarkdownTable("request", "requests/s", "µs of CPU", "against", "ratio", "target", "faults");
        var ratios = new double[works.Length];
        for (var i = 0; i < works.Length; i++)
        {
            var against = i % 2 == 1 ? i - 1 : i;
            ratios[i] = Median(samples[i]) / Median(samples[against]);
            table.Add(works[i].Title, samples[i].Select(s => s.PerSecond).Median().ToString("N0", CultureInfo.InvariantCulture), Text(Median(samples[i])),
                against == i ? "–" : works[against].Title, against == i ? "–" : Text(ratios[i]),
                works[i].Target is { } target ? $"≤ {Text(target)}" : "–", samples[i].Sum(s => s.Faults).ToString(CultureInfo.InvariantCulture));
        }
        var faults = samples.Sum(s => s.Sum(x => x.Faults));
        var met = ratios[1] <= TargetPoll && faults == 0;
        run.Publish("room-http", $"""
            One loop; {tickets.Count:N0} visitors wait, {works[0].Connections} connections. {options.Rounds} rounds of {options.Seconds} s, medians.

            {table}
            Polls over keep-alive within 15 % of a fixed response: {(met ? "met" : "**missed**")}.
            """);
        return met ? 0 : 1;
    }

    /// <summary>Goes through the tickets one after the other, so that no visitor polls twice in a moment.</summary>
    private static string Script(string path, string file) => new StringBuilder()
        .AppendLine("local requests, next = {}, 0")
        .AppendLine("function init(args)")
        .AppendLine(CultureInfo.InvariantCulture, $"  for ticket in io.lines('{file}') do")
        .AppendLine(CultureInfo.InvariantCulture, $"    requests[#requests + 1] = 'GET {path} HTTP/1.1\\r\\nHost: bench\\r\\nAccept: application/json\\r\\nCookie: ' .. ticket .. '\\r\\n\\r\\n'")
        .AppendLine("  end")
        .AppendLine("end")
        .AppendLine("function request()")
        .AppendLine("  next = next % #requests + 1")
        .AppendLine("  return requests[next]")
        .Append("end")
        .ToString();

    private static double Median(List<Sample> samples) => samples.Select(s => s.Microseconds).Median();

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
