using System.Diagnostics;
using System.Globalization;
using Naru.Bench.Measure;
using Naru.Bench.Report;
using Naru.Core.WaitingRoom;
using Naru.Engine.Store;
using Naru.Engine.Store.Embedded;

namespace Naru.Bench.Room;

/// <summary>
/// Joins whose numbers are durable before they are given out, and a restart of a long line: the embedded store on the disk
/// of the temporary folder, ticked as the engine does it, every 50 ms.
/// </summary>
internal static class StoreFigures
{
    private const double JoinsPerCoreMin = 50_000;
    private const int LineCount = 1_000_000;
    private const double RestartMsMax = 2_000;

    private static readonly RoomSettings Settings = new() { Name = "concert", AdmitPerSecond = 500, Active = 20_000 };

    /// <summary>False: a target was missed.</summary>
    public static bool Measure(RunOptions options, MarkdownTable table)
    {
        var joins = Enumerable.Range(0, options.Rounds).Select(_ => DurableJoins(options.Seconds)).ToList();
        var perCore = joins.Select(j => j.PerCore).ToList();
        var restarts = Enumerable.Range(0, options.Rounds).Select(_ => RestartMs()).ToList();
        bool joinsMet = perCore.Median() >= JoinsPerCoreMin, restartMet = restarts.Median() <= RestartMsMax;
        table.Add("durable joins/s, on one core", Text(perCore.Median()), Text(perCore.Min()), Text(perCore.Max()),
            $"≥ {Text(JoinsPerCoreMin)}", joinsMet ? "met" : "**missed**");
        table.Add("durable joins/s, as they came (one thread)", Text(joins.Select(j => j.PerSecond).ToList().Median()),
            Text(joins.Min(j => j.PerSecond)), Text(joins.Max(j => j.PerSecond)), "–", "–");
        table.Add("longest wait for a number, ms", Text(joins.Select(j => j.LongestWaitMs).ToList().Median()),
            Text(joins.Min(j => j.LongestWaitMs)), Text(joins.Max(j => j.LongestWaitMs)), "–", "–");
        table.Add("commits/s", Text(joins.Select(j => j.CommitsPerSecond).ToList().Median()),
            Text(joins.Min(j => j.CommitsPerSecond)), Text(joins.Max(j => j.CommitsPerSecond)), "–", "–");
        table.Add($"restart with {Text(LineCount)} waiting, ms", Text(restarts.Median()), Text(restarts.Min()), Text(restarts.Max()),
            $"≤ {Text(RestartMsMax)}", restartMet ? "met" : "**missed**");
        return joinsMet && restartMet;
    }

    public static MarkdownTable NewTable() => new("embedded store", "median", "min", "max", "target", "verdict");

    private readonly record struct Joins(double PerSecond, double PerCore, double LongestWaitMs, double CommitsPerSecond);

    private static Joins DurableJoins(double seconds)
    {
        using var life = new Life(Directory.CreateTempSubdirectory("naru-bench-").FullName);
        using var stop = new CancellationTokenSource();
        long joined = 0, longestWait = 0;
        var joiner = new Thread(() =>
        {
            long waitingSince = 0;
            while (!stop.IsCancellationRequested)
            {
                if (life.Node.TryJoin(Life.NowMs, out _) == JoinResult.Joined)
                {
                    joined++;
                    waitingSince = 0;
                    continue;
                }
                waitingSince = waitingSince == 0 ? Stopwatch.GetTimestamp() : waitingSince;
                Thread.Sleep(1);
                longestWait = Math.Max(longestWait, Stopwatch.GetTimestamp() - waitingSince);
            }
        });
        life.Tick();
        var watch = Stopwatch.StartNew();
        var before = ProcessCpu.Of(Environment.ProcessId);
        long ticks = 0;
        joiner.Start();
        for (; watch.Elapsed.TotalSeconds < seconds; ticks++)
        {
            life.Tick();
            Thread.Sleep(RoomLimits.TickMs);
        }
        stop.Cancel();
        joiner.Join();
        var cpu = ProcessCpu.Of(Environment.ProcessId).Since(before);
        return new Joins(joined / watch.Elapsed.TotalSeconds, joined / cpu, longestWait * 1000.0 / Stopwatch.Frequency, ticks / watch.Elapsed.TotalSeconds);
    }

    private static double RestartMs()
    {
        string folder;
        long last = 0;
        using (var life = new Life(Directory.CreateTempSubdirectory("naru-bench-").FullName) { KeepsFolder = true })
        {
            folder = life.Folder;
            for (var count = 0; count < LineCount;)
            {
                life.Tick();
                while (count < LineCount && life.Node.TryJoin(Life.NowMs, out last) == JoinResult.Joined)
                {
                    count++;
                }
            }
            life.Tick();
        }

        var watch = Stopwatch.StartNew();
        using var next = new Life(folder);
        next.Tick();
        var seen = next.Node.Look(last, next.Node.Epoch, Life.NowMs);
        var elapsed = watch.Elapsed.TotalMilliseconds;
        if (seen.State != VisitorState.Waiting || seen.Ahead < LineCount * 9 / 10)
        {
            throw new BenchException($"After the restart the last visitor is {seen.State} behind {seen.Ahead} of {LineCount}.");
        }
        return elapsed;
    }

    private static string Text(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A room with its store from start to stop, in this process.</summary>
    private sealed class Life : IDisposable
    {
        private static long _nodes;

        private readonly RoomUpdate _update = new();
        private readonly EmbeddedRoomStore _store;
        private readonly IRoomAuthority _room;

        public Life(string folder)
        {
            Folder = folder;
            _store = EmbeddedRoomStore.Open(folder, line => throw new BenchException(line));
            _room = Done(_store.OpenAsync(Settings, hasKeyFile: false, NowMs));
        }

        public string Folder { get; }

        public bool KeepsFolder { get; init; }

        public RoomNode Node { get; } = new(Interlocked.Increment(ref _nodes));

        public static long NowMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        public void Tick()
        {
            var nowMs = NowMs;
            if (!Done(_room.TickAsync(Node.TakeReport(nowMs), _update)))
            {
                throw new BenchException($"The store took no tick: {_store.State.Reason}.");
            }
            Node.Accept(_update, nowMs);
        }

        public void Dispose()
        {
            _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            if (!KeepsFolder)
            {
                Directory.Delete(Folder, recursive: true);
            }
        }

        private static T Done<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
    }
}
