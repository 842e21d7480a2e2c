namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// The crowd of a rehearsal: who comes when, how they behave, and what breaks meanwhile. All times count from the start of the
/// rehearsal. Every value has a default that is worth a look; samples/crowd.yaml shows them.
/// </summary>
public sealed record CrowdPlan
{
    /// <summary>In all, bots included; 0: as many as the room admits in five minutes.</summary>
    public int Visitors { get; init; }

    /// <summary>How much time is played.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>When the room opens; zero: it is open from the start.</summary>
    public TimeSpan Opens { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The room that is rehearsed; a room of naru.yaml takes its place when one is named.</summary>
    public RehearsedRoom Room { get; init; } = new();

    public ArrivalPlan Arrivals { get; init; } = new();

    public HumanPlan People { get; init; } = new();

    public HiddenTabPlan HiddenTabs { get; init; } = new();

    public BotPlan Bots { get; init; } = new();

    public NodePlan Nodes { get; init; } = new();

    /// <summary>In any order.</summary>
    public IReadOnlyList<CrowdEvent> Events { get; init; } = [];
}

/// <summary>The settings of a room as far as a rehearsal needs them. Its opening is <see cref="CrowdPlan.Opens"/>, whatever the day.</summary>
public sealed record RehearsedRoom
{
    public string Name { get; init; } = "room";

    /// <summary>Admissions a second.</summary>
    public double AdmitPerSecond { get; init; } = 50;

    /// <summary>Visitors inside at one time.</summary>
    public int Active { get; init; } = 3_000;

    /// <summary>How long a pass lives after the last request.</summary>
    public TimeSpan Session { get; init; } = TimeSpan.FromMinutes(5);

    public RoomMode Mode { get; init; }

    /// <summary>How long before the opening visitors may gather to be drawn by lot; zero: they may not.</summary>
    public TimeSpan Prequeue { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a missed turn may still be taken.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(10);
}

/// <summary>When visitors come. Within each part they come independently of each other (a Poisson process, given their count).</summary>
public sealed record ArrivalPlan
{
    /// <summary>Share of all that comes before the opening; they are the pre-queue if the room has one.</summary>
    public double Before { get; init; } = 0.3;

    /// <summary>Share of all that comes with the opening.</summary>
    public double Burst { get; init; } = 0.4;

    /// <summary>Within so much time after the opening, most of them at its beginning.</summary>
    public TimeSpan BurstWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Until then the rest comes, evenly from the opening; null: until three quarters of the rehearsal have passed.</summary>
    public TimeSpan? Until { get; init; }
}

/// <summary>How people behave who keep to the rules.</summary>
public sealed record HumanPlan
{
    /// <summary>Share that closes the page while it waits, at some time of the wait, and never comes back.</summary>
    public double NoShow { get; init; } = 0.1;

    /// <summary>Median of how long a visitor is inside.</summary>
    public TimeSpan Visit { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Sigma of the logarithm of that time: 0.6 means that one in six stays longer than 1.8 times the median.</summary>
    public double VisitSpread { get; init; } = 0.6;

    /// <summary>Mean time between two requests of a visitor inside.</summary>
    public TimeSpan ClickEvery { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Share whose visit the origin ends by the release header; the pass of the others lives on for the session time.</summary>
    public double Release { get; init; } = 0.8;

    /// <summary>Mean of how long somebody waits before they give up; zero: nobody gives up.</summary>
    public TimeSpan Patience { get; init; }
}

/// <summary>Pages that the browser has put to sleep: they poll no more until they wake, all in the same moment.</summary>
public sealed record HiddenTabPlan
{
    /// <summary>Of all people.</summary>
    public double Share { get; init; } = 0.1;

    /// <summary>How often they wake together.</summary>
    public TimeSpan WakeEvery { get; init; } = TimeSpan.FromMinutes(3);
}

public sealed record BotPlan
{
    /// <summary>Share of the visitors that polls without heeding the interval it is told.</summary>
    public double Flood { get; init; } = 0.005;

    public TimeSpan FloodEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Share that deletes its cookie and joins again, in the hope of a better place.</summary>
    public double Rejoin { get; init; } = 0.005;

    public TimeSpan RejoinEvery { get; init; } = TimeSpan.FromSeconds(15);
}

public sealed record NodePlan
{
    public int Count { get; init; } = 2;

    /// <summary>Share of the requests that reach another node than the last one did.</summary>
    public double Hop { get; init; } = 0.05;

    /// <summary>The clock of a node is wrong by at most so much.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMilliseconds(200);
}
