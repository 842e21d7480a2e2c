using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>What survives a crash, a lost store and a failover.</summary>
public class LineRestartTests
{
    private static readonly RoomSettings Shop = new() { Name = "shop", AdmitPerSecond = 40, Active = 3_000, SessionMs = 60_000 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RestartLosesNoPlaceAndNoPassAndRepeatsNoNumber(bool fromSave)
    {
        for (ulong seed = 1; seed <= 15; seed++)
        {
            var line = new LineSimulation(seed, Shop);
            line.Arrive(1_500, 20_000, v => v.StayMs = 300_000);
            line.Run(line.Random.Next(1_000, 15_000));
            line.Restart(fromSave);
            line.Run(line.Random.Next(1_000, 15_000));
            line.Restart(fromSave);
            line.Run(90_000);
            Assert.All(line.Visitors, v => Assert.True(
                v is { Admitted: true, LostPlace: 0, PassLost: false }, $"seed {seed}: number {v.Number} {v.LastState} lost {v.LostPlace} pass {v.LastCheck}"));
            // The burst of the moment before a crash is not forgotten either.
            Assert.True(line.WorstBurst(40) <= 4 + 1e-6, $"seed {seed}: {line.WorstBurst(40)}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ShortLineIsToldItsPlacesAfterARestart(bool fromSave)
    {
        for (ulong seed = 1; seed <= 15; seed++)
        {
            var line = new LineSimulation(seed, Shop with { AdmitPerSecond = 1, Active = 2, SessionMs = 600_000 });
            line.Arrive(40, 1_000, v => v.StayMs = 600_000);
            line.Run(5_000);
            line.Restart(fromSave);
            line.Run(10_000);
            var waiting = line.Visitors.Where(v => !v.Admitted && v.LastState == VisitorState.Waiting).OrderBy(v => v.Number).ToArray();
            Assert.InRange(waiting.Length, 30, 40);
            for (int i = 0; i < waiting.Length; i++)
                Assert.True(Math.Abs(waiting[i].LastAhead - i) <= 3, $"seed {seed}: number {waiting[i].Number} has {i} ahead and is told {waiting[i].LastAhead}");
        }
    }

    [Fact]
    public void StoreRestoredFromAnOldBackupKeepsPlacesAndStartsANewEpoch()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var line = new LineSimulation(seed, Shop, nodes: 2);
            line.Arrive(1_000, 10_000, v => v.StayMs = 300_000);
            line.Run(4_000);
            var backup = new System.Buffers.ArrayBufferWriter<byte>();
            line.Authority.Save(backup);
            line.Run(8_000);
            long high = line.Authority.View.High;
            long epoch = line.Authority.View.Epoch;
            line.Authority = RoomAuthority.Restore(backup.WrittenSpan, Shop, line.Random.NextBytes, line.NowMs);
            line.Run(200);
            Assert.True(line.Authority.View.Epoch > epoch);
            Assert.True(line.Authority.View.RevokedBelow <= epoch);
            Assert.True(line.Authority.View.High > high + RoomLimits.FailoverGap / 2, $"seed {seed}");
            line.Run(60_000);
            Assert.All(line.Visitors, v => Assert.True(
                v is { Admitted: true, LostPlace: 0, PassLost: false }, $"seed {seed}: number {v.Number} {v.LastState} lost {v.LostPlace} pass {v.LastCheck}"));
            Assert.True(line.WorstBurst(40) <= 4 + 1e-6, $"seed {seed}: {line.WorstBurst(40)}");
        }
    }

    [Fact]
    public void EmptyStoreLearnsTheLineFromItsNodes()
    {
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var line = new LineSimulation(seed, Shop, nodes: 2);
            line.Arrive(1_000, 10_000, v => v.StayMs = 300_000);
            line.Run(9_000);
            long epoch = line.Authority.View.Epoch;
            line.Authority = new RoomAuthority(Shop, line.Random.NextBytes, line.NowMs);
            line.Run(60_000);
            Assert.True(line.Authority.View.Epoch > epoch && line.Authority.View.RevokedBelow <= epoch, $"seed {seed}");
            Assert.All(line.Visitors, v => Assert.True(
                v is { Admitted: true, LostPlace: 0, PassLost: false }, $"seed {seed}: number {v.Number} {v.LastState} lost {v.LostPlace} pass {v.LastCheck}"));
            Assert.True(line.WorstBurst(40) <= 4 + 1e-6, $"seed {seed}: {line.WorstBurst(40)}");
        }
    }

    [Fact]
    public void LostStoreHoldsVisitorsAndKeepsPassesAlive()
    {
        var line = new LineSimulation(5, Shop);
        line.Arrive(800, 5_000, v => v.StayMs = 120_000);
        line.Run(6_000);
        line.StoreLost = true;
        line.Run(RoomLimits.StoreLostMs + 200);
        int admitted = line.AdmittedAtMs.Count;
        line.Run(30_000);
        Assert.Equal(admitted, line.AdmittedAtMs.Count);
        Assert.All(line.Visitors, v => Assert.False(v.PassLost));
        line.StoreLost = false;
        line.Run(60_000);
        Assert.All(line.Visitors, v => Assert.True(v is { Admitted: true, LostPlace: 0, PassLost: false }, $"number {v.Number} {v.LastState}"));
    }

    [Fact]
    public void NodeAloneAdmitsAtTheLocalRateInOrderAfterAWhile()
    {
        var line = new LineSimulation(6, Shop with { LocalRatePerSecond = 5, LocalAfterMs = 4_000 });
        line.Arrive(800, 5_000, v => v.StayMs = 20_000);
        line.Run(6_000);
        line.StoreLost = true;
        line.Run(RoomLimits.StoreLostMs + 100);
        int admitted = line.AdmittedAtMs.Count;
        line.Run(2_500);
        Assert.Equal(admitted, line.AdmittedAtMs.Count);
        line.Run(40_000);
        Assert.InRange(line.AdmittedAtMs.Count - admitted, 5 * 30, 5 * 41);
        line.StoreLost = false;
        line.Run(60_000);
        Assert.All(line.Visitors, v => Assert.True(v is { Admitted: true, LostPlace: 0 }, $"number {v.Number} {v.LastState}"));
        Assert.True(line.Authority.View.Active <= 3_000);
    }

    [Fact]
    public void NodeThatDiesTakesNobodysPlaceAlong()
    {
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var line = new LineSimulation(seed, Shop, nodes: 3);
            line.Arrive(1_200, 10_000, v => v.StayMs = 300_000);
            line.Run(8_000);
            line.Nodes[2].Dead = true;
            foreach (var visitor in line.Visitors)
                if (visitor.Node == 2)
                    visitor.Node = 0;
            line.Arrive(300, 10_000, v => v.Node %= 2);
            line.Run(90_000);
            Assert.All(line.Visitors, v => Assert.True(
                v is { Admitted: true, LostPlace: 0, PassLost: false }, $"seed {seed}: number {v.Number} {v.LastState} lost {v.LostPlace} pass {v.LastCheck}"));
            Assert.Equal(2, line.Authority.View.Nodes);
            Assert.True(line.WorstBurst(40) <= 4 + 1e-6, $"seed {seed}: {line.WorstBurst(40)}");
        }
    }
}
