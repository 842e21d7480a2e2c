namespace Naru.Core.WaitingRoom.Rehearsal;

/// <summary>
/// Every number that the crowd was given: to whom, and when. Numbers leave gaps (leases that were not used up, the jump after a
/// failover), so they are kept in chunks. Owner: one rehearsal.
/// </summary>
internal sealed class NumberLedger
{
    private const int ChunkShift = 12;
    private const int ChunkSize = 1 << ChunkShift;

    private readonly Dictionary<long, Chunk> _chunks = [];
    private readonly List<(long From, long To)> _draws = [];

    /// <summary>Numbers that were given out twice.</summary>
    public long Repeated { get; private set; }

    public long High { get; private set; }

    public void Give(long number, int visitor, long nowMs)
    {
        if (!_chunks.TryGetValue(number >> ChunkShift, out var chunk))
            _chunks[number >> ChunkShift] = chunk = new Chunk();
        var index = (int)(number & (ChunkSize - 1));
        if (chunk.JoinedMs[index] != long.MaxValue)
            Repeated++;
        chunk.Owner[index] = visitor;
        chunk.JoinedMs[index] = nowMs;
        High = Math.Max(High, number + 1);
    }

    /// <summary>Who was given the number; -1: nobody was.</summary>
    public int OwnerOf(long number)
        => _chunks.TryGetValue(number >> ChunkShift, out var chunk) ? chunk.Owner[number & (ChunkSize - 1)] : -1;

    public long JoinedMs(long number) => _chunks[number >> ChunkShift].JoinedMs[number & (ChunkSize - 1)];

    /// <summary>The draws that a room knows; those it forgets later are remembered here.</summary>
    public void Learn(IReadOnlyList<Draw> draws)
    {
        foreach (var draw in draws)
            if (_draws.Count == 0 || draw.From >= _draws[^1].To)
                _draws.Add((draw.From, draw.To));
    }

    /// <summary>Numbers below were drawn, if any were.</summary>
    public long DrawnTo => _draws.Count == 0 ? 0 : _draws[^1].To;

    /// <param name="undrawnFrom">Numbers from here on have no order yet.</param>
    public InversionFigures Inversions(long undrawnFrom)
    {
        var keys = _chunks.Keys.Order().ToArray();
        var numbers = new List<long>();
        var joinedMs = new List<long>();
        foreach (var key in keys)
        {
            for (var i = 0; i < ChunkSize; i++)
            {
                if (_chunks[key].JoinedMs[i] == long.MaxValue)
                    continue;
                numbers.Add((key << ChunkShift) + i);
                joinedMs.Add(_chunks[key].JoinedMs[i]);
            }
        }
        var figures = InversionMeter.Measure(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(joinedMs), index =>
        {
            var from = GroupOf(numbers[index], undrawnFrom);
            var first = numbers.BinarySearch(from);
            return first < 0 ? ~first : first;
        });
        return figures.Count == 0 ? figures : figures with { Worst = numbers[(int)figures.Worst], Overtaken = numbers[(int)figures.Overtaken] };
    }

    private long GroupOf(long number, long undrawnFrom)
    {
        if (number >= undrawnFrom)
            return undrawnFrom;
        var index = _draws.BinarySearch((number, long.MaxValue));
        index = index < 0 ? ~index - 1 : index;
        return index >= 0 && number < _draws[index].To ? _draws[index].From : number;
    }

    private sealed class Chunk
    {
        public readonly int[] Owner = new int[ChunkSize];
        public readonly long[] JoinedMs = new long[ChunkSize];

        public Chunk()
        {
            Array.Fill(Owner, -1);
            Array.Fill(JoinedMs, long.MaxValue);
        }
    }
}
