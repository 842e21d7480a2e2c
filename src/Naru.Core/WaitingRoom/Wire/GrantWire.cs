namespace Naru.Core.WaitingRoom.Wire;

internal static class GrantWire
{
    internal static void Write(WireWriter writer, Grant grant)
    {
        writer.Number(grant.Slot);
        writer.Number(grant.Admission);
    }

    internal static Grant Read(ref WireReader reader) => new(reader.Int(), reader.Number());

    internal static void Write(WireWriter writer, List<Grant> grants)
    {
        writer.Number(grants.Count);
        foreach (var grant in grants)
            Write(writer, grant);
    }

    internal static void Read(ref WireReader reader, List<Grant> grants)
    {
        grants.Clear();
        for (int left = reader.Count(2); left > 0; left--)
            grants.Add(Read(ref reader));
    }
}
