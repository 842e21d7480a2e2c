using System.Buffers;
using Naru.Core.WaitingRoom;

namespace Naru.Tests.WaitingRoom;

/// <summary>
/// A crowd in front of the real line, in virtual time and from one seed: visitors arrive, poll as told, claim, use their pass
/// and leave; nodes tick with the delay of a store. What must always hold is checked as it happens.
/// </summary>
internal sealed class LineSimulation
{
    internal const long Start = 1_800_000_000_000;

    private readonly PriorityQueue<Action, (long, long)> _events = new();
    private readonly Dictionary<long, SimVisitor> _byNumber = [];
    private readonly HashSet<Grant> _grants = [];
    private readonly FillRandom _fill;
    private long _order;
    private bool _mayBeLost;

    internal LineSimulation(ulong seed, RoomSettings settings, int nodes = 1, bool mayBeLost = false)
    {
        Seed = seed;
        Random = new Random((int)seed);
        Settings = settings;
        _fill = bytes => Random.NextBytes(bytes);
        Authority = new RoomAuthority(settings, _fill, Start, mayBeLost);
        _mayBeLost = mayBeLost;
        for (int i = 0; i < nodes; i++)
        {
            var node = new SimNode(new RoomNode(i + 1));
            Nodes.Add(node);
            At(Start + Random.Next(RoomLimits.TickMs), () => Tick(node));
        }
        Run(100);
    }

    internal ulong Seed { get; }

    internal Random Random { get; }

    internal RoomSettings Settings { get; set; }

    internal RoomAuthority Authority { get; set; }

    internal List<SimNode> Nodes { get; } = [];

    internal long NowMs { get; private set; } = Start;

    /// <summary>Between a report and its answer.</summary>
    internal int StoreDelayMs { get; set; } = 3;

    /// <summary>At most so much longer, at random.</summary>
    internal int StoreJitterMs { get; set; }

    /// <summary>The store answers nobody.</summary>
    internal bool StoreLost { get; set; }

    /// <summary>Of each node, for the visitors who are preferred.</summary>
    internal PriorityLane[] Lanes { get; set; } = [];

    internal List<SimVisitor> Visitors { get; } = [];

    internal List<long> AdmittedAtMs { get; } = [];

    internal int MostActive { get; private set; }

    internal ArrayBufferWriter<byte> Journal { get; } = new();

    internal double Elapsed => (NowMs - Start) / 1000.0;

    internal void At(long ms, Action action) => _events.Enqueue(action, (ms, _order++));

    internal void Run(long durationMs)
    {
        long end = NowMs + durationMs;
        while (_events.TryPeek(out _, out var due) && due.Item1 <= end)
        {
            NowMs = Math.Max(NowMs, due.Item1);
            _events.Dequeue()();
        }
        NowMs = end;
    }

    /// <summary>Visitors over a time, evenly at random.</summary>
    internal void Arrive(int count, long overMs, Action<SimVisitor>? shape = null)
    {
        for (int i = 0; i < count; i++)
        {
            var visitor = new SimVisitor { Node = Random.Next(Nodes.Count), StayMs = 5_000 };
            shape?.Invoke(visitor);
            Visitors.Add(visitor);
            At(NowMs + (long)(Random.NextDouble() * overMs), () => Come(visitor));
        }
    }

    /// <summary>The process dies and starts again from what is durable; its visitors keep their tickets and passes.</summary>
    internal void Restart(bool fromSave)
    {
        var saved = new ArrayBufferWriter<byte>();
        if (fromSave)
        {
            Authority.Save(saved);
            Authority = RoomAuthority.Restore(saved.WrittenSpan, Settings, _fill, NowMs);
        }
        else
        {
            Authority = new RoomAuthority(Settings, _fill, NowMs, _mayBeLost);
            Authority.Replay(Journal.WrittenSpan);
        }
        for (int i = 0; i < Nodes.Count; i++)
            Forget(Nodes[i]);
    }

    /// <summary>Every memory of the line is lost, but for what nodes know that live on.</summary>
    internal void Lose(params SimNode[] survivors)
    {
        Authority = new RoomAuthority(Settings, _fill, NowMs, _mayBeLost = true);
        Journal.ResetWrittenCount();
        foreach (var node in Nodes)
            if (!survivors.Contains(node))
                Forget(node);
    }

    private void Forget(SimNode node) => node.Room = new RoomNode(1_000_000 + NowMs % 1_000_000 * 10 + Nodes.IndexOf(node));

    private void Tick(SimNode node)
    {
        if (!StoreLost && !node.Dead)
        {
            var room = node.Room;
            var report = room.TakeReport(NowMs);
            var update = new RoomUpdate();
            var authority = Authority;
            // The authority acts when the report arrives; the answer takes as long again.
            authority.Tick(report, update, NowMs);
            authority.TakeChanges(Journal);
            MostActive = Math.Max(MostActive, authority.View.Active);
            if (authority.View.Active > authority.View.Settings.Active && !LimitLowered)
                throw new InvalidOperationException($"Seed {Seed}: {authority.View.Active} active.");
            At(NowMs + StoreDelayMs + (StoreJitterMs == 0 ? 0 : Random.Next(StoreJitterMs + 1)), () =>
            {
                if (node.Room == room && authority == Authority)
                    room.Accept(update, NowMs);
            });
        }
        At(NowMs + RoomLimits.TickMs, () => Tick(node));
    }

    internal bool LimitLowered { get; set; }

    private void Come(SimVisitor visitor)
    {
        var room = Nodes[visitor.Node].Room;
        visitor.CameMs = NowMs;
        if (room.TryEnterDirectly(NowMs, out var grant))
        {
            visitor.Direct = true;
            Enter(visitor, grant);
            return;
        }
        if (room.TryJoin(NowMs, out long number) != JoinResult.Joined)
        {
            visitor.Refused++;
            At(NowMs + 500, () => Come(visitor));
            return;
        }
        if (!_byNumber.TryAdd(number, visitor))
            throw new InvalidOperationException($"Seed {Seed}: number {number} was given out twice.");
        visitor.Number = number;
        visitor.Epoch = room.Epoch;
        visitor.JoinedMs = NowMs;
        if (visitor.IsPreferred)
            visitor.Turn = Lanes[visitor.Node].Take(room.View!);
        Poll(visitor);
    }

    private void Poll(SimVisitor visitor)
    {
        if (visitor.Admitted || visitor.Left)
            return;
        if (visitor.GivesUpAfterMs is { } patience && NowMs - visitor.JoinedMs > patience)
        {
            visitor.Left = true;
            return;
        }
        if (visitor.Roams)
            visitor.Node = Random.Next(Nodes.Count);
        var room = Nodes[visitor.Node].Room;
        var look = room.Look(visitor.Number, visitor.Epoch, NowMs, visitor.Turn);
        visitor.Looks++;
        visitor.LastState = look.State;
        visitor.LastAhead = look.Ahead;
        if (look.State == VisitorState.Unknown)
        {
            visitor.LostPlace++;
            Come(visitor);
            return;
        }
        if (look.State is VisitorState.Waiting)
            visitor.Forecasts.Add((NowMs, look.EtaLowS, look.EtaHighS));
        if (look.State is VisitorState.Called or VisitorState.Admitted)
        {
            if (visitor.CalledMs == 0)
                visitor.CalledMs = NowMs;
            if (visitor.NoShow)
            {
                visitor.Left = true;
                return;
            }
            var result = room.TryClaim(visitor.Number, visitor.Epoch, NowMs, out var grant, visitor.Turn);
            if (result == ClaimResult.Admitted)
            {
                Enter(visitor, grant);
                return;
            }
            visitor.Held++;
        }
        long next = NowMs + look.PollAfterMs + Random.Next(20, 200);
        if (visitor.SleepsUntilMs > NowMs)
            next = visitor.SleepsUntilMs;
        At(next, () => Poll(visitor));
    }

    private void Enter(SimVisitor visitor, Grant grant)
    {
        if (!_grants.Add(grant) && grant.Slot != Grant.LocalSlot)
            throw new InvalidOperationException($"Seed {Seed}: {grant} was given twice.");
        visitor.Admitted = true;
        visitor.Grant = grant;
        visitor.AdmittedMs = NowMs;
        visitor.PassEpoch = Nodes[visitor.Node].Room.Epoch;
        AdmittedAtMs.Add(NowMs);
        Use(visitor);
    }

    private void Use(SimVisitor visitor)
    {
        if (NowMs - visitor.AdmittedMs > visitor.StayMs)
        {
            visitor.Left = true;
            if (visitor.Releases)
                Nodes[visitor.Node].Room.Release(visitor.Grant.Slot, visitor.Grant.Admission);
            return;
        }
        if (visitor.Roams)
            visitor.Node = Random.Next(Nodes.Count);
        var check = Nodes[visitor.Node].Room.Touch(visitor.Grant.Slot, visitor.Grant.Admission, visitor.PassEpoch, visitor.AdmittedMs, NowMs);
        visitor.LastCheck = check;
        if (check != PassCheck.Valid)
        {
            visitor.PassLost = true;
            return;
        }
        At(NowMs + Random.Next(500, Math.Max(501, Settings.SessionMs / 2)), () => Use(visitor));
    }

    /// <summary>How many of those admitted, in the worst window, go beyond rate · t: at most the burst.</summary>
    internal double WorstBurst(double perSecond)
    {
        double level = 0;
        double worst = 0;
        long last = long.MinValue;
        foreach (long at in AdmittedAtMs)
        {
            if (last != long.MinValue)
                level = Math.Max(0, level - perSecond * (at - last) / 1000);
            last = at;
            worst = Math.Max(worst, ++level);
        }
        return worst;
    }

    internal double AdmittedPerSecond(long fromMs, long toMs) =>
        AdmittedAtMs.Count(t => t >= fromMs && t < toMs) * 1000.0 / (toMs - fromMs);
}

internal sealed class SimNode(RoomNode room)
{
    internal RoomNode Room { get; set; } = room;

    internal bool Dead { get; set; }
}

internal sealed class SimVisitor
{
    internal int Node { get; set; }
    internal bool Roams { get; init; }
    internal bool NoShow { get; set; }
    internal bool IsPreferred { get; set; }
    internal long Turn { get; set; } = long.MaxValue;
    internal bool Releases { get; set; }
    internal long? GivesUpAfterMs { get; set; }
    internal long SleepsUntilMs { get; set; }
    internal long StayMs { get; set; }

    internal long Number { get; set; }
    internal long Epoch { get; set; }
    internal long PassEpoch { get; set; }
    internal long CameMs { get; set; }
    internal long JoinedMs { get; set; }
    internal long CalledMs { get; set; }
    internal long AdmittedMs { get; set; }
    internal bool Direct { get; set; }
    internal bool Admitted { get; set; }
    internal bool Left { get; set; }
    internal bool PassLost { get; set; }
    internal int Refused { get; set; }
    internal int LostPlace { get; set; }
    internal int Held { get; set; }
    internal int Looks { get; set; }
    internal long LastAhead { get; set; }
    internal VisitorState LastState { get; set; }
    internal PassCheck LastCheck { get; set; }
    internal Grant Grant { get; set; }
    internal List<(long AtMs, int LowS, int HighS)> Forecasts { get; } = [];
}
