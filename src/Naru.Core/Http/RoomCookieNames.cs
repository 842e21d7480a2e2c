namespace Naru.Core.Http;

/// <summary>How the names of all cookies of waiting rooms begin; the room's name follows. No application may use these.</summary>
public static class RoomCookieNames
{
    public static ReadOnlySpan<byte> Ticket => "naru-ticket-"u8;

    public static ReadOnlySpan<byte> Pass => "naru-pass-"u8;

    public static ReadOnlySpan<byte> Slip => "naru-slip-"u8;

    public static ReadOnlySpan<byte> Work => "naru-work-"u8;

    /// <summary>Whether a Cookie field may hold one: cheap, and true a little too often.</summary>
    public static bool StandIn(ReadOnlySpan<byte> fieldValue) => fieldValue.IndexOf("naru-"u8) >= 0;

    /// <param name="pair">One <c>name=value</c>, without space around it.</param>
    public static bool Begin(ReadOnlySpan<byte> pair) =>
        pair.StartsWith(Ticket) || pair.StartsWith(Pass) || pair.StartsWith(Slip) || pair.StartsWith(Work);
}
