namespace Naru.Core.Config;

/// <summary>One entry of <c>routes</c>: a match and exactly one of pool, redirect, respond.</summary>
public sealed class RouteOptions
{
    /// <summary>How messages name this route: <c>routes[2]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>How the access log names it: <c>listeners[0].routes[2]</c>; null: by its name, of a route that no file has.</summary>
    public string? Place { get; init; }

    public RouteMatch Match { get; init; } = new();

    public string? Pool { get; init; }

    /// <summary>Name of the waiting room in front of <see cref="Pool"/>; null: none.</summary>
    public string? WaitingRoom { get; init; }

    public RedirectOptions? Redirect { get; init; }

    public RespondOptions? Respond { get; init; }
}

/// <summary>What a request must be for a route to take it; an absent part matches everything.</summary>
public sealed class RouteMatch
{
    /// <summary><c>shop.example.com</c> or <c>*.example.com</c> (any depth below, not the name itself), lower case, without port.</summary>
    public string? Host { get; init; }

    /// <summary>Canonical. <c>/old</c> is exact; <c>/api/*</c> is the prefix <c>/api/</c> and also <c>/api</c> itself; <c>/*</c> is all.</summary>
    public string? Path { get; init; }

    /// <summary>Upper case; empty: all.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Field name (lower case) and the exact value it must have; a value of <c>*</c> asks only that the field is there.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

public sealed class RedirectOptions
{
    /// <summary>A path or an absolute http(s) URL, sent as <c>Location</c>.</summary>
    public required string To { get; init; }

    /// <summary>301, 302, 303, 307 or 308. Default 308.</summary>
    public int Status { get; init; } = 308;
}

public sealed class RespondOptions
{
    /// <summary>200 to 599. Default 200.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Sent as <c>text/plain; charset=utf-8</c>, at most 64 KiB.</summary>
    public string Body { get; init; } = "";
}
