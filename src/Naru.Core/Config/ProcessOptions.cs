namespace Naru.Core.Config;

/// <summary>The section <c>process</c>.</summary>
public sealed class ProcessOptions
{
    /// <summary>Event loops, one thread each. 0 (<c>auto</c>, the default): one per core. At most 256.</summary>
    public int Loops { get; init; }

    /// <summary>Client connections of all listeners together; beyond it the kernel's backlog holds them. Default 100,000.</summary>
    public int MaxConnections { get; init; } = 100_000;

    /// <summary>How long a stop waits for requests in flight before it cuts them. Default 30 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
