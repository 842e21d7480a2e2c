using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class HealthKeys
{
    private static readonly HealthOptions Defaults = new();

    private static readonly ConfigKey<ActiveCheckOptions?> Active = new("active", ActiveCheckKeys.Section, "Probes. Absent: none.");

    private static readonly ConfigKey<PassiveCheckOptions?> Passive = new("passive",
        new OffKind<PassiveCheckOptions?>(null, PassiveCheckKeys.Section), "Verdicts from real traffic, or off. On by default.");

    private static readonly ConfigKey<double> Floor = new("floor", new ShareKind(), Defaults.Floor,
        "When fewer than this share of the servers are usable, all are used: requests then also go to broken servers and may fail.");

    private static readonly ConfigKey<TimeSpan> SlowStart = new("slowStart", new DurationKind(TimeSpan.Zero, ConfigLimits.CheckIntervalMax),
        Defaults.SlowStart, "How long a recovered or added server ramps up to its weight; 0: at once.");

    public static readonly Section<HealthOptions> Section = new("a mapping of active, passive, floor and slowStart",
        "How broken servers are found and kept out.", [Active, Passive, Floor, SlowStart], Bind);

    private static HealthOptions Bind(SectionReader section) => new()
    {
        Active = section.Get(Active),
        Passive = section.Has(Passive) ? section.Get(Passive) : Defaults.Passive,
        Floor = section.Get(Floor),
        SlowStart = section.Get(SlowStart),
    };
}

internal static class ActiveCheckKeys
{
    private static readonly ActiveCheckOptions Defaults = new();

    private static readonly ConfigKey<int> Type = new("type",
        new WordKind<int>("a type of check", [("http", (int)ActiveCheckType.Http), ("tcp", (int)ActiveCheckType.Tcp), ("none", None)]),
        (int)Defaults.Type, "http: a GET; tcp: a connection; none: no probes.");

    private static readonly ConfigKey<string> Path = new("path", new RequestPathKind(), Defaults.Path, "Path of the probe, with a query if need be (http).");

    private static readonly ConfigKey<string> Host = new("host", new TextKind("the value of Host, such as shop.example.com", 255, isOneLine: true),
        "Sent as Host (http).")
    { DefaultNote = "the server's address" };

    private static readonly ConfigKey<IReadOnlyList<(int First, int Last)>> Expect = new("expect",
        new ListKind<(int, int)>(new StatusRangeKind(), "statuses and ranges", 1, ConfigLimits.ExpectRangesMax, takesSingle: true),
        Defaults.ExpectStatus, "Good status codes (http).");

    private static readonly ConfigKey<string> ExpectBody = new("expectBody", new TextKind("a text", ConfigLimits.TextCharactersMax, isOneLine: false),
        "Text that the first 16 KiB of the body, without chunks, must contain (http).");

    private static readonly ConfigKey<IReadOnlyList<KeyValuePair<string, string>>> ExpectHeaders = new("expectHeaders",
        Shared.Headers("the exact value"), "Fields and the values that the response must have (http).");

    private static readonly ConfigKey<TimeSpan> Interval = new("interval",
        new DurationKind(ConfigLimits.CheckIntervalMin, ConfigLimits.CheckIntervalMax), Defaults.Interval,
        "From one probe of a server to the next, give or take 10%.");

    private static readonly ConfigKey<TimeSpan> Timeout = new("timeout",
        new DurationKind(ConfigLimits.CheckTimeoutMin, ConfigLimits.CheckIntervalMax), "From connect to verdict; at most the interval.")
    {
        DefaultNote = $"{DurationKind.Text(Defaults.Timeout)}, or the interval if that is shorter",
    };

    private static readonly ConfigKey<int> Rise = new("rise", new IntegerKind("a number of checks", 1, ConfigLimits.ChecksInARowMax), Defaults.Rise,
        "Good checks in a row that bring a server up.");

    private static readonly ConfigKey<int> Fall = new("fall", new IntegerKind("a number of checks", 1, ConfigLimits.ChecksInARowMax), Defaults.Fall,
        "Bad checks in a row that take it down.");

    private static readonly ConfigKey<int> Port = new("port", new IntegerKind("a port", 1, 65535),
        "Where to probe. A port of its own gets no PROXY header.")
    { DefaultNote = "the server's port" };

    public static readonly Section<ActiveCheckOptions?> Section = new("a mapping such as { type: http, path: /healthz }",
        "Probes of every server of the pool.",
        [Type, Path, Host, Expect, ExpectBody, ExpectHeaders, Interval, Timeout, Rise, Fall, Port], Bind);

    private const int None = -1;

    private static ActiveCheckOptions? Bind(SectionReader section)
    {
        var type = section.Get(Type);
        if (type == (int)ActiveCheckType.Tcp)
            section.Refuse("belongs to checks of type http; this one is tcp.", Path, Host, Expect, ExpectBody, ExpectHeaders);
        var interval = section.Get(Interval);
        var timeout = Defaults.Timeout < interval ? Defaults.Timeout : interval;
        if (section.TryGet(Timeout, out var given))
        {
            timeout = given;
            if (given > interval)
                section.Of(Timeout).Fail($"{DurationKind.Text(given)} is longer than the interval of {DurationKind.Text(interval)}.",
                    "Give at most the interval.");
        }
        var options = new ActiveCheckOptions
        {
            Type = type == None ? default : (ActiveCheckType)type,
            Path = section.Get(Path)!,
            Host = section.Get(Host),
            ExpectStatus = section.Get(Expect)!,
            ExpectBody = section.Get(ExpectBody),
            ExpectHeaders = section.Get(ExpectHeaders) ?? [],
            Interval = interval,
            Timeout = timeout,
            Rise = section.Get(Rise),
            Fall = section.Get(Fall),
            Port = section.Get(Port),
        };
        return type == None ? null : options;
    }
}

internal static class PassiveCheckKeys
{
    private static readonly PassiveCheckOptions Defaults = new();

    private static readonly ConfigKey<int> ConsecutiveFailures = new("consecutiveFailures",
        new IntegerKind("a number of failures", 0, ConfigLimits.ConsecutiveFailuresMax), Defaults.ConsecutiveFailures,
        "Failures in a row that eject a server; 0: off.");

    private static readonly ConfigKey<TimeSpan> EjectFor = new("ejectFor", Shared.Timeout, Defaults.EjectFor,
        "How long the first ejection lasts; each further one lasts longer.");

    private static readonly ConfigKey<double> MaxEjected = new("maxEjected", new ShareKind(), Defaults.MaxEjected,
        "Share of the pool that may be ejected at one time.");

    public static readonly Section<PassiveCheckOptions?> Section = new("a mapping of consecutiveFailures, ejectFor and maxEjected",
        "Verdicts from real traffic.", [ConsecutiveFailures, EjectFor, MaxEjected], Bind);

    private static PassiveCheckOptions? Bind(SectionReader section) => new()
    {
        ConsecutiveFailures = section.Get(ConsecutiveFailures),
        EjectFor = section.Get(EjectFor),
        MaxEjected = section.Get(MaxEjected),
    };
}
