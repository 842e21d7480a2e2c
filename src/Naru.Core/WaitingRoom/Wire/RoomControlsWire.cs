using System.Buffers;

namespace Naru.Core.WaitingRoom.Wire;

/// <summary>What an operator changed, as bytes.</summary>
public static class RoomControlsWire
{
    public static void Write(RoomControls controls, IBufferWriter<byte> target) => Write(new WireWriter(target), controls);

    /// <exception cref="InvalidDataException">The bytes are none.</exception>
    public static RoomControls Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var controls = Read(ref reader);
        return reader.AtEnd ? controls : throw WireReader.Bad("more came than the operator's changes");
    }

    internal static void Write(WireWriter writer, RoomControls controls)
    {
        writer.Flag(controls.AdmitPerSecond != null);
        writer.Real(controls.AdmitPerSecond ?? 0);
        writer.Flag(controls.Active != null);
        writer.Number(controls.Active ?? 0);
        writer.Flag(controls.Paused);
        writer.Flag(controls.Resumed);
        writer.Flag(controls.Draining);
        writer.Number((int)controls.Override);
        writer.Number(controls.OverrideOpensMs);
        writer.Text(controls.Message);
        writer.Number(controls.Revocations);
    }

    internal static RoomControls Read(ref WireReader reader)
    {
        bool hasRate = reader.Flag();
        double rate = reader.Real();
        bool hasActive = reader.Flag();
        int active = reader.Int();
        return new RoomControls
        {
            AdmitPerSecond = hasRate ? rate : null,
            Active = hasActive ? active : null,
            Paused = reader.Flag(),
            Resumed = reader.Flag(),
            Draining = reader.Flag(),
            Override = reader.Choice<RoomOverride>(),
            OverrideOpensMs = reader.Number(),
            Message = reader.Text(),
            Revocations = reader.Int(),
        };
    }
}
