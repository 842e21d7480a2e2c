using Naru.Core.Config;
using Naru.Engine.Telemetry;

namespace Naru.Engine;

/// <summary>
/// The running load balancer: loops, listeners, pools, health. The program above feeds it snapshots and reads its status.
/// Thread: every method may be called from any thread. Invariant: a failed start or reload leaves nothing behind.
/// </summary>
public sealed class NaruEngine : IAsyncDisposable
{
    private NaruEngine()
    {
    }

    /// <summary>Binds every listener and starts the loops.</summary>
    /// <exception cref="EngineException">A port is busy, a privilege is missing, a name does not resolve: one clear line.</exception>
    public static NaruEngine Start(Snapshot snapshot) => throw new NotImplementedException();

    /// <summary>Swaps the snapshot. What did not change keeps sockets, connections, counters and health.</summary>
    /// <exception cref="EngineException">The new snapshot cannot run (a port is busy); the old one goes on.</exception>
    public void Reload(Snapshot snapshot) => throw new NotImplementedException();

    public StatusReport Status() => throw new NotImplementedException();

    /// <summary>Takes a server out of balancing while its requests end. False: no such pool or server.</summary>
    public bool Drain(string pool, string server) => throw new NotImplementedException();

    public bool Undrain(string pool, string server) => throw new NotImplementedException();

    /// <summary>Stops accepting, lets requests in flight end for at most <paramref name="drainTimeout"/>, then cuts them.</summary>
    public Task StopAsync(TimeSpan drainTimeout) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
