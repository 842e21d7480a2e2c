using System.Diagnostics;

namespace Naru.Bench.Proxies;

/// <summary>Which cores do what: the measured proxy has core 0 alone, everything else shares the rest.</summary>
internal static class Machine
{
    public static int Cores { get; } = CountCores();

    public static string ProxyCpu => "0";

    public static string LoadCpus => Cores == 2 ? "1" : $"1-{Cores - 1}";

    /// <summary>Keeps this thread, and those it starts, off the measured core.</summary>
    public static void LeaveProxyCpu()
    {
        using var self = Process.GetCurrentProcess();
        self.ProcessorAffinity = (nint)(((1L << Math.Min(Cores, 63)) - 1) & ~1L);
    }

    private static int CountCores()
    {
        var count = File.ReadLines("/proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal));
        return count >= 2 ? count : throw new BenchException("The bench needs two cores: one for the proxy, one for load and origin.");
    }
}
