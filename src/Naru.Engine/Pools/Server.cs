using System.Net;
using System.Text;
using Naru.Core.Balancing;
using Naru.Core.Config;
using Naru.Core.Health;
using Naru.Engine.Linux;

namespace Naru.Engine.Pools;

/// <summary>
/// One address in a pool. Owner: its pool; it lives through reloads as long as its address stays in the configuration.
/// Thread: the atomics are shared by all loops, <see cref="ForLoop"/> gives each loop its own part, the rest is written by
/// the health thread and read by anyone.
/// </summary>
internal sealed class Server : ServerLoad
{
    private readonly LoopServer[] _loops;
    private int _consecutiveFailures;

    public Server(Pool pool, ServerOptions options, IPEndPoint endpoint, int loopCount)
        : base(options.Address)
    {
        Pool = pool;
        Options = options;
        NameBytes = Encoding.UTF8.GetBytes(options.Address);
        EndPoint = endpoint;
        SocketName = SocketName.From(endpoint);
        MaxConnections = options.MaxConnections;
        _loops = new LoopServer[loopCount];
        for (int i = 0; i < loopCount; i++)
            _loops[i] = new LoopServer(this);
    }

    public Pool Pool { get; }

    /// <summary>Swapped by a reload.</summary>
    public ServerOptions Options { get; private set; }

    public IPEndPoint EndPoint { get; }

    public SocketName SocketName { get; }

    public string Name => Options.Address;

    public byte[] NameBytes { get; }

    /// <summary>Gone from the configuration: finishes what it has, keeps no idle connection.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>For the status report; the health thread writes it.</summary>
    public ServerVerdict Verdict { get; set; } = ServerVerdict.Initial;

    /// <summary>Active checks so far; the health thread writes it.</summary>
    public long Checks { get; set; }

    public long CheckFailures { get; set; }

    public LoopServer ForLoop(int loop) => _loops[loop];

    public ReadOnlySpan<LoopServer> Loops => _loops;

    public void Apply(ServerOptions options)
    {
        Options = options;
        MaxConnections = options.MaxConnections;
    }

    public void ReportSuccess()
    {
        // Read first: the line stays shared among the cores while all goes well.
        if (Volatile.Read(ref _consecutiveFailures) != 0)
            Volatile.Write(ref _consecutiveFailures, 0);
    }

    /// <summary>True exactly once for each time that the count reaches the threshold.</summary>
    public bool ReportFailure(int threshold)
    {
        int failures = Interlocked.Increment(ref _consecutiveFailures);
        if (threshold <= 0 || failures < threshold)
            return false;
        return Interlocked.CompareExchange(ref _consecutiveFailures, 0, failures) == failures;
    }
}

/// <summary>What the health thread holds of a server, as one immutable value.</summary>
/// <param name="EffectiveWeight">In thousandths; 0: gets no new request.</param>
internal sealed record ServerVerdict(ServerState State, string Reason, int EffectiveWeight)
{
    public static readonly ServerVerdict Initial = new(ServerState.Up, "", EligibleSet.WeightUnit);
}
