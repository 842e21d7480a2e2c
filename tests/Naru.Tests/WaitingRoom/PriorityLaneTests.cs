using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>Visitors of a priority class come sooner, and never at more than their share of the admissions.</summary>
public class PriorityLaneTests
{
    private const double Rate = 100;
    private const double Share = 0.2;

    private static readonly RoomSettings Shop = new() { Name = "shop", AdmitPerSecond = Rate, Active = 100_000, SessionMs = 60_000 };

    /// <summary>Both lines are longer than the window: one in five is of the class, and the rate is used and kept.</summary>
    [Fact]
    public void CrowdOfTheClassGetsItsShareAndNoMore()
    {
        for (ulong seed = 1; seed <= 12; seed++)
        {
            var line = Line(seed);
            line.Arrive(5_000, 500, v => v.NoShow = line.Random.Next(4) == 0);
            line.Run(500);
            line.Arrive(2_000, 500, v => v.IsPreferred = true);
            line.Run(5_000);
            long from = line.NowMs;
            line.Run(30_000);
            double preferred = line.Visitors.Count(v => v.IsPreferred && v.AdmittedMs >= from) / (Rate * 30);
            Assert.True(preferred is >= 0.17 and <= 0.24, $"seed {seed}, {line.Nodes.Count} nodes: {preferred:P1} of the admissions");
            Assert.True(line.AdmittedPerSecond(from, line.NowMs) >= Used(line) * Rate, $"seed {seed}: {line.AdmittedPerSecond(from, line.NowMs)}/s");
            Assert.True(line.WorstBurst(Rate) <= Rate * RoomLimits.BurstSeconds + 1e-6, $"seed {seed}: {line.WorstBurst(Rate)}");
        }
    }

    /// <summary>Fewer than their share: the line is 40 s long, and they wait for a poll or two and for the gate.</summary>
    [Fact]
    public void FewOfTheClassWaitAMomentAndTheOthersGetTheRest()
    {
        for (ulong seed = 1; seed <= 12; seed++)
        {
            var line = Line(seed);
            line.Arrive(4_000, 500);
            line.Run(2_000);
            line.Arrive(200, 20_000, v => v.IsPreferred = true);
            long from = line.NowMs;
            line.Run(30_000);
            var waits = line.Visitors.Where(v => v.IsPreferred).Select(v => v.Admitted ? v.AdmittedMs - v.JoinedMs : long.MaxValue).Order().ToArray();
            Assert.True(waits[waits.Length * 9 / 10] < 12_000, $"seed {seed}: nine of ten wait {waits[waits.Length * 9 / 10]} ms");
            Assert.True(line.AdmittedPerSecond(from, line.NowMs) >= Used(line) * Rate, $"seed {seed}: {line.AdmittedPerSecond(from, line.NowMs)}/s");
        }
    }

    [Fact]
    public void NobodyWithATurnIsServedAfterTheirOwnPlace()
    {
        var line = Line(seed: 1, nodes: 1);
        line.Arrive(1_000, 10_000, v => v.IsPreferred = line.Random.Next(3) > 0);
        line.Run(60_000);
        Assert.All(line.Visitors, v => Assert.True(v.Admitted, $"number {v.Number}"));
        var bySelf = line.Visitors.Where(v => !v.IsPreferred && !v.Direct).OrderBy(v => v.Number).ToArray();
        for (int i = 1; i < bySelf.Length; i++)
            Assert.True(bySelf[i].CalledMs >= bySelf[i - 1].CalledMs - 3_000, $"number {bySelf[i].Number}");
    }

    [Theory]
    [InlineData(0.5, 1, 100)]
    [InlineData(0.2, 1, 400)]
    [InlineData(0.2, 4, 1_600)]
    [InlineData(0.9, 1, 11)]
    public void TurnsStandAsFarApartAsTheShareSays(double share, int nodes, long after100)
    {
        var lane = new PriorityLane(share);
        var view = new RoomView { Settings = Shop, Controls = RoomControls.None, Serving = 1_000, High = 2_000, Limit = 2_000, Waiting = 1_000, Nodes = nodes };
        Assert.Equal(1_000, lane.Take(view));
        for (int i = 1; i < 100; i++)
            lane.Take(view);
        Assert.InRange(lane.Take(view), 1_000 + after100 - 1, 1_000 + after100 + 1);
        Assert.Equal(101, lane.Given);
    }

    [Fact]
    public void ThinLineSpreadsTurnsAndAMarkThatWentOnDrawsThemAlong()
    {
        var lane = new PriorityLane(0.5);
        var view = new RoomView { Settings = Shop, Controls = RoomControls.None, Serving = 1_000, High = 2_000, Limit = 2_000, Waiting = 250 };
        lane.Take(view);
        Assert.Equal(1_004, lane.Take(view));
        Assert.Equal(5_000, lane.Take(new RoomView { Settings = Shop, Controls = RoomControls.None, Serving = 5_000, High = 6_000, Limit = 6_000, Waiting = 1_000 }));
    }

    /// <summary>Several nodes hand shares of the rate to each other, with or without classes.</summary>
    private static double Used(LineSimulation line) => line.Nodes.Count == 1 ? 0.95 : 0.85;

    private static LineSimulation Line(ulong seed, int nodes = 0)
    {
        var line = new LineSimulation(seed, Shop, nodes > 0 ? nodes : 1 + (int)(seed % 3));
        line.Lanes = [.. line.Nodes.Select(_ => new PriorityLane(Share))];
        return line;
    }
}
