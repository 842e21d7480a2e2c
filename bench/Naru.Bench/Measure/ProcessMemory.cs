using System.Globalization;

namespace Naru.Bench.Measure;

internal static class ProcessMemory
{
    /// <summary>Memory of a process and its children that no file backs, in bytes: heaps, stacks and JIT code in RAM.</summary>
    public static long AnonymousBytes(int pid) => ProcessCpu.Family(pid).Sum(OfOne);

    private static long OfOne(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(l => l.StartsWith("Anonymous:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
