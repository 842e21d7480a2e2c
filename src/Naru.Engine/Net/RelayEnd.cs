using Naru.Core.Telemetry;

namespace Naru.Engine.Net;

/// <summary>How a relay ended.</summary>
internal enum RelayEnd : byte
{
    /// <summary>Both sides sent their end.</summary>
    Completed,
    FirstFailed,
    SecondFailed,
    IdleTimeout,
    Canceled,
}

internal static class RelayEnds
{
    /// <summary>The reason that is recorded. The first side of a relay is the client.</summary>
    public static EndReason Reason(this RelayEnd end) => end switch
    {
        RelayEnd.Completed => EndReason.RelayCompleted,
        RelayEnd.FirstFailed => EndReason.RelayClientReset,
        RelayEnd.SecondFailed => EndReason.RelayServerReset,
        RelayEnd.IdleTimeout => EndReason.RelayIdleTimeout,
        _ => EndReason.Shutdown,
    };
}
