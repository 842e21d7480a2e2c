namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>What happens to the cluster, or what the operator does, at a moment of the rehearsal.</summary>
public sealed record CrowdEvent
{
    public required CrowdEventKind Kind { get; init; }

    public TimeSpan At { get; init; }

    /// <summary>How long it lasts; without meaning for what has no end.</summary>
    public TimeSpan For { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>1-based; 0: every node. Of <see cref="CrowdEventKind.NodeRestart"/> and the store's faults.</summary>
    public int Node { get; init; }

    /// <summary>What each call to a slow store takes.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The new rate, admissions a second, or the new limit of active sessions.</summary>
    public int Value { get; init; }

    /// <param name="elapsedMs">Since the start of the rehearsal.</param>
    internal bool IsOn(long elapsedMs) => elapsedMs >= At.TotalMilliseconds && elapsedMs < (At + For).TotalMilliseconds;
}

public enum CrowdEventKind
{
    /// <summary>Nodes do not reach the store.</summary>
    StoreDown,

    /// <summary>Every call to the store takes longer.</summary>
    StoreSlow,

    /// <summary>The store ends and begins again from what it had written.</summary>
    StoreRestart,

    /// <summary>A node is killed and comes back after a while; its visitors go to the others meanwhile.</summary>
    NodeRestart,

    /// <summary>The operator pauses admissions.</summary>
    Pause,

    /// <summary>The operator sets another rate.</summary>
    Admit,

    /// <summary>The operator sets another limit of active sessions.</summary>
    Active,
}
