namespace Naru.Core.WaitingRoom.Wire;

/// <summary>A row of counts of which whole stretches may be zero, as where a line has a gap: each stretch is one zero and its length.</summary>
internal struct CountsWriter
{
    private readonly WireWriter _writer;
    private int _zeros;

    internal CountsWriter(WireWriter writer, int length)
    {
        _writer = writer;
        writer.Number(length);
    }

    internal void Add(int count)
    {
        if (count == 0)
        {
            _zeros++;
            return;
        }

        End();
        _writer.Number(count);
    }

    /// <summary>To be called after the last one.</summary>
    internal void End()
    {
        if (_zeros == 0)
            return;
        _writer.Number(0);
        _writer.Number(_zeros);
        _zeros = 0;
    }
}

/// <summary>Reads what <see cref="CountsWriter"/> wrote.</summary>
internal struct CountsReader
{
    /// <summary>Blocks of a lost line that had gone on from another one, of the gap behind it, and of the line since.</summary>
    private const int LengthMax = (int)(6 * RoomLimits.LineMax / LineBlock.Size);

    private int _zeros;

    internal CountsReader(ref WireReader reader)
    {
        Length = reader.Int();
        if (Length is < 0 or > LengthMax)
            throw WireReader.Bad("a row is longer than a line");
    }

    internal int Length { get; }

    internal int Next(ref WireReader reader)
    {
        if (_zeros > 0)
        {
            _zeros--;
            return 0;
        }

        int count = reader.Int();
        if (count != 0)
            return count;
        _zeros = reader.Int() - 1;
        return _zeros >= 0 ? 0 : throw WireReader.Bad("a stretch of counts is empty");
    }
}
