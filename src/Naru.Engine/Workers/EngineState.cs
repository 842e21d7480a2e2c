namespace Naru.Engine.Workers;

/// <summary>What all workers share: limits of the process, whether it drains, and where complaints go. Thread: any.</summary>
internal sealed class EngineState(Action<string> log)
{
    private int _connections;
    private int _descriptors;
    private int _maxConnections = int.MaxValue;
    private volatile bool _isDraining;

    public int Connections => Volatile.Read(ref _connections);

    public int MaxConnections
    {
        get => Volatile.Read(ref _maxConnections);
        set => Volatile.Write(ref _maxConnections, value);
    }

    /// <summary>Set once, by a stop: no new connection, and every response says close.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }

    /// <summary>One line for the operator.</summary>
    public Action<string> Log { get; } = log;

    /// <summary>Beyond it newcomers wait in the kernel's backlog.</summary>
    public long DescriptorsMax { get; set; } = long.MaxValue;

    /// <summary>Beyond it no connection to a server is opened either: the rest is for the admin, files and the runtime, which dies without.</summary>
    public long DescriptorsLast { get; set; } = long.MaxValue;

    public bool HasRoom => Connections < MaxConnections && Volatile.Read(ref _descriptors) < DescriptorsMax;

    public bool HasDescriptor => Volatile.Read(ref _descriptors) < DescriptorsLast;

    /// <summary>Less than half of the descriptors are in use: one may be opened or kept that could be done without.</summary>
    public bool IsRoomy => Volatile.Read(ref _descriptors) < DescriptorsMax / 2;

    public void AddConnection()
    {
        Interlocked.Increment(ref _connections);
        AddDescriptor();
    }

    public void RemoveConnection()
    {
        Interlocked.Decrement(ref _connections);
        RemoveDescriptor();
    }

    /// <summary>Both ends.</summary>
    public void AddPipe() => Interlocked.Add(ref _descriptors, 2);

    public void RemovePipe() => Interlocked.Add(ref _descriptors, -2);

    /// <summary>Sockets of clients and to servers are counted, and pipes; what else is open is a handful.</summary>
    public void AddDescriptor() => Interlocked.Increment(ref _descriptors);

    public void RemoveDescriptor() => Interlocked.Decrement(ref _descriptors);
}
