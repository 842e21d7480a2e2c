namespace Naru.Bench.Proxies;

/// <summary>Which cores do what: the measured proxy has core 0 alone, everything else shares the rest.</summary>
internal static class Machine
{
    public static int Cores { get; } = CountCores();

    public static string ProxyCpu => "0";

    public static string LoadCpus => Cores == 2 ? "1" : $"1-{Cores - 1}";

    private static int CountCores()
    {
        var count = File.ReadLines("/proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal));
        return count >= 2 ? count : throw new BenchException("The bench needs two cores: one for the proxy, one for load and origin.");
    }
}
