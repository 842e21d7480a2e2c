using System.Collections.Concurrent;
using System.Diagnostics;
using Naru.Core.WaitingRoom;

namespace Naru.SystemTests.Store.Redis;

/// <summary>Visitors who come to all nodes at once, and what numbers they get.</summary>
internal sealed class Joins(ClusterNode[] nodes)
{
    private const int AtOnce = 5;

    private readonly ConcurrentQueue<(double CameMs, double JoinedMs, long Number)> _joined = new();
    private int _refused;

    public int Count => _joined.Count;

    /// <summary>No number was at hand.</summary>
    public int Refused => _refused;

    public IEnumerable<long> Numbers => _joined.Select(j => j.Number);

    /// <summary>A few visitors at each node whenever its timer turns, which is every millisecond or few.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        var begun = Stopwatch.StartNew();
        await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            while (begun.Elapsed < time)
            {
                for (int i = 0; i < AtOnce; i++)
                    Join(node);
                await Task.Delay(1);
            }
        })));
    }

    /// <summary>The longest time in which nobody got a number.</summary>
    public double LongestGapMs()
    {
        var times = _joined.Select(j => j.JoinedMs).Order().ToArray();
        return times.Zip(times.Skip(1), (a, b) => b - a).DefaultIfEmpty().Max();
    }

    public bool Join(ClusterNode node)
    {
        double cameMs = Stopwatch.GetElapsedTime(0).TotalMilliseconds;
        if (node.Node.TryJoin(node.NowMs, out long number) != JoinResult.Joined)
        {
            Interlocked.Increment(ref _refused);
            return false;
        }

        _joined.Enqueue((cameMs, Stopwatch.GetElapsedTime(0).TotalMilliseconds, number));
        return true;
    }

    public void AssertNoneRepeats()
    {
        var twice = Numbers.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => g.Key).ToArray();
        Assert.True(twice.Length == 0, $"{twice.Length} numbers repeat, first {twice.FirstOrDefault()}");
    }

    /// <summary>How much later anybody came than somebody got a higher number.</summary>
    public double InversionMs()
    {
        double worst = 0;
        double firstBehind = double.PositiveInfinity;
        foreach (var (cameMs, joinedMs, _) in _joined.OrderByDescending(j => j.Number))
        {
            worst = Math.Max(worst, cameMs - firstBehind);
            firstBehind = Math.Min(firstBehind, joinedMs);
        }

        return worst;
    }
}
