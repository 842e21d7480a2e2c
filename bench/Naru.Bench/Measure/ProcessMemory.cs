using System.Globalization;

namespace Naru.Bench.Measure;

internal static class ProcessMemory
{
    /// <summary>Private memory of one process in bytes: what only it holds in RAM, without files it shares with others.</summary>
    public static long AnonymousBytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(l => l.StartsWith("Anonymous:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
