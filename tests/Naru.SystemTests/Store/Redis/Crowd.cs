using System.Collections.Concurrent;
using System.Diagnostics;
using Naru.Core.WaitingRoom;

namespace Naru.SystemTests.Store.Redis;

/// <summary>
/// Visitors who join at one node, poll, claim at another, stay inside for a while and leave; and what the gate let through.
/// Thread: any; each visitor is a task.
/// </summary>
internal sealed class Crowd(IReadOnlyList<ClusterNode> nodes, int stayMs)
{
    private readonly ConcurrentQueue<double> _admittedMs = new();
    private readonly ConcurrentDictionary<long, int> _admittedNumbers = new();
    private int _inside;
    private int _insideMost;
    private int _lost;

    public int Admitted => _admittedMs.Count;

    /// <summary>Inside at one time, at most.</summary>
    public int InsideMost => Volatile.Read(ref _insideMost);

    /// <summary>Tickets that were told to be worth nothing.</summary>
    public int Lost => Volatile.Read(ref _lost);

    public async Task RunAsync(int visitors, TimeSpan time)
    {
        using var over = new CancellationTokenSource(time);
        await Task.WhenAll(Enumerable.Range(0, visitors).Select(i => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                await VisitAsync(i, over.Token);
        })));
    }

    /// <summary>Beyond rate · t in any window: what the bound allows is 0.1 s of the rate.</summary>
    public double MostBeyond(double perSecond)
    {
        // With admission i at a[i], window [a[i], a[j]] holds j - i + 1: the largest of (j + 1 - rate·a[j]) - (i - rate·a[i]).
        var admitted = _admittedMs.Order().ToArray();
        double most = 0;
        double lowest = double.PositiveInfinity;
        for (int i = 0; i < admitted.Length; i++)
        {
            lowest = Math.Min(lowest, i - (perSecond * admitted[i] / 1000));
            most = Math.Max(most, i + 1 - (perSecond * admitted[i] / 1000) - lowest);
        }

        return most;
    }

    public void AssertNobodyWasAdmittedTwice() => Assert.DoesNotContain(_admittedNumbers, n => n.Value > 1);

    private async Task VisitAsync(int visitor, CancellationToken over)
    {
        try
        {
            var home = nodes[visitor % nodes.Count];
            long number;
            while (home.Node.TryJoin(home.NowMs, out number) != JoinResult.Joined)
                await Task.Delay(50, over);
            long epoch = home.Node.Epoch;
            Grant grant;
            ClusterNode node;
            while (true)
            {
                // Most requests of a visitor reach the same node, some another.
                node = Random.Shared.Next(10) == 0 ? nodes[Random.Shared.Next(nodes.Count)] : home;
                var view = node.Node.Look(number, epoch, node.NowMs);
                if (view.State == VisitorState.Unknown)
                {
                    Interlocked.Increment(ref _lost);
                    return;
                }

                if (view.State == VisitorState.Called && node.Node.TryClaim(number, epoch, node.NowMs, out grant) == ClaimResult.Admitted)
                    break;
                await Task.Delay(Random.Shared.Next(50, 150), over);
            }

            _admittedMs.Enqueue(Stopwatch.GetElapsedTime(0).TotalMilliseconds);
            _admittedNumbers.AddOrUpdate(number, 1, (_, times) => times + 1);
            int inside = Interlocked.Increment(ref _inside);
            for (int most = InsideMost; inside > most; most = InsideMost)
                Interlocked.CompareExchange(ref _insideMost, inside, most);
            await Task.Delay(stayMs, CancellationToken.None);
            Interlocked.Decrement(ref _inside);
            node.Node.Release(grant.Slot, grant.Admission);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
