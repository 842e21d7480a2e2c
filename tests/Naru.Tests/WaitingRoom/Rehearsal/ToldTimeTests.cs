using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Tests.WaitingRoom.Rehearsal;

/// <summary>The time that visitors are told: four of five turns come inside the band, and the band says something.</summary>
public class ToldTimeTests
{
    /// <summary>Each a cause of its own why a told time may be wrong; small enough for seconds.</summary>
    public static TheoryData<string> Scenarios => [.. Plans.Keys];

    private static readonly RehearsedRoom NoLimit = new() { AdmitPerSecond = 20, Active = 100_000 };

    private static readonly CrowdPlan Rush = new()
    {
        Visitors = 9_000,
        Lasts = TimeSpan.FromMinutes(11),
        Opens = TimeSpan.Zero,
        Room = NoLimit,
        Arrivals = new ArrivalPlan { Before = 0, Burst = 0.9, Until = TimeSpan.FromMinutes(6) },
    };

    private static readonly Dictionary<string, CrowdPlan> Plans = new()
    {
        ["defaults"] = new CrowdPlan(),
        ["the rate binds"] = Rush,
        ["nobody leaves the line"] = Rush with { People = new HumanPlan { NoShow = 0 } },
        ["four of ten leave the line"] = Rush with { People = new HumanPlan { NoShow = 0.4 } },
        ["four nodes"] = Rush with { Visitors = 5_000, Lasts = TimeSpan.FromMinutes(7), Nodes = new NodePlan { Count = 4 } },
        ["two a second"] = Rush with { Visitors = 900, Room = NoLimit with { AdmitPerSecond = 2 } },
        ["short sessions"] = Rush with
        {
            Visitors = 5_000,
            Room = new RehearsedRoom { AdmitPerSecond = 200, Active = 300, Session = TimeSpan.FromMinutes(1) },
            People = new HumanPlan { Visit = TimeSpan.FromSeconds(20) },
        },
        ["sessions of minutes"] = Rush with
        {
            Visitors = 2_500,
            Lasts = TimeSpan.FromMinutes(20),
            Room = new RehearsedRoom { AdmitPerSecond = 50, Active = 500 },
            People = new HumanPlan { Visit = TimeSpan.FromMinutes(2) },
        },
        ["long sessions"] = Rush with
        {
            Visitors = 1_500,
            Lasts = TimeSpan.FromMinutes(45),
            Nodes = new NodePlan { Count = 1 },
            Room = new RehearsedRoom { AdmitPerSecond = 50, Active = 400, Session = TimeSpan.FromMinutes(10) },
            People = new HumanPlan { Visit = TimeSpan.FromMinutes(8) },
        },
        ["no session is ended by the origin"] = Rush with
        {
            Visitors = 1_500,
            Lasts = TimeSpan.FromMinutes(45),
            Nodes = new NodePlan { Count = 1 },
            Room = new RehearsedRoom { AdmitPerSecond = 50, Active = 400, Session = TimeSpan.FromMinutes(5) },
            People = new HumanPlan { Visit = TimeSpan.FromMinutes(3), Release = 0 },
        },
    };

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void FourOfFiveTurnsComeInsideTheToldBand(string scenario)
    {
        var all = Enumerable.Range(1, 2).SelectMany(seed => RehearsalRun.Play(Plans[scenario], (ulong)seed).Eta).GroupBy(e => e.FromS);
        foreach (var horizon in all)
        {
            int count = horizon.Sum(e => e.Count);
            double inside = horizon.Sum(e => e.Inside) / Math.Max(1.0, count);
            double width = horizon.Max(e => e.MedianWidth);
            TestContext.Current.TestOutputHelper?.WriteLine($"told {horizon.Key} s and more: {inside:P1} of {count}, {width:0.00} wide");
            Assert.True(count < 500 || inside >= 0.8, $"told {horizon.Key} s and more: {inside:P1} of {count} inside");
            // Not bought by bands that hold everything.
            Assert.True(count < 500 || width <= WidestOf(horizon.Key), $"told {horizon.Key} s and more: {width:0.00} wide");
        }
    }

    private static double WidestOf(int fromS) => fromS switch
    {
        // Most of these are told seconds before the turn, where whole seconds and single visitors count.
        0 => 1.6,
        // And most of these before the first long session ended.
        1_200 => 1.4,
        _ => 1.2,
    };

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
        // Two sessions must end, each of them of 5 minutes or so as far as anybody knows.
        Assert.InRange(node.Look(second, node.Epoch, nowMs).EtaHighS, 60, 3_600);

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
        long[] numbers = [];
        Run(1_000);
        Assert.True(node.TryEnterDirectly(nowMs, out _));
        numbers = [.. Enumerable.Range(0, 8).Select(_ => node.TryJoin(nowMs, out long number) == JoinResult.Joined ? number : 0)];
        foreach (int afterMs in new[] { 1_000, 4_000, 10_000, 15_000 })
        {
            Run(afterMs);
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
                // Near the front they poll often, or they count as gone.
                foreach (long number in numbers)
                    node.Look(number, node.Epoch, nowMs);
            }
        }
    }
}
