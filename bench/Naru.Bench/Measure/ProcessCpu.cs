using System.Globalization;

namespace Naru.Bench.Measure;

/// <summary>
/// CPU time that a process and its children have used, over all their threads.
/// Two kernel counters are read because each has a hole: the scheduler's (nanoseconds) forgets threads that ended,
/// the process' (utime + stime) keeps them but counts in ticks of 10 ms.
/// </summary>
internal readonly record struct ProcessCpu(double SchedulerSeconds, double TickSeconds, int Processes)
{
    private const double SecondsPerTick = 0.01; // USER_HZ is 100 on every Linux that .NET runs on

    public static ProcessCpu Of(int pid)
    {
        double scheduler = 0, ticks = 0;
        var processes = 0;
        foreach (var member in Family(pid))
        {
            // Fields of stat(5) after the name, which may itself hold spaces: utime is the 12th, stime the 13th.
            var stat = File.ReadAllText($"/proc/{member}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            ticks += (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) * SecondsPerTick;
            foreach (var task in Directory.GetDirectories($"/proc/{member}/task"))
            {
                scheduler += SchedulerNanoseconds(task) / 1e9;
            }
            processes++;
        }
        return new ProcessCpu(scheduler, ticks, processes);
    }

    /// <summary>The process and all its descendants.</summary>
    public static List<int> Family(int pid)
    {
        List<int> family = [pid];
        for (var i = 0; i < family.Count; i++)
        {
            foreach (var child in File.ReadAllText($"/proc/{family[i]}/task/{family[i]}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                family.Add(int.Parse(child, CultureInfo.InvariantCulture));
            }
        }
        return family;
    }

    /// <summary>Seconds used since <paramref name="earlier"/>.</summary>
    public double Since(ProcessCpu earlier)
    {
        var scheduler = SchedulerSeconds - earlier.SchedulerSeconds;
        var ticks = TickSeconds - earlier.TickSeconds;
        // Beyond what rounding explains, the tick counter knows of threads that ended in between.
        var rounding = (2 * SecondsPerTick * Processes) + (0.01 * scheduler);
        return ticks > scheduler + rounding ? ticks : scheduler;
    }

    private static double SchedulerNanoseconds(string task)
    {
        try
        {
            return double.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // the thread ended since the folder was listed
        }
    }
}
