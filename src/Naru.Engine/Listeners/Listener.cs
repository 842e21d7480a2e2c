using System.Text;
using Naru.Core.Config;
using Naru.Core.Net;
using Naru.Core.Telemetry;

namespace Naru.Engine.Listeners;

/// <summary>
/// A listener as it runs. Owner: the engine; it lives through reloads as long as its name and protocol stay.
/// Thread: <see cref="Rules"/> is swapped whole by the control plane and read by loops once a request.
/// </summary>
internal sealed class Listener
{
    private readonly LoopListener[] _loops;
    private readonly AddressCounts _addresses = new();
    private volatile ListenerRules _rules;
    private int _connections;

    public Listener(ListenerRules rules, int loopCount)
    {
        Name = rules.Options.Name;
        NameBytes = Encoding.UTF8.GetBytes(Name);
        Protocol = rules.Options.Protocol;
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

    /// <summary>Completed: the client is in. Otherwise why it is not.</summary>
    /// <param name="peer">Who is connected.</param>
    /// <param name="countsForAddress">To be told to <see cref="RemoveConnection"/>, since a reload may change who is counted.</param>
    public EndReason TryAddConnection(in Endpoint peer, out bool countsForAddress)
    {
        var rules = _rules;
        var limits = rules.Options.Limits;
        countsForAddress = false;
        if (Interlocked.Increment(ref _connections) > limits.Connections)
        {
            Interlocked.Decrement(ref _connections);
            return EndReason.ConnectionLimit;
        }

        if (limits.ConnectionsPerAddress == 0 || rules.SpeaksForOthers(peer))
            return EndReason.Completed;
        countsForAddress = _addresses.TryAdd(peer, limits.ConnectionsPerAddress);
        if (countsForAddress)
            return EndReason.Completed;
        Interlocked.Decrement(ref _connections);
        return EndReason.AddressLimit;
    }

    public void RemoveConnection(in Endpoint peer, bool countsForAddress)
    {
        if (countsForAddress)
            _addresses.Remove(peer);
        Interlocked.Decrement(ref _connections);
    }
}
