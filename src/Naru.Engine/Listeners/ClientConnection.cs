using Naru.Core.Config;
using Naru.Core.Net;
using Naru.Core.ProxyProtocol;
using Naru.Core.Telemetry;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Net;
using Naru.Engine.Workers;

namespace Naru.Engine.Listeners;

/// <summary>
/// A connection that a listener accepted. Owner: its worker, which keeps all open ones in a list for a stop.
/// Thread: its loop.
/// </summary>
internal abstract class ClientConnection(Worker worker) : Connection(worker.Loop)
{
    /// <summary>The address of the client: the socket's, or what the PROXY protocol header says.</summary>
    private Endpoint _client;

    // Where the client connected to, by the PROXY protocol header; none: the socket says.
    private Endpoint _destination;
    private bool _countsForAddress;

    public Worker Worker { get; } = worker;

    public Listener Listener { get; private set; } = null!;

    public LoopListener Counters { get; private set; } = null!;

    /// <summary>What the socket says; trust is judged by it.</summary>
    public Endpoint Peer { get; private set; }

    public ref readonly Endpoint Client => ref _client;

    /// <summary>The time to drain is over: whatever is waited for ends.</summary>
    protected bool IsAborted { get; private set; }

    public ClientConnection? PreviousOpen { get; set; }

    public ClientConnection? NextOpen { get; set; }

    public void Begin(Listener listener, int fd, in Endpoint peer, bool countsForAddress)
    {
        Listener = listener;
        Counters = listener.ForLoop(Loop.Index);
        Counters.ConnectionsTotal++;
        Peer = peer;
        _countsForAddress = countsForAddress;
        _client = peer;
        _destination = default;
        IsAborted = false;
        // Clients that speak first have often spoken by the time they are accepted.
        Open(fd, tryReadFirst: true);
        Run();
    }

    /// <summary>Ends what the connection does now, in order: an idle one at once, a busy one after its response.</summary>
    public abstract void Drain();

    /// <summary>Ends it whatever it does.</summary>
    public void Abort()
    {
        IsAborted = true;
        EndWaits();
    }

    /// <summary>Wakes the story, wherever it waits.</summary>
    protected abstract void EndWaits();

    /// <summary>Starts the story; it ends with <see cref="Close"/>.</summary>
    protected abstract void Run();

    /// <summary>The header that tells a server who the client is and where it connected to; its length.</summary>
    public int WriteProxyHeader(ProxyProtocolVersion version, Span<byte> target)
    {
        var destination = _destination;
        if (destination.Family == IpFamily.None)
        {
            _ = StreamSocket.LocalAddress(Fd, out var local);
            destination = new Endpoint(local.AddressBytes, local.Port);
        }

        return ProxyProtocolWriter.Write(version, _client, destination, target);
    }

    protected void Close()
    {
        CloseSocket();
        Listener.RemoveConnection(Peer, _countsForAddress);
        Worker.Closed(this);
    }

    /// <summary>
    /// Who the client is and whether it may come in: reads the PROXY protocol header where the peer must send one, then
    /// asks the deny and allow lists. Completed: it may.
    /// </summary>
    protected async Job<EndReason> AdmitAsync(ListenerRules rules, long deadlineMs)
    {
        if (rules.DemandsProxyHeader(Peer))
        {
            var parsed = ProxyParse.NeedMore;
            while (parsed == ProxyParse.NeedMore)
            {
                if (await ReceiveAsync(deadlineMs) <= 0)
                    return IsAborted ? EndReason.Shutdown : EndReason.BadProxyHeader;
                parsed = ProxyProtocolParser.Parse(In!.Data, out var header);
                if (parsed != ProxyParse.Done)
                    continue;
                Consume(header.LengthBytes);
                if (!header.HasAddresses)
                    continue;
                _client = header.Source;
                _destination = header.Destination;
            }

            if (parsed == ProxyParse.Invalid)
                return EndReason.BadProxyHeader;
        }

        return rules.Admits(_client) ? EndReason.Completed : EndReason.AccessDenied;
    }
}
