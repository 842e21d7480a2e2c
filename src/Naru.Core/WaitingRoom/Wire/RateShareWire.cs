namespace Naru.Core.WaitingRoom.Wire;

internal static class RateShareWire
{
    internal static void Write(WireWriter writer, RateShare share)
    {
        writer.Real(share.PerSecond);
        writer.Real(share.Burst);
    }

    internal static RateShare Read(ref WireReader reader) => new(reader.Real(), reader.Real());
}
