using System.Globalization;
using Naru.Bench.Load;
using Naru.Bench.Measure;
using Naru.Bench.Proxies;
using Naru.Bench.Report;

namespace Naru.Bench;

/// <summary>What the command line chose for every command.</summary>
/// <param name="Document">File whose marked places are filled; null: only print.</param>
internal sealed record RunOptions(int Rounds, double Seconds, IReadOnlyList<string> Proxies, string NaruProgram, string? Document)
{
    /// <summary>Load before the first sample: the JIT has compiled and re-compiled what is hot after a few seconds of it.</summary>
    public double WarmUpSeconds(string proxy) => proxy == Proxy.Naru ? Math.Max(4, Seconds) : 1;
}

/// <summary>
/// One run of a command: the work folder, the origin, and every process that it started.
/// Thread: main. Invariant: disposing it ends the processes and removes the folder.
/// </summary>
internal sealed class Run : IDisposable
{
    private static string? _folder;

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

    /// <summary>Loads a proxy for a while and charges the CPU time it used to the requests that were served.</summary>
    public Sample Measure(Proxy proxy, Workload work, double seconds)
    {
        proxy.ThrowIfEnded();
        seconds = Math.Max(seconds, work.Connections / 1000.0); // so that the time to connect stays a small part
        var before = ProcessCpu.Of(proxy.Pid);
        var result = Wrk.Run(work, proxy.Port, seconds, WorkFolder);
        Thread.Sleep(50); // what is still in flight when wrk leaves belongs to its requests
        var cpu = ProcessCpu.Of(proxy.Pid).Since(before);
        proxy.ThrowIfEnded();
        return new Sample(cpu * 1e6 / result.Requests, cpu / result.Seconds, result.PerSecond, result.Faults + Wrk.Unaccounted(work, result));
    }

    /// <summary>Prints a result with its conditions and puts it into the document when one was named.</summary>
    public void Publish(string name, string text)
    {
        var whole = $"{Conditions}\n\n{text.Trim()}";
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
/// <param name="Faults">Errors, answers other than 2xx, and responses that the bytes received cannot account for.</param>
internal readonly record struct Sample(double Microseconds, double Share, double PerSecond, long Faults);
