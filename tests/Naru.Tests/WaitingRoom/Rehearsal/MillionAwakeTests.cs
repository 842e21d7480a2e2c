using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Tests.WaitingRoom.Rehearsal;

/// <summary>All who wait wake in one millisecond: a hundred thousand here, a million when NARU_LARGE is set.</summary>
public class MillionAwakeTests
{
    [Fact]
    public void AdmissionsStayWithinTheBoundWhenAllWakeAtOnce()
    {
        var isLarge = Environment.GetEnvironmentVariable("NARU_LARGE") == "1";
        var visitors = isLarge ? 1_000_000 : 100_000;
        var result = RehearsalRun.Play(
            new CrowdPlan
            {
                Visitors = visitors,
                Lasts = TimeSpan.FromSeconds(100),
                Opens = TimeSpan.FromSeconds(20),
                Room = new RehearsedRoom { AdmitPerSecond = visitors / 200.0, Active = visitors, Prequeue = TimeSpan.FromSeconds(20) },
                Arrivals = new ArrivalPlan { Before = 0.9, Burst = 0.1 },
                People = new HumanPlan { NoShow = 0 },
                HiddenTabs = new HiddenTabPlan { Share = 1, WakeEvery = TimeSpan.FromSeconds(30) },
                Bots = new BotPlan { Flood = 0, Rejoin = 0 },
                Nodes = new NodePlan { Count = 4 },
            },
            seed: 1);
        Assert.All(result.Invariants, i => Assert.True(i.Holds, $"{i.Name}: {i.Seen} (bound {i.Bound}), {i.Broken}"));
        Assert.True(result.Seconds.Max(s => s.Polled) > visitors / 2, "They did not wake together.");
        Assert.True(result.Totals.Admitted > visitors / 20, $"Only {result.Totals.Admitted} were admitted.");
    }
}
