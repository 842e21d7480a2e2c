using Naru.Engine.Telemetry;

namespace Naru.Tests.Admin;

/// <summary>A report in which every list has something in it.</summary>
internal static class SampleStatus
{
    public static ServerStatus Server(string address, string state = "up", string reason = "", int inFlight = 2, long requests = 900)
        => new(address, state, reason, 1, 1, false, inFlight, 100, 3, requests, 4, 1, 40, 5000, 60_000, 1.25, 70, 2);

    public static PoolStatus Pool(string name, bool failOpen, params ServerStatus[] servers)
        => new(name, "round-robin", failOpen, 1, 2, 3, 4, servers);

    public static StatusReport Report(params PoolStatus[] pools) => new(
        "0.1.0", "running", 12.5, 1, [new LoopStatus(0, 5, 1024, 8)],
        [
            new ListenerStatus(
                "web", ["127.0.0.1:8080"], "http", 5, 50, 1, 1000, [0, 990, 2, 5, 3], 10_000, 20_000, new Dictionary<string, long> { ["completed"] = 990 }),
        ],
        pools.Length > 0 ? pools : [Pool("web", false, Server("10.0.0.11:8080"), Server("10.0.0.12:8080", "ejected", "5 failures in a row"))],
        new AccessLogStatus("stdout", 1000, 0))
    {
        Rooms = [Room()],
    };

    public static RoomStatus Room(string name = "concert") => new(name, "fifo", "open", "", 2)
    {
        Opens = new DateTimeOffset(2026, 12, 1, 20, 0, 0, TimeSpan.FromHours(9)),
        Message = "Doors are open",
        ByHand = ["rate", "opened"],
        Epoch = 7,
        AdmitPerSecond = 500,
        AdmittedPerSecond = 498.25,
        Active = 19_987,
        ActiveMax = 20_000,
        Waiting = 40_211,
        Serving = 772_134,
        LastNumber = 812_345,
        NoShowShare = 0.04,
        WaitLowS = 95,
        WaitHighS = 130,
        WaitHeldShare = 0.84,
        Counts = new RoomCounts
        {
            Joined = 812_345,
            Polls = 5_000_000,
            Claimed = 39_000,
            ClaimsHeld = 120,
            Admitted = 40_000,
            Direct = 1_000,
            Bypassed = 10,
            Passed = 900_000,
            Expired = 15_000,
            Released = 5_000,
            Called = 70_000,
            Gone = 30_000,
            Priority = new Dictionary<string, long> { ["members"] = 250 },
            Refused = new Dictionary<string, long> { ["bad-mac"] = 3, ["join-slowed"] = 40 },
        },
    };
}
