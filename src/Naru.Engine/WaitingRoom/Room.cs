using System.Text;
using Naru.Core.WaitingRoom;
using Naru.Engine.Store;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// A waiting room as it runs: the line (its node of it), the rules of the moment and what was counted.
/// Owner: the engine; it lives through reloads as long as its name stays, with everybody in it.
/// Thread: loops read and call the node; the keeper ticks; the control plane swaps <see cref="Rules"/> whole.
/// </summary>
internal sealed class Room
{
    private const long FaultLogIntervalMs = 10_000;

    private readonly LoopRoom[] _loops;
    private volatile RoomRules _rules;
    private volatile byte[] _message = [];
    private volatile bool _isRemoved;
    private long _nextFaultLogMs;
    private int _streams;

    /// <param name="index">Tells rooms of one process apart.</param>
    public Room(string name, int index, RoomNode node, long nodeId, IRoomAuthority authority, RoomClock clock, RoomRules rules, int loops)
    {
        Name = name;
        NameBytes = Encoding.UTF8.GetBytes(name);
        Index = index;
        Node = node;
        NodeMark = (ushort)(nodeId ^ (nodeId >> 16));
        Authority = authority;
        Clock = clock;
        _rules = rules;
        _loops = [.. Enumerable.Range(0, loops).Select(_ => new LoopRoom())];
    }

    public string Name { get; }

    public byte[] NameBytes { get; }

    public int Index { get; }

    public RoomNode Node { get; }

    public IRoomAuthority Authority { get; }

    public RoomClock Clock { get; }

    public RoomRules Rules
    {
        get => _rules;
        set => _rules = value;
    }

    /// <summary>The operator's word to those who wait, UTF-8; empty: none.</summary>
    public byte[] Message
    {
        get => _message;
        set => _message = value;
    }

    /// <summary>What the pools behind the room did; null: the rate does not follow them. Read by the keeper.</summary>
    public RoomPulse? Pulse { get; set; }

    /// <summary>Gone from the configuration.</summary>
    public bool IsRemoved
    {
        get => _isRemoved;
        set => _isRemoved = value;
    }

    /// <summary>For tickets: which node of a cluster gave them.</summary>
    public ushort NodeMark { get; }

    public ReadOnlySpan<LoopRoom> Loops => _loops;

    /// <summary>Event streams that are open.</summary>
    public int Streams => Volatile.Read(ref _streams);

    /// <summary>A tick that failed in a way that no store should. Thread: the keeper.</summary>
    public void LogFault(Action<string> log, Exception fault)
    {
        if (Clock.NowMs < _nextFaultLogMs)
            return;
        _nextFaultLogMs = Clock.NowMs + FaultLogIntervalMs;
        log($"waiting room {Name}: the store failed: {fault.Message}");
    }

    public LoopRoom ForLoop(int loop) => _loops[loop];

    public bool TryAddStream()
    {
        if (Interlocked.Increment(ref _streams) <= EngineLimits.EventStreamsPerRoom)
            return true;
        Interlocked.Decrement(ref _streams);
        return false;
    }

    public void RemoveStream() => Interlocked.Decrement(ref _streams);
}
