namespace Naru.Engine.Telemetry;

/// <summary>One move of the operator's hand on a waiting room. It outlives a restart, and reaches every node of the room.</summary>
/// <param name="Rate">Of <see cref="RoomAction.Rate"/>: admissions a second above 0; null with <paramref name="IsAuto"/> false: as the file says.</param>
/// <param name="IsAuto">Of <see cref="RoomAction.Rate"/>: let the rate follow the pool.</param>
/// <param name="Active">Of <see cref="RoomAction.Active"/>: visitors inside at one time, from 1; null: as the file says.</param>
/// <param name="Message">Of <see cref="RoomAction.Message"/>: one line for those who wait; empty: none.</param>
public sealed record RoomControl(RoomAction Action, double? Rate = null, bool IsAuto = false, int? Active = null, string Message = "");

public enum RoomAction
{
    Rate,

    /// <summary>A lower limit sends nobody out; it stops new ones.</summary>
    Active,

    /// <summary>Nobody is let in; who waits keeps their place, and new ones may join.</summary>
    Pause,

    /// <summary>Takes <see cref="Pause"/> and <see cref="Drain"/> back.</summary>
    Resume,

    /// <summary>Nobody joins any more; who waits is served.</summary>
    Drain,

    /// <summary>Opens the doors now: before their time, or after <see cref="Close"/>.</summary>
    Open,

    /// <summary>Nobody joins and nobody is let in; who is inside may finish.</summary>
    Close,

    Message,

    /// <summary>Ends every place and every session by a new epoch: everybody begins anew.</summary>
    Revoke,
}

/// <param name="Why">Half a sentence for the operator; empty when it was done.</param>
/// <param name="Room">As it is afterwards; null unless it was done.</param>
public sealed record RoomControlResult(RoomControlOutcome Outcome, string Why, RoomStatus? Room);

public enum RoomControlOutcome
{
    Done,

    UnknownRoom,

    /// <summary>It has no meaning for this room, such as a rate in a mode without a line.</summary>
    Refused,

    /// <summary>The store does not take it, so it would not last; nothing has changed.</summary>
    StoreLost,
}
