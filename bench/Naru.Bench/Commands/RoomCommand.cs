using System.Diagnostics;
using System.Globalization;
using Naru.Bench.Measure;
using Naru.Bench.Report;
using Naru.Bench.Room;

namespace Naru.Bench.Commands;

/// <summary>What the parts of the waiting room cost, in this process: one thread; memory; and the embedded store with its own thread.</summary>
internal static class RoomCommand
{
    private static IEnumerable<RoomFigure> Figures => [.. VisitorFigures.All, .. LineFigures.All];

    public static int Execute(RunOptions options)
    {
        var conditions = Conditions.Describe(options.NaruProgram);
        var table = new MarkdownTable("operation", "ns of CPU, median", "min", "max", "bytes allocated", "a core and second", "target", "verdict");
        var met = true;
        foreach (var figure in Figures)
        {
            Run.Progress(figure.Name);
            var run = figure.Prepare();
            var operations = Calibrate(run, options.Seconds);
            var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
            run(operations / 10);
            var allocated = (double)(GC.GetAllocatedBytesForCurrentThread() - allocatedBefore) / (operations / 10);
            var samples = Enumerable.Range(0, options.Rounds).Select(_ => Nanoseconds(run, operations)).ToList();
            var judged = !double.IsNaN(figure.MaxNanoseconds);
            var good = samples.Median() <= figure.MaxNanoseconds && (figure.Allocates || allocated < 0.01);
            met &= !judged || good;
            table.Add(figure.Name, Text(samples.Median()), Text(samples.Min()), Text(samples.Max()), Text(allocated), Text(1e9 / samples.Median()),
                judged ? $"≤ {Text(figure.MaxNanoseconds)} ns{(figure.Allocates ? "" : ", 0 bytes")}" : "–", !judged ? "–" : good ? "met" : "**missed**");
        }
        Run.Progress("memory of a visitor");
        var memory = MemoryFigures.NewTable();
        met &= MemoryFigures.Measure(memory);
        Run.Progress("embedded store");
        var stored = StoreFigures.NewTable();
        met &= StoreFigures.Measure(options, stored);
        var whole = $"{conditions}\n\n{options.Rounds} samples of about {Text(options.Seconds)} s.\n\n{table.ToString().Trim()}\n\n{memory.ToString().Trim()}\n\n{stored.ToString().Trim()}";
        Console.WriteLine($"\n{whole}\n");
        if (options.Document is { } document)
        {
            Document.Fill(document, "room", whole);
            Console.WriteLine($"written into {document}");
        }
        return met ? 0 : 1;
    }

    /// <summary>So many operations that they take about so long; on the way the JIT compiles and re-compiles them.</summary>
    private static int Calibrate(Action<int> run, double seconds)
    {
        run(1_000);
        var watch = Stopwatch.StartNew();
        var operations = 0;
        while (watch.Elapsed.TotalSeconds < Math.Max(1, seconds))
        {
            run(1_000);
            operations += 1_000;
        }
        return (int)Math.Clamp(operations / watch.Elapsed.TotalSeconds * seconds, 1_000, 1e9);
    }

    private static double Nanoseconds(Action<int> run, int operations)
    {
        var before = ProcessCpu.Of(Environment.ProcessId);
        run(operations);
        return ProcessCpu.Of(Environment.ProcessId).Since(before) * 1e9 / operations;
    }

    private static string Text(double value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
