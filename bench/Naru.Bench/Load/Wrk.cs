using System.Diagnostics;
using System.Globalization;
using Naru.Bench.Proxies;

namespace Naru.Bench.Load;

/// <summary>What one run of wrk saw.</summary>
/// <param name="Faults">Connect, read, write and timeout errors, plus answers that were not 2xx.</param>
internal readonly record struct WrkResult(long Requests, double Seconds, long Bytes, long Faults)
{
    public double PerSecond => Requests / Seconds;
}

/// <summary>
/// Closed-loop load. A script's <c>done</c> prints exact counts; there is no callback per response, which would cost
/// wrk more than the proxies spend. Status and length are checked by sums, whole bodies by <see cref="Verifier"/>.
/// </summary>
internal static class Wrk
{
    private const string Counts = """
        function done(summary, latency, requests)
          local e = summary.errors
          io.write(string.format("counts %d %d %d %d\n", summary.requests, summary.duration, summary.bytes,
            e.connect + e.read + e.write + e.status + e.timeout))
        end
        """;

    public static WrkResult Run(Workload work, int port, double seconds, string workFolder)
    {
        var script = Path.Combine(workFolder, "wrk.lua");
        File.WriteAllText(script, work.Script + "\n" + Counts);
        var start = new ProcessStartInfo("setpriv") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "--pdeathsig", "TERM", "taskset", "-c", Machine.LoadCpus,
            "wrk", "-t1", $"-c{work.Connections}", $"-d{Math.Max(1, (int)Math.Round(seconds))}s", "--timeout", "10s", "-s", script,
            .. work.Headers.SelectMany(h => (string[])["-H", h]), $"http://127.0.0.1:{port}{work.Path}",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
        using var wrk = Process.Start(start)!;
        var error = wrk.StandardError.ReadToEndAsync();
        var output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith("counts ", StringComparison.Ordinal))
            ?? throw new BenchException($"wrk gave no counts: {output}{error.GetAwaiter().GetResult()}");
        var counts = line.Split(' ')[1..].Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray();
        if (counts[0] == 0)
        {
            throw new BenchException($"No request was answered on port {port} ({work.Title}).\n{output}");
        }
        return new WrkResult(counts[0], counts[1] / 1e6, counts[2], counts[3]);
    }

    /// <summary>
    /// Responses that the bytes received cannot account for: 0 when every counted response had its whole body and no
    /// more than 1 KB of head. The last responses of a run may be cut by its end, one for each connection.
    /// </summary>
    public static long Unaccounted(Workload work, WrkResult result)
    {
        const int headBytesMax = 1024;
        var least = result.Requests * work.BodyBytes;
        var most = (result.Requests + work.Connections) * (work.BodyBytes + headBytesMax);
        return result.Bytes < least ? (least - result.Bytes + work.BodyBytes - 1) / work.BodyBytes
            : result.Bytes > most ? (result.Bytes - most) / work.BodyBytes
            : 0;
    }
}
