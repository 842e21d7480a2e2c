using System.Net;
using System.Net.Sockets;

namespace Naru.Demo;

/// <summary>
/// A small server on loopback that can be broken on purpose.
/// Owner: the demo. Thread: the .NET pool. Invariant: the port stays bound while the server is dead, so nobody else gets it.
/// </summary>
internal abstract class DemoServer : IAsyncDisposable
{
    /// <summary>What slow adds to each answer.</summary>
    public static readonly TimeSpan SlowBy = TimeSpan.FromMilliseconds(150);

    private const int Backlog = 512;

    private readonly TimeSpan _delay;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _connections = [];
    private Socket _listener;
    private TaskCompletionSource _conditionChanged = NewSignal();
    private bool _disposed;

    protected DemoServer(string name, TimeSpan delay, TimeProvider? clock)
    {
        Name = name;
        _delay = delay;
        _clock = clock ?? TimeProvider.System;
        _listener = BindTo(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        Listen(_listener);
    }

    public string Name { get; }

    public IPEndPoint EndPoint { get; }

    public DemoCondition Condition { get; private set; }

    /// <summary>Times of the answers, as the server itself sees them.</summary>
    public LatencyWindow Latency { get; } = new();

    public void Become(DemoCondition condition)
    {
        Socket[] reset = [];
        lock (_lock)
        {
            if (_disposed || condition == Condition)
                return;
            if (condition == DemoCondition.Dead)
            {
                reset = [.. _connections];
                _listener.Dispose();
                _listener = BindTo(EndPoint);
            }
            else if (Condition == DemoCondition.Dead)
            {
                Listen(_listener);
            }
            Condition = condition;
            _conditionChanged.TrySetResult();
            _conditionChanged = NewSignal();
        }
        foreach (var connection in reset)
            Reset(connection);
    }

    public ValueTask DisposeAsync()
    {
        Socket[] connections;
        lock (_lock)
        {
            _disposed = true;
            connections = [.. _connections];
            _listener.Dispose();
            _conditionChanged.TrySetResult();
        }
        foreach (var connection in connections)
            Reset(connection);
        return ValueTask.CompletedTask;
    }

    /// <summary>Serves one connection until its end; a reset or a close in the middle may throw <see cref="SocketException"/>.</summary>
    protected abstract Task Serve(Socket connection);

    /// <summary>The time an answer takes, in whatever condition the server is.</summary>
    protected async Task Work()
    {
        await WhileHung();
        await Task.Delay(Condition == DemoCondition.Slow ? _delay + SlowBy : _delay, _clock);
        await WhileHung();
    }

    /// <summary>Ends at once, unless the server hangs.</summary>
    protected async Task WhileHung()
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_disposed || Condition != DemoCondition.Hung)
                    return;
                changed = _conditionChanged.Task;
            }
            await changed;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Socket BindTo(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
        return socket;
    }

    /// <summary>With no linger a close sends RST.</summary>
    private static void Reset(Socket connection)
    {
        try
        {
            connection.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
        connection.Dispose();
    }

    private void Listen(Socket listener)
    {
        listener.Listen(Backlog);
        _ = Accept(listener);
    }

    private async Task Accept(Socket listener)
    {
        try
        {
            while (true)
                _ = ServeOne(await listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed: dead, or the demo is over.
        }
    }

    private async Task ServeOne(Socket connection)
    {
        lock (_lock)
        {
            _connections.Add(connection);
            if (_disposed || Condition == DemoCondition.Dead)
                Reset(connection);
        }
        try
        {
            connection.NoDelay = true;
            await Serve(connection);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            lock (_lock)
                _connections.Remove(connection);
            connection.Dispose();
        }
    }
}
