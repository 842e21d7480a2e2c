namespace Naru.Core.Config;

/// <summary>
/// One immutable, validated configuration. The running one is swapped whole: a reload builds the next snapshot
/// beside it and either replaces it or changes nothing.
/// </summary>
public sealed class Snapshot
{
    public ProcessOptions Process { get; init; } = new();

    public AdminOptions Admin { get; init; } = new();

    /// <summary>Where access log lines go; null: off.</summary>
    public AccessLogOptions? AccessLog { get; init; }

    /// <summary>Where waiting rooms keep their lines; null: in memory, until the process ends.</summary>
    public StoreOptions? Store { get; init; }

    public required IReadOnlyList<ListenerOptions> Listeners { get; init; }

    public required IReadOnlyList<PoolOptions> Pools { get; init; }

    public IReadOnlyList<WaitingRoomOptions> WaitingRooms { get; init; } = [];
}
