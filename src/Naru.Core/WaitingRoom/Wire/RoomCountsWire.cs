namespace Naru.Core.WaitingRoom.Wire;

internal static class RoomCountsWire
{
    internal static void Write(WireWriter writer, RoomCounts counts)
    {
        writer.Number(counts.Joined);
        writer.Number(counts.Polled);
        writer.Number(counts.Called);
        writer.Number(counts.Claimed);
        writer.Number(counts.Admitted);
        writer.Number(counts.Direct);
        writer.Number(counts.Local);
        writer.Number(counts.Gone);
        writer.Number(counts.Expired);
        writer.Number(counts.Released);
        writer.Number(counts.NotYet);
        writer.Number(counts.GateHolds);
        writer.Number(counts.UnknownTickets);
        writer.Number(counts.ExpiredPasses);
        writer.Number(counts.SupersededPasses);
        writer.Number(counts.NoNumber);
        writer.Number(counts.JoinsClosed);
    }

    internal static RoomCounts Read(ref WireReader reader) => new()
    {
        Joined = reader.Number(),
        Polled = reader.Number(),
        Called = reader.Number(),
        Claimed = reader.Number(),
        Admitted = reader.Number(),
        Direct = reader.Number(),
        Local = reader.Number(),
        Gone = reader.Number(),
        Expired = reader.Number(),
        Released = reader.Number(),
        NotYet = reader.Number(),
        GateHolds = reader.Number(),
        UnknownTickets = reader.Number(),
        ExpiredPasses = reader.Number(),
        SupersededPasses = reader.Number(),
        NoNumber = reader.Number(),
        JoinsClosed = reader.Number(),
    };
}
