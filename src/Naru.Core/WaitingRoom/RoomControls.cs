namespace Naru.Core.WaitingRoom;

/// <summary>Whether the operator overrules the schedule and the mode.</summary>
public enum RoomOverride
{
    /// <summary>The configuration counts.</summary>
    None,

    /// <summary>Open now, whatever the schedule says; a pre-queue is drawn at once.</summary>
    Open,

    /// <summary>Closed: no new places, no turns, no admissions. Places are kept; who is inside stays.</summary>
    Closed,
}

/// <summary>
/// What the operator changed while the room runs; journaled, so it outlives a restart. Immutable; any thread.
/// What is about a setting of the configuration lasts until that setting changes, or says the same: <see cref="Beside"/>.
/// </summary>
public sealed record RoomControls
{
    public static readonly RoomControls None = new();

    /// <summary>Instead of <see cref="RoomSettings.AdmitPerSecond"/>, and of what the pool's health would allow; null: as configured.</summary>
    public double? AdmitPerSecond { get; init; }

    /// <summary>Instead of <see cref="RoomSettings.Active"/>; a lower limit ends no session, it only starts none.</summary>
    public int? Active { get; init; }

    /// <summary>Nobody is called or admitted; new visitors get places.</summary>
    public bool Paused { get; init; }

    /// <summary>The operator has let a room go that the configuration begins paused (<see cref="RoomSettings.Paused"/>).</summary>
    public bool Resumed { get; init; }

    /// <summary>No new places; who waits is served.</summary>
    public bool Draining { get; init; }

    public RoomOverride Override { get; init; }

    /// <summary>The opening (<see cref="RoomSettings.OpensMs"/>) that <see cref="Override"/> is about.</summary>
    public long OverrideOpensMs { get; init; }

    /// <summary>Shown to everybody who waits; at most <see cref="RoomLimits.MessageBytesMax"/> of UTF-8; null: none.</summary>
    public string? Message { get; init; }

    /// <summary>
    /// How often everything was revoked. One more than before makes every ticket and pass void: visitors join anew, slots are free.
    /// </summary>
    public int Revocations { get; init; }

    /// <summary>Whether the line stands: by the operator, or from the beginning.</summary>
    public bool Pauses(RoomSettings settings) => Paused || (settings.Paused && !Resumed);

    /// <summary>What still counts beside this configuration; the same object when everything does.</summary>
    public RoomControls Beside(RoomSettings settings, long nowMs)
    {
        // The doors: a word about another opening than this one is over, and a room needs no word to open at its time.
        bool isOver = OverrideOpensMs != settings.OpensMs || (Override == RoomOverride.Open && nowMs >= settings.OpensMs);
        var doors = isOver ? RoomOverride.None : Override;
        // A pause beside a pause in the file would outlive it.
        bool pauses = Pauses(settings);
        var beside = this with
        {
            Override = doors,
            OverrideOpensMs = doors == RoomOverride.None ? 0 : OverrideOpensMs,
            Paused = pauses && !settings.Paused,
            Resumed = !pauses && settings.Paused,
        };
        return beside == this ? this : beside;
    }
}
