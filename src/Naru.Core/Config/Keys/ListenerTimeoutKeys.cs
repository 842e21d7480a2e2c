using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class ListenerTimeoutKeys
{
    /// <summary>Relays wait longer for their next byte than kept-alive connections for their next request.</summary>
    private static readonly TimeSpan IdleOfTcp = TimeSpan.FromMinutes(10);

    private static readonly ListenerTimeouts Defaults = new();

    private static readonly ConfigKey<TimeSpan> Header = new("header", Shared.Timeout, Defaults.Header,
        "From a request's first byte (or the accept, 1s after the connect of a client that says nothing) to the end of its head.");

    private static readonly ConfigKey<TimeSpan> Body = new("body", Shared.Timeout, Defaults.Body,
        "Longest wait for the next bytes of a body, and for the client to take bytes of a response (http).");

    // Zero stands for "not given": the default depends on the protocol, which the section around this one knows.
    private static readonly ConfigKey<TimeSpan> Idle = new("idle", Shared.Timeout,
        "A kept-alive connection without a request; a tunnel or relay in which nothing moves.")
    {
        DefaultNote = $"{DurationKind.Text(Defaults.Idle)}; tcp: {DurationKind.Text(IdleOfTcp)}",
    };

    private static readonly ConfigKey<long> MinRate = new("minRate", new RateKind("a rate", ConfigLimits.MinRateMax),
        Defaults.MinRateBytesPerSecond, "Bytes a second that a client must keep up, sending a body or taking a response: on average over the body, after 5s of waiting for it; 0: not asked (http).");

    public static readonly Section<ListenerTimeouts> Section = new(
        "a mapping of header, body, idle and minRate", "How long clients may take.", [Header, Body, Idle, MinRate], Bind);

    public static ListenerTimeouts ForProtocol(ListenerTimeouts? given, ListenerProtocol protocol) => new()
    {
        Header = given?.Header ?? Defaults.Header,
        Body = given?.Body ?? Defaults.Body,
        Idle = given is not null && given.Idle != TimeSpan.Zero ? given.Idle
            : protocol == ListenerProtocol.Tcp ? IdleOfTcp
            : Defaults.Idle,
        MinRateBytesPerSecond = given?.MinRateBytesPerSecond ?? Defaults.MinRateBytesPerSecond,
    };

    public static void RefuseOnTcp(SectionReader listener, ConfigKey timeouts) =>
        listener.RefuseInside(timeouts, "belongs to http listeners; this one is tcp.", Body, MinRate);

    private static ListenerTimeouts Bind(SectionReader section) => new()
    {
        Header = section.Get(Header),
        Body = section.Get(Body),
        Idle = section.Get(Idle),
        MinRateBytesPerSecond = section.Get(MinRate),
    };
}
