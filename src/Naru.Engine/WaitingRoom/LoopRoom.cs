using Naru.Core.WaitingRoom.Proof;

namespace Naru.Engine.WaitingRoom;

/// <summary>One loop's counters of a room. Thread: written by the loop alone; the status reader sums over loops.</summary>
internal sealed class LoopRoom
{
    public static readonly int RefusalCount = Enum.GetValues<RoomRefusal>().Length;

    private readonly long[] _refusals = new long[RefusalCount];

    public ReadOnlySpan<long> Refusals => _refusals;

    /// <summary>Requests that a pass let through.</summary>
    public long Passed { get; set; }

    /// <summary>Requests that a bypass rule let through.</summary>
    public long Bypassed { get; set; }

    /// <summary>Requests that were answered with the page or its JSON.</summary>
    public long Held { get; set; }

    public void Count(RoomRefusal refusal) => _refusals[(int)refusal]++;

    /// <param name="first">Of the four that stand in the order of <see cref="ProofResult"/>.</param>
    /// <param name="result">Not Ok.</param>
    public void Count(RoomRefusal first, ProofResult result) => _refusals[(int)first + (int)result - 1]++;
}
