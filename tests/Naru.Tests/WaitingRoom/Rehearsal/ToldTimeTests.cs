using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Tests.WaitingRoom.Rehearsal;

/// <summary>The time that visitors are told: four of five turns come inside the band, and the band says something.</summary>
public class ToldTimeTests
{
    [Fact]
    public void FourOfFiveTurnsComeInsideTheToldBand()
    {
        var figures = Enumerable.Range(1, 6).SelectMany(seed => RehearsalRun.Play(new CrowdPlan(), (ulong)seed).Eta).ToArray();
        double inside = (double)figures.Sum(f => f.Inside) / figures.Sum(f => f.Count);
        Assert.True(inside >= 0.8, $"{inside:P1} inside");
        // Not bought by bands that hold everything.
        Assert.All(figures.Where(f => f.FromS is 30 or 60 or 120 && f.Count > 100), f => Assert.True(f.MedianWidthS <= 1.2 * f.ToS, $"{f.FromS} s: {f.MedianWidthS} s wide"));
    }

    /// <summary>Its age is counted for the first time with the first second of the room, and not from 1970 on.</summary>
    [Fact]
    public void VisitorWhoIsInsideFromTheFirstMomentDoesNotSeemToStayForDays()
    {
        const long start = 1_800_000_000_000;
        var authority = new RoomAuthority(new RoomSettings { Name = "shop", AdmitPerSecond = 100, Active = 1 }, new Random(1).NextBytes, start);
        var node = new RoomNode(1);
        var update = new RoomUpdate();
        long nowMs = start;
        Run(200);
        Assert.True(node.TryEnterDirectly(nowMs, out _));
        Assert.Equal(JoinResult.Joined, node.TryJoin(nowMs, out _));
        Assert.Equal(JoinResult.Joined, node.TryJoin(nowMs, out long second));
        Run(3_000);
        Assert.InRange(node.Look(second, node.Epoch, nowMs).EtaHighS, 1, 60);

        void Run(int forMs)
        {
            for (long until = nowMs + forMs; nowMs < until;)
            {
                nowMs += RoomLimits.TickMs;
                authority.Tick(node.TakeReport(nowMs), update, nowMs);
                node.Accept(update, nowMs);
            }
        }
    }

    [Fact]
    public void RateOfOneAMinuteTellsMinutes()
    {
        const long start = 1_800_000_000_000;
        var authority = new RoomAuthority(new RoomSettings { Name = "clinic", AdmitPerSecond = 1 / 60.0, Active = 100 }, new Random(1).NextBytes, start);
        var node = new RoomNode(1);
        var update = new RoomUpdate();
        long nowMs = start;
        Run(1_000);
        Assert.True(node.TryEnterDirectly(nowMs, out _));
        long[] numbers = [.. Enumerable.Range(0, 8).Select(_ => node.TryJoin(nowMs, out long number) == JoinResult.Joined ? number : 0)];
        foreach (int afterMs in new[] { 1_000, 4_000, 10_000, 15_000 })
        {
            Run(afterMs);
            // All of them poll, or they count as gone.
            var last = numbers.Select(n => node.Look(n, node.Epoch, nowMs)).ToArray()[^1];
            Assert.InRange(last.Ahead, 4, 7);
            Assert.True(last.EtaLowS >= 30 * last.Ahead && last.EtaHighS >= 60 * last.Ahead && last.EtaHighS <= 120 * last.Ahead,
                $"{last.EtaLowS} to {last.EtaHighS} s behind {last.Ahead}, {nowMs - start} ms after the start");
        }

        void Run(int forMs)
        {
            for (long until = nowMs + forMs; nowMs < until;)
            {
                nowMs += RoomLimits.TickMs;
                authority.Tick(node.TakeReport(nowMs), update, nowMs);
                node.Accept(update, nowMs);
            }
        }
    }
}
