using System.Diagnostics;
using System.Globalization;
using Naru.Bench.Proxies;

namespace Naru.Bench.Measure;

/// <summary>Where and with what a table was measured: it is printed with every table.</summary>
internal static class Conditions
{
    public static string Describe(string naruProgram)
    {
        var cpu = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? "unknown processor";
        return string.Create(CultureInfo.InvariantCulture, $"""
            {DateTime.UtcNow:yyyy-MM-dd}, {cpu}, {Machine.Cores} cores (proxy on CPU {Machine.ProxyCpu}, load and origin on CPU {Machine.LoadCpus}), Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}.
            Load average at the start: {File.ReadAllText("/proc/loadavg").Split(' ')[0]}.
            {Version("haproxy", "-v")}; {Version("nginx", "-v")}; {Version("wrk", "-v")}; .NET {Environment.Version}; Naru {Commit(Path.GetDirectoryName(Path.GetFullPath(naruProgram))!)}.
            """);
    }

    /// <summary>What the program was built from; documents, into which figures are written while others are still measured, do not make it dirty.</summary>
    private static string Commit(string folder)
    {
        var commit = Version("git", "-C", folder, "describe", "--always");
        var changes = Version("git", "-C", folder, "status", "--porcelain", "--untracked-files=no", "--", ":/", ":(exclude,top)docs");
        return changes.Length == 0 ? commit : commit + "-dirty";
    }

    private static string Version(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var text = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
            process.WaitForExit();
            return string.Join(' ', text.Split('\n')[0].Replace("nginx version: ", "", StringComparison.Ordinal).Split(' ').Take(3)).Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"{program} (not installed)";
        }
    }
}
