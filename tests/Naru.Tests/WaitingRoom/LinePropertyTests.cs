using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>What must hold for any crowd, in virtual time. Each failure names its seed; <see cref="PropertySeeds"/> plays others.</summary>
public class LinePropertyTests
{
    private static RoomSettings Shop(double rate = 100, int active = 40_000) =>
        new() { Name = "shop", AdmitPerSecond = rate, Active = active, SessionMs = 60_000 };

    [Fact]
    public void AdmissionsStayWithinTheRateInEveryWindow()
    {
        foreach (ulong seed in PropertySeeds.ToPlay(60))
        {
            double rate = new[] { 3.0, 20, 100, 700 }[seed % 4];
            var line = new LineSimulation(seed, Shop(rate), nodes: 1 + (int)(seed % 3)) { StoreDelayMs = (int)(seed % 30) };
            line.Arrive((int)(rate * 15), 500);
            line.Arrive((int)(rate * 10), 15_000);
            line.Run(20_000);
            double burst = Math.Max(1, rate * RoomLimits.BurstSeconds);
            Assert.True(line.WorstBurst(rate) <= burst + 1e-6, $"seed {seed}: {line.WorstBurst(rate)} of {burst}");
            Assert.True(line.AdmittedAtMs.Count > rate * 14, $"seed {seed}: only {line.AdmittedAtMs.Count} at {rate}/s in 20 s");
        }
    }

    [Fact]
    public void ActiveNeverGoesAboveTheLimit()
    {
        foreach (ulong seed in PropertySeeds.ToPlay(40))
        {
            int limit = new[] { 1, 7, 150 }[seed % 3];
            var line = new LineSimulation(seed, Shop(200, limit) with { SessionMs = 3_000 }, nodes: 1 + (int)(seed % 3));
            line.Arrive(600, 10_000, v => { v.StayMs = line.Random.Next(0, 6_000); v.Releases = line.Random.Next(2) == 0; v.GivesUpAfterMs = 40_000; });
            line.Run(30_000);
            Assert.InRange(line.MostActive, 1, limit);
            Assert.True(line.AdmittedAtMs.Count > limit, $"seed {seed}: {line.AdmittedAtMs.Count} with a limit of {limit}");
        }
    }

    [Fact]
    public void NobodyWhoStaysIsForgotten()
    {
        foreach (ulong seed in PropertySeeds.ToPlay(30))
        {
            var line = new LineSimulation(seed, Shop(50), nodes: 1 + (int)(seed % 2));
            line.Arrive(1_000, 5_000, v => v.NoShow = line.Random.Next(4) == 0);
            line.Run(60_000);
            Assert.All(line.Visitors, v => Assert.True(v.Admitted || v.NoShow, $"seed {seed}: number {v.Number} {v.LastState} ahead {v.LastAhead}"));
            Assert.All(line.Visitors, v => Assert.True(v.LostPlace == 0 && !v.PassLost, $"seed {seed}: number {v.Number}"));
        }
    }

    [Fact]
    public void RateIsUsedWhileManyWaitAndEveryThirdDoesNotCome()
    {
        foreach (ulong seed in PropertySeeds.ToPlay(12))
        {
            double rate = new[] { 2.0, 10, 100, 400 }[seed % 4];
            var line = new LineSimulation(seed, Shop(rate));
            line.Arrive((int)(rate * 150), 4_000, v => v.NoShow = line.Random.NextDouble() < 0.3);
            line.Run(20_000);
            long from = line.NowMs;
            line.Run(60_000);
            double used = line.AdmittedPerSecond(from, line.NowMs) / rate;
            Assert.True(used >= 0.95, $"seed {seed}: {used:P1} of {rate}/s, no-show share {line.Authority.View.NoShowShare:0.00}");
        }
    }

    [Fact]
    public void VisitorsAreCalledInTheOrderInWhichTheyCame()
    {
        foreach (ulong seed in PropertySeeds.ToPlay(20))
        {
            var line = new LineSimulation(seed, Shop(100));
            line.Arrive(3_000, 10_000);
            line.Run(15_000);
            var joined = line.Visitors.Where(v => v.JoinedMs > 0).OrderBy(v => v.JoinedMs).ThenBy(v => v.Number).ToArray();
            for (int i = 1; i < joined.Length; i++)
                Assert.True(joined[i].Number > joined[i - 1].Number, $"seed {seed}");
        }
    }

    [Fact]
    public void VisitorsOfSeveralNodesWhoComeATenthOfASecondApartKeepTheirOrder()
    {
        foreach (ulong seed in PropertySeeds.ToPlay(20))
        {
            // Answers come at once or up to a tick late; visitors one by one or many at a time.
            var line = new LineSimulation(seed, Shop(50), nodes: 4) { StoreDelayMs = 2, StoreJitterMs = new[] { 3, 40 }[seed % 2] };
            line.Arrive(new[] { 500, 3_000, 20_000 }[seed % 3], 5_000);
            line.Run(6_000);
            var byNumber = line.Visitors.Where(v => v.JoinedMs > 0).OrderBy(v => v.Number).ToArray();
            long latest = 0;
            foreach (var visitor in byNumber)
            {
                Assert.True(latest - visitor.JoinedMs <= RoomLimits.LeaseMs, $"seed {seed}: {latest - visitor.JoinedMs} ms");
                latest = Math.Max(latest, visitor.JoinedMs);
            }
        }
    }

    [Fact]
    public void FewSlotsReachWhicheverNodeHasVisitors()
    {
        foreach (ulong seed in PropertySeeds.ToPlay(20))
        {
            int limit = 1 + (int)(seed % 3);
            var line = new LineSimulation(seed, Shop(50, limit) with { SessionMs = 1_000 }, nodes: 4);
            // The first takes a slot through one node; who comes later comes to the others.
            line.Arrive(1, 100, v => { v.StayMs = 0; v.Releases = true; });
            line.Run(5_000);
            int busy = line.Random.Next(4);
            line.Arrive(20, 1_000, v => { v.Node = busy; v.StayMs = 0; v.Releases = true; });
            // Turns of one at a time: a call, the next poll, a stay, a release.
            line.Run(180_000);
            Assert.All(line.Visitors, v => Assert.True(v.Admitted, $"seed {seed}: number {v.Number} at node {v.Node} {v.LastState} held {v.Held} times, limit {limit}"));
        }
    }
}
