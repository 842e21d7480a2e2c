namespace Naru.Core.WaitingRoom;

/// <summary>How a waiting room treats the visitors that its servers cannot take at once.</summary>
public enum RoomMode
{
    /// <summary>First come, first served; behind those of the pre-queue, who are drawn by lot.</summary>
    Fifo,

    /// <summary>A lottery among those present, again and again.</summary>
    Random,

    /// <summary>Everybody goes through; nobody is counted.</summary>
    Passthrough,

    /// <summary>Nobody gets in; visitors see that the room is closed.</summary>
    Reject,
}
