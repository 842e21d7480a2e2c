using System.Globalization;
using Naru.Bench.Load;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench;

/// <summary>What the command line chose for every command.</summary>
/// <param name="Document">File whose marked places are filled; null: only print.</param>
internal sealed record RunOptions(int Rounds, double Seconds, IReadOnlyList<string> Proxies, string NaruProgram, string? Document);

/// <summary>
/// One run of a command: the work folder, the origin, and every process that it started.
/// Thread: main. Invariant: disposing it ends the processes and removes the folder.
/// </summary>
internal sealed class Run : IDisposable
{
    /// <summary>Of the processors' time, taken by the host: a sample with more is taken again. A quiet second has none; a restless one 5 % to 30 %.</summary>
    private const double StealMax = 0.01;

    /// <summary>So often is a disturbed sample taken, then the least disturbed one counts: a restless hour must not hold a run for ever.</summary>
    private const int AttemptsMax = 4;

    private static string? _folder;

    private int _samples, _repeated, _disturbed;

    private readonly List<IDisposable> _started = [];
    private int _startedCount;

    public Run(RunOptions options)
    {
        Options = options;
        if (options.Proxies.Contains(Proxy.Naru) && !File.Exists(options.NaruProgram))
        {
            throw new BenchException($"{options.NaruProgram} does not exist: dotnet build src/Naru -c Release");
        }
        Machine.LeaveProxyCpu();
        WorkFolder = Directory.CreateTempSubdirectory("naru-bench-").FullName;
        _folder = WorkFolder;
        Conditions = Naru.Bench.Measure.Conditions.Describe(options.NaruProgram);
        // HAProxy and nginx give up their rights; their workers must still reach sockets and files here.
        File.SetUnixFileMode(WorkFolder, (UnixFileMode)0b111_101_101);
        try
        {
            Origin = new Origin(WorkFolder);
        }
        catch
        {
            RemoveFolder();
            throw;
        }
    }

    public RunOptions Options { get; }

    public string WorkFolder { get; }

    public string Conditions { get; }

    public Origin Origin { get; }

    public Setup Setup => new(WorkFolder, Origin, Options.NaruProgram);

    public Proxy Start(string name, Setup setup)
    {
        var folder = Path.Combine(WorkFolder, string.Create(CultureInfo.InvariantCulture, $"{name}-{++_startedCount}"));
        Directory.CreateDirectory(folder);
        var proxy = Proxy.Start(name, setup with { WorkFolder = folder });
        _started.Add(proxy);
        return proxy;
    }

    /// <summary>Ends the proxies, not the origin.</summary>
    public void StopProxies()
    {
        foreach (var proxy in _started)
        {
            proxy.Dispose();
        }
        _started.Clear();
    }

    /// <summary>Load before the first sample: the JIT has compiled and re-compiled what is hot after a few seconds of it.</summary>
    public void WarmUp(Proxy proxy, Workload work) => MeasureOnce(proxy, work, proxy.Name == Proxy.Naru ? Math.Max(4, Options.Seconds) : 1);

    /// <summary>Loads a proxy for a while and charges the CPU time it used to the requests that were served.</summary>
    public Sample Measure(Proxy proxy, Workload work, double seconds)
    {
        long faults = 0;
        var sample = Undisturbed(() =>
        {
            var attempt = MeasureOnce(proxy, work, seconds);
            faults += attempt.Faults; // a wrong answer counts whatever the host did
            return attempt;
        });
        return sample with { Faults = faults };
    }

    /// <summary>Measures, again while the host took the processors away, and returns what was measured in the least disturbed attempt.</summary>
    public T Undisturbed<T>(Func<T> measure)
    {
        _samples++;
        var (best, least) = (default(T)!, double.MaxValue);
        for (var attempt = 0; attempt < AttemptsMax && least > StealMax; attempt++)
        {
            var before = HostSteal.Now();
            var result = measure();
            var stolen = HostSteal.Now().ShareSince(before);
            _repeated += attempt > 0 ? 1 : 0;
            if (stolen < least)
            {
                (best, least) = (result, stolen);
            }
        }
        _disturbed += least > StealMax ? 1 : 0;
        return best;
    }

    private Sample MeasureOnce(Proxy proxy, Workload work, double seconds)
    {
        proxy.ThrowIfEnded();
        seconds = Math.Max(seconds, work.Connections / 1000.0); // so that the time to connect stays a small part
        var before = ProcessCpu.Of(proxy.Pid);
        var originBefore = ProcessCpu.Of(Origin.Pid);
        var result = Wrk.Run(work, proxy.Port, seconds, WorkFolder);
        Thread.Sleep(50); // what is still in flight when wrk leaves belongs to its requests
        var cpu = ProcessCpu.Of(proxy.Pid).Since(before);
        var origin = ProcessCpu.Of(Origin.Pid).Since(originBefore);
        proxy.ThrowIfEnded();
        return new Sample(cpu * 1e6 / result.Requests, cpu / result.Seconds, origin / result.Seconds, result.PerSecond, result.Faults + Wrk.Unaccounted(work, result));
    }

    /// <summary>Prints a result with its conditions and puts it into the document when one was named.</summary>
    public void Publish(string name, string text)
    {
        var host = string.Create(CultureInfo.InvariantCulture, $"The host: {_repeated} samples beside {_samples} were taken again because it took more than {StealMax:P0} of the processors' time; {_disturbed} stayed so in {AttemptsMax} attempts.");
        var whole = $"{Conditions}\n{(_samples > 0 ? host + "\n" : "")}\n{text.Trim()}";
        Console.WriteLine($"\n{whole}\n");
        if (Options.Document is { } document)
        {
            Document.Fill(document, name, whole);
            Console.WriteLine($"written into {document}");
        }
    }

    /// <summary>For a run that is cut short; its processes are ended by the kernel.</summary>
    public static void RemoveFolder()
    {
        if (_folder is { } folder && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static void Progress(string text) => Console.Error.WriteLine(text);

    public void Dispose()
    {
        StopProxies();
        Origin.Dispose();
        RemoveFolder();
    }
}

/// <param name="Microseconds">CPU per request.</param>
/// <param name="Share">Of one core, while the load ran.</param>
/// <param name="OriginShare">The same of the origin, all its processes.</param>
/// <param name="Faults">Errors, answers other than 2xx, and responses that the bytes received cannot account for.</param>
internal readonly record struct Sample(double Microseconds, double Share, double OriginShare, double PerSecond, long Faults);
