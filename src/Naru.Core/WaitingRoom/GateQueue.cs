namespace Naru.Core.WaitingRoom;

/// <summary>
/// Called visitors whom the gate of this node held, by position. Whoever is first asks again at once, whoever is far behind when
/// about their turn may come: so the gate is asked often enough to lose little of the rate, and mostly by those who stand first.
/// Owner: the node. Thread: the keeper fills, any loop reads. Invariant: a published list is not written before the next but one
/// takes its place, so a reader who is a tick late reads a whole one still.
/// </summary>
internal sealed class GateQueue
{
    /// <summary>Whoever stands further behind waits as long as the last of these.</summary>
    private const int RanksMax = 4096;

    private sealed class Ranks
    {
        internal readonly long[] Positions = new long[RanksMax];
        internal int Count;
    }

    private Ranks _filling = new();
    private Ranks _published = new();

    internal int Count => Volatile.Read(ref _published).Count;

    internal void Clear() => _filling.Count = 0;

    /// <summary>In ascending order.</summary>
    internal void Add(long position)
    {
        if (_filling.Count < RanksMax)
            _filling.Positions[_filling.Count++] = position;
    }

    internal void Publish()
    {
        var old = _published;
        Volatile.Write(ref _published, _filling);
        _filling = old;
    }

    /// <summary>How many were held before a position.</summary>
    internal int RankOf(long position)
    {
        var ranks = Volatile.Read(ref _published);
        int found = ranks.Positions.AsSpan(0, ranks.Count).BinarySearch(position);
        return found < 0 ? ~found : found;
    }

    /// <summary>Time until a held visitor asks again, without jitter.</summary>
    /// <param name="share">Of this node.</param>
    internal int RetryMs(long position, RateShare share)
    {
        if (share.PerSecond <= 0)
            return RoomLimits.RetryMaxMs / 2;
        if (share.Burst < RateGate.RankedBurst)
            return share.Burst < 2 ? RoomLimits.RetryMinMs : 2 * RoomLimits.RetryMinMs;
        // Sooner than the turn may come: some give up.
        return (int)Math.Clamp(RankOf(position) * 1000 / (3 * share.PerSecond), RoomLimits.RetryMinMs, RoomLimits.RetryMaxMs);
    }
}
