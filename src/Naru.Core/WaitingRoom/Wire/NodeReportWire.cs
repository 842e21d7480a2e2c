using System.Buffers;

namespace Naru.Core.WaitingRoom.Wire;

/// <summary>A node's report as bytes. A field that is added here is a new <see cref="Version"/>.</summary>
public static class NodeReportWire
{
    private const int Version = 4;

    public static void Write(NodeReport report, IBufferWriter<byte> target)
    {
        var writer = new WireWriter(target);
        writer.Number(Version);
        writer.Number(report.NodeId);
        writer.Number(report.NowMs);
        writer.Number(report.Number);
        writer.Number(report.AcceptedNumber);
        writer.Number(report.Sequence);
        writer.Number(report.Epoch);
        writer.Number(report.RevokedBelow);
        writer.Number(report.High);
        writer.Number(report.Serving);
        writer.Number(report.AdmissionHigh);
        writer.Number(report.SeenEpoch);
        writer.Number(report.SeenNumberLow);
        writer.Number(report.SeenNumberHigh);
        writer.Number(report.Leases.Count);
        foreach (var use in report.Leases)
        {
            writer.Number(use.From);
            writer.Number(use.Next - use.From);
            writer.Number(use.To - use.From);
            writer.Flag(use.Closed);
        }

        writer.Number(report.NumbersWanted);
        writer.Flag(report.TakesNoNumbers);
        writer.Flag(report.Leaves);
        writer.Number(report.GrantsAtHand);
        RateShareWire.Write(writer, report.Share);
        writer.Real(report.ShareDebt);
        writer.Number(report.AdmissionsWanted);
        writer.Number(report.Held);
        writer.Number(report.Came.Count);
        foreach (long number in report.Came)
            writer.Number(number);
        GrantWire.Write(writer, report.GrantsReturned);
        writer.Number(report.Claims.Count);
        foreach (var claim in report.Claims)
        {
            writer.Number(claim.Number);
            GrantWire.Write(writer, claim.Grant);
        }

        writer.Number(report.Seen.Count);
        foreach (var seen in report.Seen)
        {
            GrantWire.Write(writer, seen.Grant);
            writer.Number(seen.Number);
            writer.Number(report.NowMs - seen.LastSeenMs);
        }

        GrantWire.Write(writer, report.Released);
        writer.Number(report.DrawnTo);
        writer.Number(report.AliveFromBlock);
        var counts = new CountsWriter(writer, report.Alive.Count);
        foreach (ushort alive in report.Alive)
            counts.Add(alive);
        counts.End();
        writer.Number(report.FrontFrom);
        writer.Number(report.FrontAlive.Count);
        foreach (byte alive in report.FrontAlive)
            writer.Number(alive);
        RoomCountsWire.Write(writer, report.Counts);
        writer.Number(report.Pulse.Requests);
        writer.Number(report.Pulse.Errors);
        writer.Real(report.Pulse.LatencyMs);
    }

    /// <exception cref="InvalidDataException">The bytes are no report.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, NodeReport report)
    {
        var reader = new WireReader(bytes);
        if (reader.Number() != Version)
            throw WireReader.Bad("a report of another version");
        report.NodeId = reader.Number();
        report.NowMs = reader.Number();
        report.Number = reader.Number();
        report.AcceptedNumber = reader.Number();
        report.Sequence = reader.Number();
        report.Epoch = reader.Number();
        report.RevokedBelow = reader.Number();
        report.High = reader.Number();
        report.Serving = reader.Number();
        report.AdmissionHigh = reader.Number();
        report.SeenEpoch = reader.Number();
        report.SeenNumberLow = reader.Number();
        report.SeenNumberHigh = reader.Number();
        report.Leases.Clear();
        for (int left = reader.Count(4); left > 0; left--)
        {
            long from = reader.Number();
            report.Leases.Add(new LeaseUse(from, from + reader.Number(), from + reader.Number(), reader.Flag()));
        }

        report.NumbersWanted = reader.Int();
        report.TakesNoNumbers = reader.Flag();
        report.Leaves = reader.Flag();
        report.GrantsAtHand = reader.Int();
        report.Share = RateShareWire.Read(ref reader);
        report.ShareDebt = reader.Real();
        report.AdmissionsWanted = reader.Int();
        report.Held = reader.Int();
        report.Came.Clear();
        for (int left = reader.Count(1); left > 0; left--)
            report.Came.Add(reader.Number());
        GrantWire.Read(ref reader, report.GrantsReturned);
        report.Claims.Clear();
        for (int left = reader.Count(3); left > 0; left--)
            report.Claims.Add(new Claim(reader.Number(), GrantWire.Read(ref reader)));
        report.Seen.Clear();
        for (int left = reader.Count(4); left > 0; left--)
            report.Seen.Add(new SessionSeen(GrantWire.Read(ref reader), reader.Number(), report.NowMs - reader.Number()));
        GrantWire.Read(ref reader, report.Released);
        report.DrawnTo = reader.Number();
        report.AliveFromBlock = reader.Number();
        report.Alive.Clear();
        var counts = new CountsReader(ref reader);
        for (int i = 0; i < counts.Length; i++)
            report.Alive.Add(counts.Next(ref reader) is >= 0 and <= ushort.MaxValue and var alive ? (ushort)alive : throw WireReader.Bad("a count is out of its range"));
        report.FrontFrom = reader.Number();
        report.FrontAlive.Clear();
        for (int left = reader.Count(1); left > 0; left--)
            report.FrontAlive.Add(reader.Number() is >= 0 and <= byte.MaxValue and var alive ? (byte)alive : throw WireReader.Bad("a count is out of its range"));
        report.Counts = RoomCountsWire.Read(ref reader);
        report.Pulse = new PoolPulse(reader.Number(), reader.Number(), reader.Real());
        if (!reader.AtEnd)
            throw WireReader.Bad("more came than a report");
    }
}
