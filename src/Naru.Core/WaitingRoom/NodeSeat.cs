using System.Runtime.InteropServices;

namespace Naru.Core.WaitingRoom;

/// <summary>What the authority knows of one node. Owner: the authority. Thread: its.</summary>
internal sealed class NodeSeat(long nodeId)
{
    internal long NodeId { get; } = nodeId;

    internal long LastTickMs { get; set; }

    /// <summary>Of the report that was answered last.</summary>
    internal long AnsweredNumber { get; set; }

    /// <summary>What the last answer gave; taken back if the node never got it.</summary>
    internal List<Grant> LastGrants { get; } = [];

    /// <summary>Grants that the node may let visitors take: admission by slot.</summary>
    internal Dictionary<int, long> Unused { get; } = [];

    /// <summary>How many admissions visitors tried there in a tick, lately.</summary>
    internal double Demand { get; set; }

    /// <summary>Visitors tried here within the last third of a second or so.</summary>
    internal bool Asks => Demand >= 0.05;

    /// <summary>When it got the last grant.</summary>
    internal long GivenMs { get; set; }

    /// <summary>Of the rate, by its last report.</summary>
    internal RateShare InForce { get; set; }

    /// <summary>Of the rate, by the last answer; it may not have arrived.</summary>
    internal RateShare Promised { get; set; }

    internal long TurnSinceMs { get; set; }

    internal long TurnEndedMs { get; set; }

    internal List<SeatLease> Leases { get; } = [];

    internal RoomCounts Counts { get; set; } = new();

    internal int Held { get; set; }

    // Presence: counts by block from the block of the mark, and by chunk at the front.

    private readonly List<ushort> _alive = [];
    private readonly List<byte> _front = [];
    private long _aliveFrom;
    private long _frontFrom;
    private long _serving;

    /// <summary>The counts know the draws of the numbers below.</summary>
    internal long DrawnTo { get; private set; }

    internal long AliveEnd => _aliveFrom + _alive.Count;

    internal void TakePresence(NodeReport report)
    {
        DrawnTo = report.DrawnTo;
        _serving = report.Serving;
        _frontFrom = report.FrontFrom;
        _front.Clear();
        _front.AddRange(report.FrontAlive);
        if (_alive.Count == 0 || report.AliveFromBlock == report.Serving >> LineBlock.Shift)
        {
            // A whole count: where a line goes on from a lost one, the mark may have jumped over all that was known.
            _alive.Clear();
            _aliveFrom = report.AliveFromBlock;
        }
        // A report between got lost: the next whole count comes within a second.
        if (report.AliveFromBlock > AliveEnd || report.AliveFromBlock < _aliveFrom)
            return;
        _alive.RemoveRange((int)(report.AliveFromBlock - _aliveFrom), (int)(AliveEnd - report.AliveFromBlock));
        _alive.AddRange(report.Alive);
        // What lies behind the mark is never asked for again.
        int passed = (int)Math.Clamp((report.Serving >> LineBlock.Shift) - _aliveFrom, 0, _alive.Count);
        _alive.RemoveRange(0, passed);
        _aliveFrom += passed;
    }

    internal int AliveIn(long block)
    {
        long index = block - _aliveFrom;
        return index >= 0 && index < _alive.Count ? CollectionsMarshal.AsSpan(_alive)[(int)index] : 0;
    }

    /// <summary>Present in [from, to) of one chunk; by proportion where the counts are coarser.</summary>
    /// <param name="limit">Nobody stands there or beyond.</param>
    internal double AliveInChunk(long from, long to, long limit)
    {
        long chunk = (from - _frontFrom) / NodeReport.FrontChunk;
        if (from >= _frontFrom && chunk < _front.Count)
        {
            long start = _frontFrom + chunk * NodeReport.FrontChunk;
            return Share(_front[(int)chunk], Math.Max(start, _serving), Math.Min(limit, start + NodeReport.FrontChunk), from, to);
        }
        long block = from >> LineBlock.Shift;
        return Share(AliveIn(block), Math.Max(block << LineBlock.Shift, _serving), Math.Min(limit, (block + 1) << LineBlock.Shift), from, to);
    }

    private static double Share(int alive, long start, long end, long from, long to) =>
        alive == 0 || end <= start ? 0 : alive * Math.Clamp((to - from) / (double)(end - start), 0, 1);
}

/// <summary>Numbers lent to a node, and how far they are handed out.</summary>
internal sealed class SeatLease(NumberLease lease, long next)
{
    internal long From { get; } = lease.From;

    internal long To { get; } = lease.To;

    internal long Next { get; set; } = next;

    internal long ExpiresMs { get; set; } = lease.ExpiresMs;

    /// <summary>Not renewed; the node tells how far it got when it closed it.</summary>
    internal bool Ending { get; set; }
}
