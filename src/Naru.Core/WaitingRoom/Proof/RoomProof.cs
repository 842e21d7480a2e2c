using Naru.Core.WaitingRoom.Joins;

namespace Naru.Core.WaitingRoom.Proof;

/// <summary>
/// What a loop needs to believe and to give proofs of one room.
/// Owner: a loop, per room and ring of keys. Thread: one (the keyed hashes inside have state).
/// </summary>
/// <param name="tickets">Those that were verified, by any loop.</param>
/// <param name="passes">Those that were verified, by any loop.</param>
public sealed class RoomProof(RoomKeys keys, RoomCookies cookies, KnownProofs? tickets = null, KnownProofs? passes = null) : IDisposable
{
    public RoomProof(RoomKeys keys)
        : this(keys, new RoomCookies(keys.Room))
    {
    }

    public RoomCookies Cookies { get; } = cookies;

    public TicketCodec Tickets { get; } = new(keys, tickets);

    public PassCodec Passes { get; } = new(keys, passes);

    public SlipCodec Slips { get; } = new(keys);

    public void Dispose()
    {
        Tickets.Dispose();
        Passes.Dispose();
        Slips.Dispose();
    }
}
