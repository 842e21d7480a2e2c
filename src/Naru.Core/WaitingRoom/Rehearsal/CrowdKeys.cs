using Naru.Core.Config;
using Naru.Core.Config.Kinds;

namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>The keys of a crowd file, read like those of naru.yaml: unknown ones are errors, and all errors are told together.</summary>
internal static class CrowdKeys
{
    private static readonly CrowdPlan Defaults = new();

    private static readonly ConfigKey<int> Visitors = new("visitors",
        new IntegerKind("a number of visitors", 1, CrowdLimits.VisitorsMax, "auto"), Defaults.Visitors,
        "Visitors in all, bots included; auto: as many as the room admits in five minutes.");

    private static readonly ConfigKey<TimeSpan> Lasts = new("lasts", new DurationKind(CrowdLimits.LastsMin, CrowdLimits.LastsMax), Defaults.Lasts,
        "How much time is played.");

    private static readonly ConfigKey<TimeSpan> Opens = new("opens", Any,
        "When the room opens, from the start of the rehearsal; 0: it is open.")
    { DefaultNote = "a fifth of lasts" };

    private static readonly ConfigKey<RehearsedRoom> Room = new("room", RoomSection(), "The room, unless one of naru.yaml is named by --room.");
    private static readonly ConfigKey<ArrivalPlan> Arrivals = new("arrivals", ArrivalSection(), "When visitors come.");
    private static readonly ConfigKey<HumanPlan> People = new("people", HumanSection(), "How people behave who keep to the rules.");
    private static readonly ConfigKey<HiddenTabPlan> HiddenTabs = new("hiddenTabs", HiddenSection(), "Pages that sleep and wake together.");
    private static readonly ConfigKey<BotPlan> Bots = new("bots", BotSection(), "Programs that do not keep to the rules.");
    private static readonly ConfigKey<NodePlan> Nodes = new("nodes", NodeSection(), "The cluster.");

    private static readonly ConfigKey<IReadOnlyList<CrowdEvent>> Events = new("events",
        new ListKind<CrowdEvent>(CrowdEventKeys.Section, "events", 0, CrowdLimits.EventsMax),
        "What breaks, and what the operator does.");

    public static readonly Section<CrowdPlan> Section = new(
        "a mapping such as { visitors: 20000, lasts: 10m }", "The crowd of a rehearsal.",
        [Visitors, Lasts, Opens, Room, Arrivals, People, HiddenTabs, Bots, Nodes, Events], Bind);

    private static DurationKind Any => new(TimeSpan.Zero, CrowdLimits.LastsMax);

    private static DurationKind AtLeast(TimeSpan min) => new(min, CrowdLimits.LastsMax);

    private static CrowdPlan Bind(SectionReader section)
    {
        var lasts = section.Get(Lasts);
        var plan = new CrowdPlan
        {
            Visitors = section.Get(Visitors),
            Lasts = lasts,
            Opens = section.TryGet(Opens, out var opens) ? opens : TimeSpan.FromSeconds(Math.Floor(lasts.TotalSeconds / 5)),
            Room = section.Get(Room) ?? Defaults.Room,
            Arrivals = section.Get(Arrivals) ?? Defaults.Arrivals,
            People = section.Get(People) ?? Defaults.People,
            HiddenTabs = section.Get(HiddenTabs) ?? Defaults.HiddenTabs,
            Bots = section.Get(Bots) ?? Defaults.Bots,
            Nodes = section.Get(Nodes) ?? Defaults.Nodes,
            Events = section.Get(Events) ?? Defaults.Events,
        };
        if (plan.Opens >= plan.Lasts)
            section.Of(Opens).Fail(
                $"the room opens at {DurationKind.Text(plan.Opens)}, when the rehearsal is over.", "Let opens be less than lasts.");
        if (plan.Arrivals.Before + plan.Arrivals.Burst > 1)
            section.Of(Arrivals).Fail("before and burst together are more than all visitors.", "Give at most 100% for both.");
        foreach (var e in plan.Events)
            if (e.Node > plan.Nodes.Count)
                section.Of(Events).Fail($"there is no node {e.Node}.", $"Give at most {plan.Nodes.Count}.");
        return plan;
    }

    private static Section<RehearsedRoom> RoomSection()
    {
        var defaults = Defaults.Room;
        var admit = new ConfigKey<long>("admit", new RateKind("a rate", CrowdLimits.AdmitMax), (long)defaults.AdmitPerSecond, "Visitors admitted a second.");
        var active = new ConfigKey<int>("active", new IntegerKind("a number of sessions", 1, CrowdLimits.ActiveMax), defaults.Active, "Visitors inside at one time.");
        var session = new ConfigKey<TimeSpan>("session", AtLeast(TimeSpan.FromSeconds(1)), defaults.Session, "How long a pass lives after the last request.");
        var mode = new ConfigKey<RoomMode>("mode", new WordKind<RoomMode>("a mode of a rehearsed room", [("fifo", RoomMode.Fifo), ("random", RoomMode.Random)]),
            defaults.Mode, "fifo: in the order of coming; random: by lot among those present.");
        var prequeue = new ConfigKey<TimeSpan>("prequeue", Any, defaults.Prequeue, "How long before the opening visitors may gather to be drawn by lot.");
        var grace = new ConfigKey<TimeSpan>("grace", AtLeast(TimeSpan.FromSeconds(1)), defaults.Grace, "How long a missed turn may still be taken.");
        return new("a mapping such as { admit: 50/s, active: 3000 }", "The room.", [admit, active, session, mode, prequeue, grace], section => new RehearsedRoom
        {
            AdmitPerSecond = section.Get(admit),
            Active = section.Get(active),
            Session = section.Get(session),
            Mode = section.Get(mode),
            Prequeue = section.Get(prequeue),
            Grace = section.Get(grace),
        });
    }

    private static Section<ArrivalPlan> ArrivalSection()
    {
        var defaults = Defaults.Arrivals;
        var before = new ConfigKey<double>("before", new ShareKind(), defaults.Before, "Share that comes before the opening.");
        var burst = new ConfigKey<double>("burst", new ShareKind(), defaults.Burst, "Share that comes with the opening.");
        var within = new ConfigKey<TimeSpan>("burstWithin", AtLeast(TimeSpan.FromMilliseconds(1)), defaults.BurstWithin, "How long that burst lasts.");
        var until = new ConfigKey<TimeSpan>("until", Any, "When the last of the others come.") { DefaultNote = "three quarters of lasts" };
        return new("a mapping such as { before: 30%, burst: 40% }", "When visitors come.", [before, burst, within, until], section => new ArrivalPlan
        {
            Before = section.Get(before),
            Burst = section.Get(burst),
            BurstWithin = section.Get(within),
            Until = section.TryGet(until, out var given) ? given : null,
        });
    }

    private static Section<HumanPlan> HumanSection()
    {
        var defaults = Defaults.People;
        var noShow = new ConfigKey<double>("noShow", new ShareKind(), defaults.NoShow, "Share that closes the page while it waits.");
        var visit = new ConfigKey<TimeSpan>("visit", AtLeast(TimeSpan.FromMilliseconds(1)), defaults.Visit, "Median time inside.");
        var spread = new ConfigKey<double>("visitSpread", new FactorKind(0.01, 3), defaults.VisitSpread, "Sigma of its logarithm.");
        var click = new ConfigKey<TimeSpan>("clickEvery", AtLeast(TimeSpan.FromMilliseconds(100)), defaults.ClickEvery, "Mean time between two requests inside.");
        var release = new ConfigKey<double>("release", new ShareKind(), defaults.Release, "Share whose session the origin ends with the visit.");
        var patience = new ConfigKey<TimeSpan>("patience", Any, defaults.Patience, "Mean time until somebody gives up waiting; 0: nobody does.");
        return new("a mapping such as { noShow: 10%, visit: 45s }", "People.", [noShow, visit, spread, click, release, patience], section => new HumanPlan
        {
            NoShow = section.Get(noShow),
            Visit = section.Get(visit),
            VisitSpread = section.Get(spread),
            ClickEvery = section.Get(click),
            Release = section.Get(release),
            Patience = section.Get(patience),
        });
    }

    private static Section<HiddenTabPlan> HiddenSection()
    {
        var share = new ConfigKey<double>("share", new ShareKind(), Defaults.HiddenTabs.Share, "Share of the people whose page sleeps.");
        var wake = new ConfigKey<TimeSpan>("wakeEvery", AtLeast(TimeSpan.FromSeconds(1)), Defaults.HiddenTabs.WakeEvery, "How often these wake, all in one moment.");
        return new("a mapping such as { share: 10%, wakeEvery: 3m }", "Hidden tabs.", [share, wake], section => new HiddenTabPlan
        {
            Share = section.Get(share),
            WakeEvery = section.Get(wake),
        });
    }

    private static Section<BotPlan> BotSection()
    {
        var defaults = Defaults.Bots;
        var flood = new ConfigKey<double>("flood", new ShareKind(), defaults.Flood, "Share that polls without heeding the interval it is told.");
        var floodEvery = new ConfigKey<TimeSpan>("floodEvery", AtLeast(CrowdLimits.BotEveryMin), defaults.FloodEvery, "How often these poll.");
        var rejoin = new ConfigKey<double>("rejoin", new ShareKind(), defaults.Rejoin, "Share that deletes its cookie and joins again.");
        var rejoinEvery = new ConfigKey<TimeSpan>("rejoinEvery", AtLeast(CrowdLimits.BotEveryMin), defaults.RejoinEvery, "How often these do so.");
        return new("a mapping such as { flood: 1%, rejoin: 1% }", "Bots.", [flood, floodEvery, rejoin, rejoinEvery], section => new BotPlan
        {
            Flood = section.Get(flood),
            FloodEvery = section.Get(floodEvery),
            Rejoin = section.Get(rejoin),
            RejoinEvery = section.Get(rejoinEvery),
        });
    }

    private static Section<NodePlan> NodeSection()
    {
        var count = new ConfigKey<int>("count", new IntegerKind("a number of nodes", 1, CrowdLimits.NodesMax), Defaults.Nodes.Count, "Nodes of the cluster.");
        var hop = new ConfigKey<double>("hop", new ShareKind(), Defaults.Nodes.Hop, "Share of requests that reach another node than the last one did.");
        var skew = new ConfigKey<TimeSpan>("skew", new DurationKind(TimeSpan.Zero, CrowdLimits.SkewMax), Defaults.Nodes.Skew, "How wrong the clock of a node may be.");
        return new("a mapping such as { count: 2, hop: 5% }", "Nodes.", [count, hop, skew], section => new NodePlan
        {
            Count = section.Get(count),
            Hop = section.Get(hop),
            Skew = section.Get(skew),
        });
    }
}
