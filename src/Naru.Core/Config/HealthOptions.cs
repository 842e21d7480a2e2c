namespace Naru.Core.Config;

/// <summary>The key <c>health</c> of a pool.</summary>
public sealed class HealthOptions
{
    /// <summary>Null: servers are not probed.</summary>
    public ActiveCheckOptions? Active { get; init; }

    /// <summary>Null: <c>passive: off</c>. On by default.</summary>
    public PassiveCheckOptions? Passive { get; init; } = new();

    /// <summary>Below this share of eligible servers all are used. 0 to 1. Default 0.5.</summary>
    public double Floor { get; init; } = 0.5;

    /// <summary>How long a recovered or added server ramps up to its weight; zero: at once. Default 30 s.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(30);
}

public enum ActiveCheckType
{
    Http,
    Tcp,
}

/// <summary>The key <c>active</c> of <c>health</c>.</summary>
public sealed class ActiveCheckOptions
{
    public ActiveCheckType Type { get; init; } = ActiveCheckType.Http;

    /// <summary>Default <c>/</c>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Sent as Host; null: the server's address.</summary>
    public string? Host { get; init; }

    /// <summary>Accepted status codes, inclusive. Default 200-399.</summary>
    public IReadOnlyList<(int First, int Last)> ExpectStatus { get; init; } = [(200, 399)];

    /// <summary>Text that the first 16 KiB of the body must contain; null: not asked. Key <c>expectBody</c>.</summary>
    public string? ExpectBody { get; init; }

    /// <summary>Field (lower case) and the value it must have. Key <c>expectHeaders</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ExpectHeaders { get; init; } = [];

    /// <summary>Jittered by up to 10 %. Default 2 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Connect to verdict. Default 1 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Good checks that bring a server up. Default 2.</summary>
    public int Rise { get; init; } = 2;

    /// <summary>Bad checks that take it down. Default 3.</summary>
    public int Fall { get; init; } = 3;

    /// <summary>0: the server's own port.</summary>
    public int Port { get; init; }
}

/// <summary>The key <c>passive</c> of <c>health</c>: verdicts from real traffic.</summary>
public sealed class PassiveCheckOptions
{
    /// <summary>Failures in a row that eject. Default 5; 0: off.</summary>
    public int ConsecutiveFailures { get; init; } = 5;

    /// <summary>Base of the ejection time, multiplied by how often it happened. Default 30 s.</summary>
    public TimeSpan EjectFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Share of the pool that may be ejected at once. Default 0.5.</summary>
    public double MaxEjected { get; init; } = 0.5;
}
