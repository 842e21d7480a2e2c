using System.Text;
using Naru.Core.Config;

namespace Naru.Engine.Listeners;

/// <summary>
/// A listener as it runs. Owner: the engine; it lives through reloads as long as its name and protocol stay.
/// Thread: <see cref="Rules"/> is swapped whole by the control plane and read by loops once a request.
/// </summary>
internal sealed class Listener
{
    private readonly LoopListener[] _loops;
    private volatile ListenerRules _rules;
    private int _connections;

    public Listener(ListenerRules rules, int loopCount)
    {
        Name = rules.Options.Name;
        NameBytes = Encoding.UTF8.GetBytes(Name);
        Protocol = rules.Options.Protocol;
        FallbackHost = Encoding.ASCII.GetBytes(rules.Options.Binds[0].ToString());
        _rules = rules;
        _loops = new LoopListener[loopCount];
        for (int i = 0; i < loopCount; i++)
            _loops[i] = new LoopListener();
    }

    public string Name { get; }

    public byte[] NameBytes { get; }

    public ListenerProtocol Protocol { get; }

    /// <summary>Over TCP the server may be the one who speaks first.</summary>
    public int AcceptDeferSeconds => AcceptDeferSecondsOf(Protocol);

    /// <summary>What HTTP/1.0 requests without a Host are forwarded with.</summary>
    public byte[] FallbackHost { get; }

    /// <summary>Gone from the configuration: clients that are connected end with their current request.</summary>
    public bool IsRemoved { get; set; }

    public ListenerRules Rules
    {
        get => _rules;
        set => _rules = value;
    }

    /// <summary>Clients connected now, over all loops.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public ReadOnlySpan<LoopListener> Loops => _loops;

    public static int AcceptDeferSecondsOf(ListenerProtocol protocol) =>
        protocol == ListenerProtocol.Http ? EngineLimits.AcceptDeferSeconds : 0;

    public LoopListener ForLoop(int loop) => _loops[loop];

    public bool TryAddConnection()
    {
        if (Interlocked.Increment(ref _connections) <= _rules.Options.Limits.Connections)
            return true;
        Interlocked.Decrement(ref _connections);
        return false;
    }

    public void RemoveConnection() => Interlocked.Decrement(ref _connections);
}
