namespace Naru.Engine.Store.Embedded;

/// <summary>What an entry of the journal is about: its first byte. The values are stored: never give one a new meaning.</summary>
internal enum EntryKind : byte
{
    /// <summary>room, sequence, a saved room: all that is known of it.</summary>
    Saved = 1,

    /// <summary>room, sequence, changes since the sequence before.</summary>
    Changed = 2,

    /// <summary>room: nothing is known of it any more.</summary>
    Forgotten = 3,

    /// <summary>room: what came after was lost; before it is used again, its numbers skip a gap.</summary>
    Gap = 4,
}

/// <summary>A room as the journal has it: the last saved state, and the changes since. Owner: the store.</summary>
internal sealed class StoredLine(string room)
{
    private readonly List<byte[]> _changes = [];

    public string Room { get; } = room;

    /// <summary>Null: the room was never saved, the changes begin with its first.</summary>
    public byte[]? Saved { get; private set; }

    public IReadOnlyList<byte[]> Changes => _changes;

    /// <summary>Of the last change that is in here: a snapshot that has a change stands in front of its entry at times.</summary>
    public long Sequence { get; private set; }

    /// <summary>Visitors in it, once somebody asked (<see cref="EmbeddedRoom.Waiting"/>): a line that is not open does not change.</summary>
    public long? Waiting { get; set; }

    /// <summary>Numbers and admissions from here on may have been given out. The changes of whoever opens the line skip them.</summary>
    public bool HasGap { get; set; }

    public void Save(long sequence, byte[] saved)
    {
        Waiting = null;
        Saved = saved;
        Sequence = sequence;
        HasGap = false;
        _changes.Clear();
    }

    public void Change(long sequence, byte[] changes)
    {
        if (sequence <= Sequence)
            return;
        Waiting = null;
        _changes.Add(changes);
        Sequence = sequence;
        HasGap = false;
    }

    /// <summary>As it was read.</summary>
    public void Write(EntryWriter writer)
    {
        if (Saved is { } saved)
            StoreEntries.Write(writer, EntryKind.Saved, Room, Sequence - _changes.Count, saved);
        for (int i = 0; i < _changes.Count; i++)
            StoreEntries.Write(writer, EntryKind.Changed, Room, Sequence - _changes.Count + 1 + i, _changes[i]);
        // Behind the changes that it is about, before those that fill it.
        if (HasGap)
            StoreEntries.Write(writer, EntryKind.Gap, Room, Sequence, []);
    }
}

/// <summary>Reads and writes the entries of a store's journal.</summary>
internal static class StoreEntries
{
    public static void Write(EntryWriter writer, EntryKind kind, string room, long sequence, ReadOnlySpan<byte> content)
    {
        writer.BeginEntry();
        writer.Byte((byte)kind);
        writer.Text(room);
        writer.Number(sequence);
        writer.Raw(content);
        writer.EndEntry();
    }

    /// <exception cref="InvalidDataException">An entry of a kind that this version does not know.</exception>
    public static void Read(EntryReader entries, Dictionary<string, StoredLine> lines)
    {
        while (entries.TryNextEntry(out var entry))
        {
            var kind = (EntryKind)entry.Byte();
            string room = entry.Text();
            long sequence = entry.Number();
            if (!lines.TryGetValue(room, out var line))
                lines[room] = line = new StoredLine(room);
            switch (kind)
            {
                case EntryKind.Saved:
                    line.Save(sequence, entry.Rest().ToArray());
                    break;
                case EntryKind.Changed:
                    line.Change(sequence, entry.Rest().ToArray());
                    break;
                case EntryKind.Gap:
                    line.HasGap = true;
                    break;
                case EntryKind.Forgotten:
                    lines.Remove(room);
                    break;
                default:
                    throw new InvalidDataException($"an entry of kind {(byte)kind}");
            }
        }
    }
}
