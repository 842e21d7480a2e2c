using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>
/// A million sleep through their turn, wake in the same millisecond, and all of them poll and claim in it, on four threads; who is
/// held asks again as told. Virtual time.
/// </summary>
public class MillionClaimTests
{
    private const int Visitors = 1_000_000;
    private const int Threads = 4;
    private const int Rate = 1_000;
    private const int Limit = 3_000;
    private const long Start = 1_800_000_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void AdmissionsAndSessionsStayWithinTheirBoundsWhenAllWakeInOneMillisecond(int nodeCount)
    {
        var authority = new RoomAuthority(new RoomSettings { Name = "drop", AdmitPerSecond = Rate, Active = Limit }, new Random(1).NextBytes, Start);
        var nodes = Enumerable.Range(1, nodeCount).Select(i => new RoomNode(i)).ToArray();
        var update = new RoomUpdate();
        long nowMs = Start;
        int activeMost = 0;

        (int Node, long Number)[] visitors = JoinAll();
        // Silent for so long that they count as gone: the mark passes over all of them.
        for (long until = nowMs + RoomLimits.SilenceMaxMs + 10_000; nowMs < until;)
            Tick(4 * RoomLimits.TickMs);
        Assert.True(authority.View.Serving > visitors.Max(v => v.Number), $"called up to {authority.View.Serving}");
        Assert.Equal(0, authority.View.Inside);

        const int ms = 5_000;
        var due = Enumerable.Range(0, ms).Select(_ => new List<int>()).ToArray();
        due[0].AddRange(Enumerable.Range(0, Visitors));
        int[] admitted = new int[ms];
        int tickEveryMs = RoomLimits.TickMs / nodeCount;
        long wokenMs = nowMs;
        for (int now = 0; now < ms; now++)
        {
            nowMs = wokenMs + now;
            if (now % tickEveryMs == tickEveryMs - 1)
                TickOne(now / tickEveryMs % nodeCount);
            admitted[now] = Ask(due, now);
        }

        int inside = admitted.Sum();
        Assert.True(inside == Limit, $"{inside} of {Limit} came in");
        Assert.InRange(activeMost, Limit, Limit);
        double level = 0;
        double burst = Rate * RoomLimits.BurstSeconds;
        foreach (int count in admitted)
        {
            level += count;
            Assert.True(level <= burst + 1e-6, $"{level} admissions beyond rate × t, the bound is {burst}");
            level = Math.Max(0, level - Rate / 1000.0);
        }
        // Not by holding everybody: but for the quarter of a second until the first of them asks again, the rate is used.
        Assert.True(admitted.Take(2_500).Sum() >= 0.8 * Rate * 2.5, $"only {admitted.Take(2_500).Sum()} in 2.5 s");

        (int, long)[] JoinAll()
        {
            var joined = new List<(int, long)>(Visitors);
            while (joined.Count < Visitors)
            {
                Tick();
                for (int node = 0; node < nodeCount; node++)
                    while (joined.Count < Visitors && nodes[node].TryJoin(nowMs, out long number) == JoinResult.Joined)
                    {
                        joined.Add((node, number));
                        // As many as come in a tick of the fastest rush that is promised; a lease grows with who comes.
                        if (joined.Count % 20_000 == 0)
                            break;
                    }
            }
            return [.. joined];
        }

        void Tick(int afterMs = RoomLimits.TickMs)
        {
            for (int node = 0; node < nodeCount; node++)
                TickOne(node);
            nowMs += afterMs;
        }

        void TickOne(int node)
        {
            authority.Tick(nodes[node].TakeReport(nowMs), update, nowMs);
            nodes[node].Accept(update, nowMs);
            activeMost = Math.Max(activeMost, authority.View.Active);
        }

        int Ask(List<int>[] due, int now)
        {
            int came = 0;
            var asks = due[now];
            int parts = asks.Count > 100_000 ? Threads : 1;
            var again = new List<(int Ms, int Visitor)>[parts];
            Parallel.For(0, parts, part =>
            {
                var later = again[part] = [];
                for (int i = part; i < asks.Count; i += parts)
                {
                    var (node, number) = visitors[asks[i]];
                    var look = nodes[node].Look(number, nodes[node].Epoch, nowMs);
                    Assert.Equal(VisitorState.Called, look.State);
                    if (nodes[node].TryClaim(number, nodes[node].Epoch, nowMs, out _) == ClaimResult.Admitted)
                        Interlocked.Increment(ref came);
                    else if (now + look.PollAfterMs < ms)
                        later.Add((now + look.PollAfterMs, asks[i]));
                }
            });
            foreach (var later in again)
                foreach (var (at, visitor) in later)
                    due[at].Add(visitor);
            due[now] = [];
            return came;
        }
    }
}
