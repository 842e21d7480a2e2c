using Naru.Engine.Telemetry;

namespace Naru.Admin;

/// <summary>What the admin may ask of the running program. Every function may be called from any thread.</summary>
internal sealed class AdminActions
{
    public required Func<bool> IsDraining { get; init; }

    public required Func<StatusReport> Status { get; init; }

    /// <summary>Pool, server → false: no such pool or server.</summary>
    public required Func<string, string, bool> Drain { get; init; }

    /// <inheritdoc cref="Drain"/>
    public required Func<string, string, bool> Undrain { get; init; }

    public required Func<ReloadOutcome> Reload { get; init; }

    public required Func<IReadOnlyList<RoomStatus>> Rooms { get; init; }

    /// <summary>Name of the room, and what to do to it.</summary>
    public required Func<string, RoomControl, Task<RoomControlResult>> ControlRoom { get; init; }
}

/// <summary>Answer to <c>POST /reload</c>, and what a SIGHUP prints. With errors nothing has changed.</summary>
/// <param name="Errors">One line each: file, line, path, what is wrong, how to mend it.</param>
internal sealed record ReloadOutcome(bool Reloaded, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings);
