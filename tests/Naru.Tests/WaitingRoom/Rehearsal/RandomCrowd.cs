using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Rehearsal;

namespace Naru.Tests.WaitingRoom.Rehearsal;

/// <summary>Makes a small crowd with faults from a seed: every part of a plan varies, so that hundreds of seeds meet in odd corners.</summary>
internal static class RandomCrowd
{
    public static CrowdPlan Of(ulong seed)
    {
        // Apart from the chance of the rehearsal itself, which begins with the same seed.
        var random = new CrowdRandom(new CrowdRandom(seed).NextUInt64());
        var lastsS = random.Between(40, 120);
        var rate = new[] { 1, 3, 10, 25, 100, 400 }[random.Next(6)];
        return new CrowdPlan
        {
            Visitors = (int)Math.Min(random.Between(20, 1_500), rate * lastsS * 3),
            Lasts = TimeSpan.FromSeconds(lastsS),
            Opens = random.Chance(0.5) ? TimeSpan.FromMilliseconds(random.Between(1, lastsS * 500)) : TimeSpan.Zero,
            Room = new RehearsedRoom
            {
                AdmitPerSecond = rate,
                Active = (int)random.Between(1, rate * 30),
                Session = TimeSpan.FromMilliseconds(random.Between(1_000, 60_000)),
                Mode = random.Chance(0.25) ? RoomMode.Random : RoomMode.Fifo,
                Prequeue = TimeSpan.FromSeconds(random.Chance(0.5) ? random.Between(1, lastsS) : 0),
                Grace = TimeSpan.FromSeconds(random.Between(5, 60)),
            },
            Arrivals = new ArrivalPlan
            {
                Before = random.NextDouble() * 0.5,
                Burst = random.NextDouble() * 0.5,
                BurstWithin = TimeSpan.FromMilliseconds(random.Between(1, 10_000)),
            },
            People = new HumanPlan
            {
                NoShow = random.Chance(0.5) ? random.NextDouble() : 0,
                Visit = TimeSpan.FromMilliseconds(random.Between(100, 30_000)),
                ClickEvery = TimeSpan.FromMilliseconds(random.Between(200, 10_000)),
                Release = random.NextDouble(),
                Patience = random.Chance(0.2) ? TimeSpan.FromSeconds(random.Between(5, 60)) : TimeSpan.Zero,
            },
            HiddenTabs = new HiddenTabPlan { Share = random.Chance(0.5) ? random.NextDouble() : 0, WakeEvery = TimeSpan.FromSeconds(random.Between(5, 40)) },
            Bots = new BotPlan
            {
                Flood = random.NextDouble() * 0.05,
                FloodEvery = TimeSpan.FromMilliseconds(random.Between(20, 1_000)),
                Rejoin = random.NextDouble() * 0.05,
                RejoinEvery = TimeSpan.FromMilliseconds(random.Between(200, 20_000)),
            },
            Nodes = new NodePlan
            {
                Count = 1 + random.Next(4),
                Hop = random.Chance(0.5) ? random.NextDouble() : 0,
                Skew = TimeSpan.FromMilliseconds(random.Chance(0.5) ? random.Between(0, 5_000) : 0),
            },
            Events = [.. Events(random, lastsS, rate)],
        };
    }

    /// <summary>What matters when a rule is broken.</summary>
    public static string Describe(CrowdPlan plan)
        => System.FormattableString.Invariant($"{plan.Nodes.Count} nodes, skew {plan.Nodes.Skew.TotalMilliseconds} ms, hop {plan.Nodes.Hop:0.00}, {plan.Room.AdmitPerSecond}/s, {plan.Room.Active} active, session {plan.Room.Session.TotalSeconds} s, {plan.Room.Mode}, opens {plan.Opens.TotalSeconds}: ")
            + string.Join(", ", plan.Events.OrderBy(e => e.At).Select(e => System.FormattableString.Invariant($"{e.Kind} {e.Value} at {e.At.TotalSeconds} for {e.For.TotalSeconds} on {e.Node} delay {e.Delay.TotalMilliseconds}")));

    private static IEnumerable<CrowdEvent> Events(CrowdRandom random, long lastsS, int rate)
    {
        var kinds = Enum.GetValues<CrowdEventKind>();
        for (var left = random.Next(5); left > 0; left--)
        {
            var kind = kinds[random.Next(kinds.Length)];
            yield return new CrowdEvent
            {
                Kind = kind,
                At = TimeSpan.FromMilliseconds(random.Between(0, lastsS * 1_000)),
                For = TimeSpan.FromMilliseconds(random.Between(10, 15_000)),
                Node = random.Next(2),
                Delay = TimeSpan.FromMilliseconds(random.Between(1, 800)),
                Value = (int)random.Between(1, kind == CrowdEventKind.Active ? rate * 30 : rate * 3 + 2),
            };
        }
    }
}
