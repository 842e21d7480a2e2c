using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class UpstreamConnectionKeys
{
    private static readonly UpstreamConnectionOptions Defaults = new();

    private static readonly ConfigKey<int> Idle = new("idle", new IntegerKind("a number of connections", 0, ConfigLimits.IdleConnectionsMax),
        Defaults.Idle, "Idle connections kept per server, and for one second also those beyond; 0: none is used again.");

    private static readonly ConfigKey<TimeSpan> IdleTimeout = new("idleTimeout", Shared.Timeout, Defaults.IdleTimeout,
        "An idle connection is closed after this time. Keep it below the server's own.");

    private static readonly ConfigKey<TimeSpan> MaxAge = new("maxAge", Shared.Timeout, Defaults.MaxAge,
        "A connection is not used again after this time, give or take 10%.");

    public static readonly Section<UpstreamConnectionOptions> Section = new(
        "a mapping of idle, idleTimeout and maxAge", "How connections to servers are kept.", [Idle, IdleTimeout, MaxAge],
        section => new() { Idle = section.Get(Idle), IdleTimeout = section.Get(IdleTimeout), MaxAge = section.Get(MaxAge) });
}

internal static class PoolTimeoutKeys
{
    private static readonly PoolTimeouts Defaults = new();

    private static readonly ConfigKey<TimeSpan> Connect = new("connect", Shared.Timeout, Defaults.Connect, "To make a connection.");

    private static readonly ConfigKey<TimeSpan> FirstByte = new("firstByte", Shared.Timeout, Defaults.FirstByte,
        "From the last byte of the request to the first of the response; also to the 100 (Continue) that a client waits for before its body.");

    private static readonly ConfigKey<TimeSpan> Idle = new("idle", Shared.Timeout, Defaults.Idle,
        "Longest silence of the server inside a response.");

    public static readonly Section<PoolTimeouts> Section = new(
        "a mapping of connect, firstByte and idle", "How long servers may take.", [Connect, FirstByte, Idle],
        section => new() { Connect = section.Get(Connect), FirstByte = section.Get(FirstByte), Idle = section.Get(Idle) });
}

internal static class StickyKeys
{
    private static readonly ConfigKey<string> Cookie = new("cookie", new TokenKind("the name of a cookie"), "Name of the cookie.") { IsRequired = true };

    private static readonly ConfigKey<byte[]> KeyFile = new("keyFile", Shared.Key,
        "File with the key that signs the cookie: at least 32 bytes, bare or in base64. The same on every node.")
    { IsRequired = true };

    public static readonly Section<StickyOptions> Section = new("a mapping of cookie and keyFile",
        "Keeps a client on its server by a signed cookie.", [Cookie, KeyFile],
        section => new() { Cookie = section.Get(Cookie) ?? "", Key = section.Get(KeyFile) ?? [] });
}

internal static class RetryKeys
{
    private static readonly RetryOptions Defaults = new();

    private static readonly ConfigKey<int> Attempts = new("attempts", new IntegerKind("a number of attempts", 1, ConfigLimits.AttemptsMax),
        Defaults.Attempts, "Tries of one request in all; 1: no retry. An idempotent request whose kept connection turns out to be closed is sent over a fresh one once besides.");

    private static readonly ConfigKey<double> Budget = new("budget", new ShareKind(), Defaults.Budget,
        "Retries as a share of the requests, beside 10 a second.");

    private static readonly ConfigKey<IReadOnlyList<string>> On = new("on",
        new ListKind<string>(new WordKind<string>("a reason to retry", [("connect", "connect"), ("reset", "reset")]), "reasons: connect, reset",
            0, 2, identity: reason => reason),
        ["connect", "reset"],
        "connect: the connection was not made; reset: it ended before the first byte of the response.");

    public static readonly Section<RetryOptions> Section = new("a mapping of attempts, budget and on",
        "When a request is tried on another server.", [Attempts, Budget, On], Bind);

    private static RetryOptions Bind(SectionReader section)
    {
        var on = section.Get(On)!;
        return new()
        {
            Attempts = section.Get(Attempts),
            Budget = section.Get(Budget),
            OnConnect = on.Contains("connect"),
            OnReset = on.Contains("reset"),
        };
    }
}

internal static class QueueKeys
{
    private static readonly QueueOptions Defaults = new();

    private static readonly ConfigKey<int> Size = new("size", new IntegerKind("the size of a queue", 0, ConfigLimits.QueueSizeMax), Defaults.Size,
        "Requests that may wait; 0: refuse at once.");

    private static readonly ConfigKey<TimeSpan> Timeout = new("timeout", Shared.Timeout, Defaults.Timeout,
        "A request that waited this long is answered with 503.");

    private static readonly ConfigKey<QueueOrder> Order = new("order",
        new WordKind<QueueOrder>("an order", [("fifo", QueueOrder.Fifo), ("codel", QueueOrder.CoDel)]), Defaults.Order,
        "fifo: who waits longest is next. codel: the same, but while the queue has not been empty for 100 ms, who came last is next and nobody waits longer than target.");

    private static readonly ConfigKey<TimeSpan> Target = new("target", Shared.Timeout, Defaults.Target,
        "Of order codel: the longest wait while the queue does not empty.");

    public static readonly Section<QueueOptions> Section = new("a mapping of size, timeout, order and target",
        "Requests that wait while every server is full.", [Size, Timeout, Order, Target], Bind);

    private static QueueOptions Bind(SectionReader section)
    {
        var order = section.Get(Order);
        if (section.Has(Target) && order != QueueOrder.CoDel)
            section.Of(Target).Fail("belongs to order: codel.", "Give order: codel, or remove target.");
        return new() { Size = section.Get(Size), Timeout = section.Get(Timeout), Order = order, Target = section.Get(Target) };
    }
}
