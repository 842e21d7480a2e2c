using Naru.Bench.Proxies;

namespace Naru.Bench.Load;

/// <summary>One row of the comparison.</summary>
/// <param name="Target">Highest CPU per request against HAProxy's that the project accepts; null: only watched.</param>
internal sealed record Workload(string Key, string Title, double? Target)
{
    public Entrance Entrance { get; init; } = Entrance.Http;

    public string Path { get; init; } = "/";

    public int BodyBytes { get; init; } = Origin.SmallBody.Length;

    public int Connections { get; init; } = 64;

    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>More than one target: a wrk script that goes through them.</summary>
    public string? Script { get; init; }

    /// <summary>The relay has a floor for it: messages that are sent in one piece, over connections that stay.</summary>
    public bool HasFloor => BodyBytes <= 16 * 1024 && !Headers.Contains("Connection: close");

    private static readonly string[] BrowserHeaders =
    [
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "Accept-Encoding: gzip, deflate, br, zstd",
        "Accept-Language: ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7",
        "Cookie: sid=0123456789abcdef0123456789abcdef; theme=dark; seen=2026-01-01T00:00:00Z; list=aaaaaaaaaabbbbbbbbbbcccccccccc",
        "Cache-Control: max-age=0",
        "Referer: http://example.com/some/page.html",
        "Upgrade-Insecure-Requests: 1",
        "Sec-Fetch-Site: same-origin",
        "Sec-Fetch-Mode: navigate",
        "Sec-Fetch-Dest: document",
        "Sec-CH-UA-Platform: \"Linux\"",
    ];

    public static IReadOnlyList<Workload> All { get; } =
    [
        new("small", "keep-alive, small response, 64 connections", 0.80),
        new("headers", "browser-like headers", 0.80) { Headers = BrowserHeaders },
        new("16k", "16 KB response", 0.80) { Path = "/16k", BodyBytes = 16 * 1024 },
        new("1m", "1 MB response (HAProxy with `splice-response`)", 1.05)
        {
            Entrance = Entrance.Bulk, Path = "/1m", BodyBytes = 1024 * 1024, Connections = 16,
        },
        new("one", "one connection, one request at a time", 0.80) { Connections = 1 },
        new("close", "new connection per request", 0.92) { Connections = 32, Headers = ["Connection: close"] },
        new("tcp", "TCP relay, small", 1.00) { Entrance = Entrance.Tcp },
        new("tcp-1m", "TCP relay, 1 MB (HAProxy with splice both ways)", 1.05)
        {
            Entrance = Entrance.Tcp, Path = "/1m", BodyBytes = 1024 * 1024, Connections = 16,
        },
        new("log", "access log on", 0.80) { Entrance = Entrance.Logged },
    ];

    public static IReadOnlyList<Workload> Named(string list) => list == "all"
        ? All
        : [.. list.Split(',').Select(k => All.FirstOrDefault(w => w.Key == k)
            ?? throw new BenchException($"There is no workload '{k}'; known: all, {string.Join(", ", All.Select(w => w.Key))}."))];
}
