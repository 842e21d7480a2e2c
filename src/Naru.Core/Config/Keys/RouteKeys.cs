using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

internal static class RouteKeys
{
    private static readonly ConfigKey<RouteMatch> Match = new("match", RouteMatchKeys.Section,
        "What a request must be for this route to take it; absent: everything.");

    private static readonly ConfigKey<string> Pool = new("pool", Shared.Name, "The pool that serves the request.");

    private static readonly ConfigKey<string> WaitingRoom = new("waitingRoom", Shared.Name,
        "The waiting room in front of the pool; several routes may name one.")
    { DefaultNote = "none" };

    private static readonly ConfigKey<RedirectOptions> Redirect = new("redirect", RedirectKeys.Section, "Answers with another place to go.");

    private static readonly ConfigKey<RespondOptions> Respond = new("respond", RespondKeys.Section, "Answers with a fixed response.");

    public static readonly Section<RouteOptions> Section = new(
        "a mapping of match and one of pool, redirect and respond",
        "A match, and exactly one of pool, redirect and respond.",
        [Match, WaitingRoom, Pool, Redirect, Respond], Bind);

    private static RouteOptions Bind(SectionReader section)
    {
        ConfigKey[] given = [.. new ConfigKey[] { Pool, Redirect, Respond }.Where(section.Has)];
        if (given.Length == 0)
            section.At.Fail("does nothing with its requests.", "Give one of pool, redirect and respond.");
        else if (given.Length > 1)
            section.At.Fail($"has {Shown.List(given.Select(key => key.Name), "and")}.", "Give only one of them.");
        var pool = section.Get(Pool);
        if (pool is not null)
            section.At.Session.PoolUses.Add((section.Of(Pool), pool, ListenerProtocol.Http));
        if (section.Has(WaitingRoom) && !section.Has(Pool) && given.Length > 0)
            section.Of(WaitingRoom).Fail("stands in front of no pool.", "Remove it: Naru itself answers this route, however many come.");
        var room = section.Get(WaitingRoom);
        if (room is not null && section.Has(Pool))
            section.At.Session.RoomUses.Add((section.Of(WaitingRoom), room));
        var route = new RouteOptions
        {
            Name = section.At.Path.Last,
            Place = section.At.Path.ToString(),
            Match = section.Get(Match) ?? new(),
            Pool = pool,
            WaitingRoom = room,
            Redirect = section.Get(Redirect),
            Respond = section.Get(Respond),
        };
        section.At.Session.Routes[route] = section.At;
        return route;
    }
}

internal static class RouteMatchKeys
{
    private static readonly ConfigKey<string> Host = new("host", new HostPatternKind(),
        "`shop.example.com`, or `*.example.com` for every name below it (not the name itself).")
    { DefaultNote = "every host" };

    private static readonly ConfigKey<string> Path = new("path", new PathPatternKind(),
        "`/old` is that path alone; `/api/*` is everything below `/api/`, and `/api` itself.")
    { DefaultNote = "every path" };

    private static readonly ConfigKey<IReadOnlyList<string>> Method = new("method",
        new ListKind<string>(new TokenKind("a method in upper case", TokenCase.Upper), "methods such as GET and POST", 1,
            ConfigLimits.MethodsPerMatchMax, takesSingle: true, identity: method => method),
        "One method or several, in upper case.")
    { DefaultNote = "every method" };

    private static readonly ConfigKey<IReadOnlyList<KeyValuePair<string, string>>> Headers = new("headers",
        Shared.Headers("the exact value, or * for any"),
        "Fields and the exact values they must have; `*` asks only that the field is there.");

    public static readonly Section<RouteMatch> Section = new(
        "a mapping of host, path, method and headers", "What a request must be for the route to take it. All parts must fit.",
        [Host, Path, Method, Headers], Bind);

    private static RouteMatch Bind(SectionReader section)
    {
        var methods = section.Get(Method) ?? [];
        foreach (var refused in methods.Intersect(["CONNECT", "TRACE"]))
            section.Of(Method).Fail($"{refused} is refused before any route is looked at.", "Remove it.");
        return new()
        {
            Host = section.Get(Host),
            Path = section.Get(Path),
            Methods = methods,
            Headers = section.Get(Headers) ?? [],
        };
    }
}

internal static class RedirectKeys
{
    private static readonly ConfigKey<string> To = new("to", new RedirectTargetKind(),
        "A path or an absolute URL, sent as Location.")
    { IsRequired = true };

    private static readonly ConfigKey<int> Status = new("status", new ChoiceKind("the status of a redirect", 301, 302, 303, 307, 308), 308,
        "301 and 308 are for good, 302, 303 and 307 for now; 307 and 308 keep method and body.");

    public static readonly Section<RedirectOptions> Section = new("a mapping of to and status", "An answer that sends the client elsewhere.",
        [To, Status], section => new() { To = section.Get(To) ?? "", Status = section.Get(Status) });
}

internal static class RespondKeys
{
    private static readonly RespondOptions Defaults = new();

    private static readonly ConfigKey<int> Status = new("status", new IntegerKind("the status of a response", 200, 599), Defaults.Status,
        "The status code.");

    private static readonly ConfigKey<string> Body = new("body",
        new TextKind("a text", ConfigLimits.RespondBodyBytesMax, isOneLine: false, mayBeEmpty: true), Defaults.Body,
        "Sent as text/plain in UTF-8, at most 64 KiB.")
    { DefaultNote = "empty" };

    public static readonly Section<RespondOptions> Section = new("a mapping of status and body", "An answer that Naru gives itself.",
        [Status, Body], Bind);

    private static RespondOptions Bind(SectionReader section)
    {
        var (status, body) = (section.Get(Status), section.Get(Body)!);
        // RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5: these end with their head.
        if (body.Length > 0 && status is (204 or 205 or 304))
            section.Of(Body).Fail($"a response of status {status} has no body.", "Remove body, or give another status.");
        return new() { Status = status, Body = body };
    }
}
