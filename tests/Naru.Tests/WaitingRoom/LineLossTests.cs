using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>
/// Every memory of a line is lost, and its key kept: the line is rebuilt from what visitors hold. That no number and no grant is given
/// twice, and that the limit holds, the simulation itself checks.
/// </summary>
public class LineLossTests
{
    private static readonly RoomSettings Shop = new() { Name = "shop", AdmitPerSecond = 40, Active = 9_000, SessionMs = 60_000 };

    [Theory]
    [InlineData(1, 8_000, 4_000)]
    // Where nodes share a rate as small as this one, whoever is called comes in by chance, with and without a loss.
    [InlineData(3, 40_000, 20_000)]
    public void LineIsRebuiltFromTickets(int nodes, int orderMs, int beforeMs)
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            var line = new LineSimulation(seed, Shop, nodes);
            line.Arrive(2_000, 3_000, v => v.StayMs = 400_000);
            line.Run(20_000);
            var inside = line.Visitors.Where(v => v.Admitted).ToArray();
            var waiting = line.Visitors.Where(v => !v.Admitted).ToArray();
            line.Lose();
            line.Arrive(100, 30_000);
            line.Run(RoomLimits.SilenceMaxMs + 150_000);
            var newcomers = line.Visitors[2_000..].ToArray();
            AssertServed(line, waiting);
            AssertServed(line, newcomers);
            Assert.All(inside, v => Assert.False(v.PassLost, $"seed {seed}: the pass of number {v.Number}"));
            AssertOrder(waiting, orderMs, seed);
            Assert.True(newcomers.Min(v => v.Number) > waiting.Max(v => v.Number), $"seed {seed}");
            AssertBefore(waiting, newcomers, seed, beforeMs);
            Assert.True(line.WorstBurst(40) <= 4 + 1e-6, $"seed {seed}: {line.WorstBurst(40)}");
        }
    }

    [Fact]
    public void VisitorsAreToldHowManyLivingStandBeforeThemAndWhenTheyComeIn()
    {
        var line = new LineSimulation(3, Shop);
        line.Arrive(2_000, 3_000, v => v.StayMs = 400_000);
        line.Run(20_000);
        var waiting = line.Visitors.Where(v => !v.Admitted).OrderBy(v => v.Number).ToArray();
        line.Lose();
        line.Run(1_000);
        // Where anybody stands is not known yet: nobody is told to be first.
        Assert.True(line.Nodes[0].Room.Look(waiting[^1].Number, waiting[^1].Epoch, line.NowMs).Paused);
        line.Arrive(20, 1_000);
        line.Run(RoomLimits.SilenceMaxMs - 5_000);
        var room = line.Nodes[0].Room;
        var last = room.Look(waiting[^1].Number, waiting[^1].Epoch, line.NowMs);
        Assert.Equal(VisitorState.Waiting, last.State);
        Assert.False(last.Paused);
        Assert.InRange(last.Ahead, waiting.Length - 30, waiting.Length);
        // All of them come in within the hold that is left and the time that the line takes.
        double takesS = waiting.Length / Shop.AdmitPerSecond;
        Assert.InRange(last.EtaLowS, 0.5 * takesS, takesS + 10);
        Assert.InRange(last.EtaHighS, takesS, 2 * takesS + 20);
        var newcomer = line.Visitors[^1];
        Assert.InRange(newcomer.LastAhead, waiting.Length - 30, waiting.Length + 20);
        Assert.InRange(line.Authority.View.Waiting, waiting.Length - 30, waiting.Length + 20);
        Assert.Equal(0, line.Authority.View.AdmittedPerSecond, 0.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void FullRoomKeepsEverySessionThatIsUsedBeforeTheLineIsCalled(int nodes)
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            // Whoever is inside asks for something every half minute at least.
            var line = new LineSimulation(seed, Shop with { Active = 50 }, nodes);
            line.Arrive(200, 2_000, v => v.StayMs = 400_000);
            line.Run(20_000);
            var inside = line.Visitors.Where(v => v.Admitted).ToArray();
            Assert.Equal(50, inside.Length);
            line.Lose();
            line.Run(RoomLimits.SilenceMaxMs + 60_000);
            Assert.All(inside, v => Assert.False(v.PassLost, $"seed {seed}: the pass of slot {v.Grant.Slot}"));
            Assert.Equal(50, line.AdmittedAtMs.Count);
        }
    }

    [Fact]
    public void LineWithLargeNumbersIsRebuiltAsWell()
    {
        var line = new LineSimulation(4, Shop, nodes: 2);
        for (int i = 0; i < 400; i++)
            line.Authority.SkipAhead();
        line.Run(3_000);
        line.Arrive(2_000, 3_000, v => v.StayMs = 400_000);
        line.Run(20_000);
        var waiting = line.Visitors.Where(v => !v.Admitted).ToArray();
        Assert.True(waiting.Min(v => v.Number) > 4 * RoomLimits.LineMax);
        line.Lose();
        line.Arrive(50, 30_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        line.Run(5_000);
        // Two gaps of 64 million numbers each take next to nothing.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000_000);
        line.Run(RoomLimits.SilenceMaxMs + 100_000);
        AssertServed(line, line.Visitors);
        AssertBefore(waiting, line.Visitors[2_000..], 4, 20_000);
    }

    [Fact]
    public void RoomThatIsNewServesItsFirstVisitorsAfterItHasListened()
    {
        var line = new LineSimulation(5, Shop with { Active = 50 }, mayBeLost: true);
        Assert.False(line.Nodes[0].Room.TryEnterDirectly(line.NowMs, out _));
        Assert.Equal(JoinResult.NoneNow, line.Nodes[0].Room.TryJoin(line.NowMs, out _));
        line.Run(RoomLimits.ListenMs + 200);
        line.Arrive(60, 20_000, v => v.StayMs = 100_000);
        line.Run(25_000);
        Assert.Equal(50, line.AdmittedAtMs.Count);
        var waiting = line.Visitors.Where(v => !v.Admitted).ToArray();
        Assert.Equal(10, waiting.Length);
        // Their number is a large one, their place is not.
        Assert.All(waiting, v => Assert.InRange(v.LastAhead, 0, 9));
        Assert.All(waiting, v => Assert.InRange(v.Number, RoomLimits.FailoverGap + 1, RoomLimits.FailoverGap + 17_000_000));
    }

    [Fact]
    public void WhoWasSilentWhileTheLineListenedIsCalledBeforeWhoCameSince()
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            var line = new LineSimulation(seed, Shop);
            line.Arrive(1_000, 3_000, v => v.StayMs = 400_000);
            line.Run(6_000);
            long wakesMs = line.NowMs + 60_000;
            foreach (var visitor in line.Visitors)
                visitor.SleepsUntilMs = wakesMs;
            line.Run(20_000);
            var waiting = line.Visitors.Where(v => !v.Admitted).ToArray();
            Assert.True(waiting.Length > 500);
            line.Lose();
            line.Run(RoomLimits.ListenMs + 100);
            line.Arrive(3_000, 30_000);
            line.Run(150_000);
            AssertServed(line, line.Visitors);
            // From when they are there until the last of them is in, hardly anybody else comes in.
            long lastMs = waiting.Max(v => v.AdmittedMs);
            Assert.InRange(lastMs - wakesMs, 0, (waiting.Length / 40 * 1_000) + 8_000);
            Assert.InRange(line.Visitors[1_000..].Count(v => v.AdmittedMs > wakesMs + 2_000 && v.AdmittedMs < lastMs - 2_000), 0, 60);
        }
    }

    [Fact]
    public void WhatWasRevokedStaysVoid()
    {
        var line = new LineSimulation(6, Shop);
        line.Arrive(1_500, 1_000, v => v.StayMs = 400_000);
        line.Run(6_000);
        var revoked = line.Visitors.Where(v => !v.Admitted).Select(v => (v.Number, v.Epoch)).ToArray();
        var pass = line.Visitors.First(v => v is { Admitted: true, Direct: false });
        line.Authority.Apply(new RoomControls { Revocations = 1 }, line.NowMs);
        line.Run(20_000);
        var waiting = line.Visitors.Where(v => !v.Admitted).ToArray();
        Assert.NotEmpty(waiting);
        line.Lose();
        line.Run(RoomLimits.ListenMs + 1_000);
        var room = line.Nodes[0].Room;
        Assert.All(revoked, t => Assert.Equal(VisitorState.Unknown, room.Look(t.Number, t.Epoch, line.NowMs).State));
        Assert.Equal(PassCheck.Superseded, room.Touch(pass.Grant.Slot, pass.Grant.Admission, pass.Epoch, pass.AdmittedMs, line.NowMs));
        line.Run(RoomLimits.SilenceMaxMs + 60_000);
        Assert.All(waiting, v => Assert.True(v is { Admitted: true, LostPlace: 1 }, $"number {v.Number} {v.LastState} lost {v.LostPlace}"));
    }

    [Fact]
    public void OperatorWhoRevokesMakesACleanBeginning()
    {
        var line = new LineSimulation(7, Shop);
        line.Arrive(1_000, 1_000);
        line.Run(6_000);
        var waiting = line.Visitors.Where(v => !v.Admitted).Select(v => (v.Number, v.Epoch)).ToArray();
        line.Lose();
        line.Run(500);
        line.Authority.Apply(new RoomControls { Revocations = 1 }, line.NowMs);
        line.Run(200);
        Assert.All(waiting, t => Assert.Equal(VisitorState.Unknown, line.Nodes[0].Room.Look(t.Number, t.Epoch, line.NowMs).State));
        line.Run(60_000);
        AssertServed(line, line.Visitors, lostPlace: 1);
    }

    [Fact]
    public void NodeThatRemembersSavesTheWait()
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            var line = new LineSimulation(seed, Shop, nodes: 3);
            line.Arrive(1_000, 3_000, v => v.StayMs = 400_000);
            line.Run(8_000);
            long serving = line.Authority.View.Serving;
            line.Lose(line.Nodes[(int)(seed % 3)]);
            line.Run(3_000);
            int admitted = line.AdmittedAtMs.Count;
            Assert.True(line.Authority.View.Serving >= serving, $"seed {seed}");
            line.Run(5_000);
            Assert.True(line.AdmittedAtMs.Count > admitted + 100, $"seed {seed}: {line.AdmittedAtMs.Count - admitted}");
            line.Run(60_000);
            AssertServed(line, line.Visitors);
            Assert.True(line.WorstBurst(40) <= 4 + 1e-6, $"seed {seed}: {line.WorstBurst(40)}");
        }
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(30_000)]
    public void RestartWhileALineIsRebuiltChangesNothing(int afterMs)
    {
        foreach (bool fromSave in new[] { false, true })
        {
            var line = new LineSimulation(8, Shop);
            line.Arrive(1_000, 3_000, v => v.StayMs = 400_000);
            line.Run(10_000);
            var waiting = line.Visitors.Where(v => !v.Admitted).ToArray();
            line.Lose();
            line.Arrive(50, 60_000);
            line.Run(afterMs);
            line.Restart(fromSave);
            line.Run(2 * RoomLimits.SilenceMaxMs + 60_000);
            AssertServed(line, line.Visitors);
            AssertOrder(waiting, 8_000, 8);
            AssertBefore(waiting, line.Visitors[1_000..], 8);
        }
    }

    [Fact]
    public void TicketsThatAreADayOldOpenNoLineAnew()
    {
        var line = new LineSimulation(9, Shop, mayBeLost: true);
        var room = line.Nodes[0].Room;
        Assert.True(room.IsCurrentEpoch(1, line.NowMs - RoomLimits.LostProofMs + 1, line.NowMs));
        Assert.False(room.IsCurrentEpoch(1, line.NowMs - RoomLimits.LostProofMs - 1, line.NowMs));
        Assert.Equal(PassCheck.Superseded, room.Touch(0, 1, 1, line.NowMs - RoomLimits.LostProofMs - 1, line.NowMs));
        line.Run(RoomLimits.ListenMs + 200);
        Assert.False(room.IsCurrentEpoch(1, line.NowMs - RoomLimits.LostProofMs - 1, line.NowMs));
        Assert.True(room.IsCurrentEpoch(room.Epoch, line.NowMs - 2 * RoomLimits.LostProofMs, line.NowMs));
        // A line that was never lost keeps its tickets however old they are.
        var other = new LineSimulation(9, Shop);
        Assert.True(other.Nodes[0].Room.IsCurrentEpoch(1, 0, other.NowMs));
    }

    [Fact]
    public void SecondLossIsAsHarmlessAsTheFirst()
    {
        var line = new LineSimulation(10, Shop);
        line.Arrive(2_500, 3_000, v => v.StayMs = 900_000);
        line.Run(8_000);
        var first = line.Visitors.Where(v => !v.Admitted).ToArray();
        line.Lose();
        line.Arrive(100, 20_000);
        line.Run(RoomLimits.SilenceMaxMs + 20_000);
        first = [.. first.Where(v => !v.Admitted)];
        var second = line.Visitors[2_500..].Where(v => !v.Admitted).ToArray();
        Assert.NotEmpty(first);
        Assert.Equal(100, second.Length);
        line.Lose();
        line.Arrive(100, 20_000);
        line.Run(RoomLimits.SilenceMaxMs + 150_000);
        AssertServed(line, line.Visitors);
        AssertBefore(first, second, 10);
        AssertBefore(second, line.Visitors[2_600..], 10);
    }

    [Fact]
    public void PrequeueOfALostLineTakesPartInTheDraw()
    {
        foreach (int nodes in new[] { 1, 2 })
        {
            const long Opens = LineSimulation.Start + 200_000;
            var concert = new RoomSettings { Name = "concert", AdmitPerSecond = 50, Active = 10_000, SessionMs = 300_000, OpensMs = Opens, PrequeueMs = 190_000 };
            var line = new LineSimulation(11, concert, nodes);
            line.Run(15_000);
            line.Arrive(500, 30_000);
            line.Run(60_000);
            line.Lose();
            line.Run(5_000);
            Assert.All(line.Visitors, v => Assert.True(line.Nodes[0].Room.Look(v.Number, v.Epoch, line.NowMs).State == VisitorState.Prequeue));
            line.Arrive(300, 20_000);
            line.Run(Opens - line.NowMs - 100);
            Assert.Empty(line.AdmittedAtMs);
            byte[] commitment = line.Authority.View.NextCommitment.ToArray();
            line.Run(100_000);
            AssertServed(line, line.Visitors);
            Assert.Equal(2, line.Authority.View.Draws.Count);
            Assert.All(line.Authority.View.Draws, d => Assert.Equal(commitment, Draw.Commitment(d.Seed)));
            // Coming early helped nobody: the first half of the numbers waited as long as the second.
            double[] order = [.. line.Visitors[..500].OrderBy(v => v.Number).Select(v => (double)v.AdmittedMs)];
            Assert.InRange(order[..250].Average() - order[250..].Average(), -2_500, 2_500);
            AssertBefore(line.Visitors[..500], line.Visitors[500..], 11);
            Assert.True(line.WorstBurst(50) <= 5 + 1e-6);
        }
    }

    [Fact]
    public void OpeningThatHasPassedIsNotHeldAgain()
    {
        const long Opens = LineSimulation.Start + 30_000;
        var concert = new RoomSettings { Name = "concert", AdmitPerSecond = 40, Active = 10_000, SessionMs = 300_000, OpensMs = Opens, PrequeueMs = 20_000 };
        var line = new LineSimulation(12, concert);
        line.Run(15_000);
        line.Arrive(2_000, 10_000);
        line.Run(25_000);
        var waiting = line.Visitors.Where(v => !v.Admitted).ToArray();
        line.Lose();
        line.Run(RoomLimits.ListenMs + 200);
        Assert.Equal(RoomPhase.Open, line.Authority.View.Phase);
        line.Arrive(50, 20_000);
        line.Run(RoomLimits.SilenceMaxMs + 120_000);
        AssertServed(line, line.Visitors);
        Assert.Empty(line.Authority.View.Draws);
        AssertOrder(waiting, 8_000, 12);
        AssertBefore(waiting, line.Visitors[2_000..], 12);
    }

    [Fact]
    public void LotteryGoesOnBehindWhoWaited()
    {
        var raffle = Shop with { Mode = RoomMode.Random };
        var line = new LineSimulation(13, raffle);
        line.Arrive(1_000, 500, v => v.StayMs = 400_000);
        line.Run(10_000);
        var waiting = line.Visitors.Where(v => !v.Admitted).ToArray();
        line.Lose();
        line.Arrive(100, 20_000);
        line.Run(RoomLimits.SilenceMaxMs + 100_000);
        AssertServed(line, line.Visitors);
        AssertBefore(waiting, line.Visitors[1_000..], 13);
    }

    [Fact]
    public void PauseBeforeALossIsNoLossOfTurns()
    {
        // What the operator did is lost with the line; a room that the configuration begins paused stays so, and its turns are kept.
        var line = new LineSimulation(14, Shop with { Paused = true, GraceMs = 20_000 });
        line.Arrive(100, 3_000);
        line.Run(20_000);
        line.Lose();
        line.Run(200_000);
        Assert.Empty(line.AdmittedAtMs);
        line.Authority.Apply(new RoomControls { Resumed = true }, line.NowMs);
        line.Run(120_000);
        AssertServed(line, line.Visitors);
    }

    private static void AssertServed(LineSimulation line, IEnumerable<SimVisitor> visitors, int lostPlace = 0) => Assert.All(visitors, v => Assert.True(
        v.Admitted && v.LostPlace <= lostPlace, $"seed {line.Seed}: number {v.Number} {v.LastState} lost {v.LostPlace}"));

    /// <summary>Nobody comes in much earlier than somebody with a lower number.</summary>
    private static void AssertOrder(IEnumerable<SimVisitor> visitors, long slackMs, ulong seed)
    {
        long latest = 0;
        foreach (var visitor in visitors.OrderBy(v => v.Number))
        {
            Assert.True(visitor.AdmittedMs > latest - slackMs, $"seed {seed}: number {visitor.Number} came in {latest - visitor.AdmittedMs} ms before a lower one");
            latest = Math.Max(latest, visitor.AdmittedMs);
        }
    }

    /// <summary>Each of the first is in before any of the others, or a moment later: whoever polls just then.</summary>
    private static void AssertBefore(IEnumerable<SimVisitor> first, IEnumerable<SimVisitor> then, ulong seed, int slackMs = 4_000)
    {
        long lateMs = first.Max(v => v.AdmittedMs) - then.Min(v => v.AdmittedMs);
        Assert.True(lateMs <= slackMs, $"seed {seed}: somebody came in {lateMs} ms after somebody who joined later");
    }
}
