using Naru.Core.Balancing;

namespace Naru.Core.WaitingRoom;

/// <summary>When a visitor asks again: a fifth of the time left, within limits, spread by jitter.</summary>
internal static class PollInterval
{
    internal static int Ms(double leftMs, int floorMs, long number, long nowMs)
    {
        double interval = Math.Clamp(leftMs / 5, Math.Max(RoomLimits.PollMinMs, floorMs), RoomLimits.PollMaxMs);
        return Jittered((int)interval, number, nowMs);
    }

    /// <summary>The jitter comes from number and time: no shared random source, and another one at each poll.</summary>
    internal static int Jittered(int intervalMs, long number, long nowMs)
    {
        ulong mixed = KeyedHash.Mix((ulong)number * KeyedHash.Golden ^ (ulong)nowMs);
        return intervalMs + (int)Math.BigMul(mixed, (ulong)(intervalMs * RoomLimits.PollJitter), out _);
    }
}
