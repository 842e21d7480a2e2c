namespace Naru.Core.Health;

/// <summary>The state of one server; where several hold, the last one of the list is told.</summary>
public enum ServerState
{
    Up,

    /// <summary>Recovered or added lately: its weight still grows.</summary>
    SlowStart,

    /// <summary>Out by verdicts of real traffic, for a time.</summary>
    Ejected,

    /// <summary>Out by active checks, until they succeed.</summary>
    Down,

    /// <summary>Out by the operator; only its sticky clients still reach it.</summary>
    Draining,
}
