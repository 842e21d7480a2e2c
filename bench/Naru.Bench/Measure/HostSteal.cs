using System.Globalization;

namespace Naru.Bench.Measure;

/// <summary>
/// Time in which the host ran somebody else on this machine's virtual processors (steal in proc_stat(5)). The kernel does not
/// charge it to a process, but whoever waits for an answer waits through it, and what comes back has lost its caches.
/// </summary>
/// <param name="Stolen">Ticks of all processors.</param>
/// <param name="All">Ticks of all processors, whatever they did.</param>
internal readonly record struct HostSteal(long Stolen, long All)
{
    private const int StealField = 8;

    public static HostSteal Now()
    {
        // cpu user nice system idle iowait irq softirq steal guest guest_nice; guests are counted in user and nice already.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[..(StealField + 1)];
        var ticks = fields[1..].Select(f => long.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return new HostSteal(ticks[^1], ticks.Sum());
    }

    /// <summary>Share of all processors' time since <paramref name="earlier"/>, 0 to 1.</summary>
    public double ShareSince(HostSteal earlier) => All == earlier.All ? 0 : (double)(Stolen - earlier.Stolen) / (All - earlier.All);
}
