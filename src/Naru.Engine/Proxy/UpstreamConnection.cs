using Naru.Core.Config;
using Naru.Engine.Linux;
using Naru.Engine.Net;
using Naru.Engine.Pools;
using Naru.Engine.Workers;

namespace Naru.Engine.Proxy;

/// <summary>
/// A connection to a server. Owner: the exchange that uses it, or the idle list of its server. Thread: its loop.
/// Invariant: an idle one has no unread byte and no pending operation; the first byte, end or error that comes while it
/// is idle closes it.
/// </summary>
internal sealed class UpstreamConnection(Worker worker) : Connection(worker.Loop)
{
    // An age limit that all connections share would end them all at once.
    private const double AgeJitter = 0.1;

    public LoopServer Server { get; private set; } = null!;

    /// <summary>Place in the idle list; -1 while in use.</summary>
    public int IdleIndex { get; set; } = -1;

    /// <summary>Has carried an exchange before: its server may have closed it in the meantime.</summary>
    public bool IsReused { get; private set; }

    /// <summary>The version of the PROXY header that it began with.</summary>
    public ProxyProtocolVersion Header { get; private set; }

    /// <summary>Of the client that the header names; null: anyone's requests may go over it.</summary>
    public ClientUpstreams? Client { get; private set; }

    public long ExpiresMs { get; private set; }

    /// <summary>Gets a socket. 0, or a negative errno when descriptors have run out.</summary>
    public int Open(LoopServer server, int maxAgeMs)
    {
        int fd = worker.State.HasDescriptor ? StreamSocket.Create(server.Server.SocketName) : Errno.TooManyFiles;
        if (fd < 0)
            return fd;
        Server = server;
        IsReused = false;
        Header = ProxyProtocolVersion.None;
        Client = null;
        ExpiresMs = Loop.NowMs + (long)(maxAgeMs * (1 - (AgeJitter * worker.Random.NextDouble())));
        server.Counters.Connections++;
        worker.State.AddDescriptor();
        Open(fd, tryReadFirst: false);
        return 0;
    }

    /// <summary>A PROXY header was sent: from now on the connection is this client's.</summary>
    public void BelongTo(ClientUpstreams client, ProxyProtocolVersion header)
    {
        Client = client;
        Header = header;
    }

    /// <summary>Keeps the connection for a next exchange, until it idled for so long or is too old.</summary>
    public void Park(int idleMs)
    {
        IsReused = true;
        Server.AddIdle(this);
        Client?.Add(this);
        ArmIdle(Math.Min(Loop.NowMs + idleMs, ExpiresMs));
    }

    public void Unpark()
    {
        Server.RemoveIdle(this);
        Client?.Remove(this);
    }

    public void Close()
    {
        if (IdleIndex >= 0)
            Unpark();
        if (IsOpen)
            worker.State.RemoveDescriptor();
        CloseSocket();
        worker.Return(this);
    }

    protected override void OnUnawaitedInput()
    {
        if (IdleIndex >= 0)
            Close();
    }

    protected override void OnIdleTimeout()
    {
        if (IdleIndex >= 0)
            Close();
    }
}
