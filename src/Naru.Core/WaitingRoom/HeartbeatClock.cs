using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Naru.Core.WaitingRoom;

/// <summary>
/// A visitor's heartbeat in one byte: when the next poll is overdue, in steps of two seconds modulo 256 (0: nobody). A deadline
/// lies at most <see cref="RoomLimits.SilenceMaxMs"/> ahead, that is 43 steps; everything else counts as passed, and must be
/// cleared within the 400 seconds until it would look like the future again.
/// </summary>
internal static class HeartbeatClock
{
    internal const int StepMs = 2_000;

    /// <summary>A deadline so many steps ahead is not passed; two steps of room for rounding.</summary>
    internal const int AheadMax = (RoomLimits.SilenceMaxMs / StepMs) + 3;

    internal static byte Now(long nowMs) => (byte)(nowMs / StepMs);

    /// <summary>Rounded up: nobody is gone before the deadline.</summary>
    internal static byte Deadline(long deadlineMs)
    {
        byte value = (byte)((deadlineMs + StepMs - 1) / StepMs);
        return value == 0 ? (byte)1 : value;
    }

    internal static bool Alive(byte beat, byte now) => beat != 0 && (byte)(beat - now) <= AheadMax;

    /// <summary>How many of the beats are not overdue.</summary>
    internal static int CountAlive(ReadOnlySpan<byte> beats, byte now)
    {
        int count = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var clock = Vector256.Create(now);
            var limit = Vector256.Create((byte)AheadMax);
            foreach (var vector in MemoryMarshal.Cast<byte, Vector256<byte>>(beats))
            {
                var ahead = vector - clock;
                var alive = Vector256.Equals(Vector256.Min(ahead, limit), ahead) & ~Vector256.Equals(vector, Vector256<byte>.Zero);
                count += System.Numerics.BitOperations.PopCount(alive.ExtractMostSignificantBits());
            }
            beats = beats[(beats.Length & ~(Vector256<byte>.Count - 1))..];
        }
        foreach (byte beat in beats)
            count += Alive(beat, now) ? 1 : 0;
        return count;
    }

    /// <summary>Clears what is overdue; a poll that comes at the same moment is kept.</summary>
    internal static void ClearOverdue(Span<byte> beats, byte now)
    {
        foreach (ref byte beat in beats)
        {
            byte value = Volatile.Read(ref beat);
            if (value != 0 && !Alive(value, now))
                Interlocked.CompareExchange(ref beat, (byte)0, value);
        }
    }
}
