using System.Buffers;

namespace Naru.Core.WaitingRoom.Wire;

/// <summary>An update as bytes. A field that is added here or in its view is a new <see cref="Version"/>.</summary>
public static class RoomUpdateWire
{
    private const int Version = 3;

    public static void Write(RoomUpdate update, IBufferWriter<byte> target)
    {
        var writer = new WireWriter(target);
        writer.Number(Version);
        writer.Flag(update.View != null);
        if (update.View is { } view)
            RoomViewWire.Write(writer, view);
        writer.Number(update.ReportNumber);
        writer.Number(update.Sequence);
        writer.Flag(update.Reset);
        writer.Flag(update.RecallGrants);
        RateShareWire.Write(writer, update.Share);
        writer.Flag(update.ShareDebt != null);
        writer.Real(update.ShareDebt ?? 0);
        writer.Number(update.Leases.Count);
        foreach (var lease in update.Leases)
        {
            writer.Number(lease.From);
            writer.Number(lease.To - lease.From);
            writer.Number(lease.ExpiresMs);
        }

        GrantWire.Write(writer, update.Grants);
        writer.Number(update.Slots.Count);
        foreach (var change in update.Slots)
        {
            GrantWire.Write(writer, change.Grant);
            writer.Number(change.Number);
            writer.Flag(change.Live);
        }

        writer.Number(update.Spent.Count);
        long before = 0;
        foreach (long number in update.Spent)
        {
            writer.Number(number - before);
            before = number;
        }
    }

    /// <exception cref="InvalidDataException">The bytes are no update; what was read so far is in <paramref name="update"/>.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, RoomUpdate update)
    {
        update.Clear();
        var reader = new WireReader(bytes);
        if (reader.Number() != Version)
            throw WireReader.Bad("an update of another version");
        var view = reader.Flag() ? RoomViewWire.Read(ref reader) : null;
        update.ReportNumber = reader.Number();
        update.Sequence = reader.Number();
        update.Reset = reader.Flag();
        update.RecallGrants = reader.Flag();
        update.Share = RateShareWire.Read(ref reader);
        bool hasDebt = reader.Flag();
        double debt = reader.Real();
        update.ShareDebt = hasDebt ? debt : null;
        for (int left = reader.Count(3); left > 0; left--)
        {
            long from = reader.Number();
            update.Leases.Add(new NumberLease(from, from + reader.Number(), reader.Number()));
        }

        GrantWire.Read(ref reader, update.Grants);
        for (int left = reader.Count(4); left > 0; left--)
            update.Slots.Add(new SlotChange(GrantWire.Read(ref reader), reader.Number(), reader.Flag()));
        long number = 0;
        for (int left = reader.Count(1); left > 0; left--)
            update.Spent.Add(number += reader.Number());
        if (!reader.AtEnd)
            throw WireReader.Bad("more came than an update");
        // Last: an update without a view counts as none.
        update.View = view;
    }
}
