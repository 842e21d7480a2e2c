using System.Net;
using Naru.Engine.Linux;
using Naru.Engine.Loop;
using Naru.Engine.Workers;

namespace Naru.Engine.Listeners;

/// <summary>
/// One listening socket on one loop. Owner: its worker. Thread: the loop.
/// When the process or the machine has no room for more connections it stops accepting for a while: the kernel's backlog
/// holds newcomers meanwhile, and the loop does not spin on a socket that stays ready.
/// </summary>
internal sealed class Acceptor(Worker worker, Listener listener, IPEndPoint bind, int fd) : EventTarget(worker.Loop)
{
    private const int PauseMsMin = 50;
    private const int PauseMsMax = 1000;

    private int _fd = fd;
    private int _pauseMs = PauseMsMin;

    /// <summary>Who serves the clients: another one after a reload that moved the address.</summary>
    public Listener Listener { get; private set; } = listener;

    public IPEndPoint Bind { get; } = bind;

    public void Start() => Loop.Watch(this, _fd, Epoll.In);

    public override void OnEvents(uint events) => Accept(EngineLimits.AcceptsPerTurn);

    public override void OnTimer(int timer)
    {
        if (_fd < 0)
            return;
        Loop.Watch(this, _fd, Epoll.In);
        Accept(EngineLimits.AcceptsPerTurn);
    }

    public void HandTo(Listener next)
    {
        if (Listener.Protocol != next.Protocol)
            StreamSocket.DeferAccept(_fd, next.AcceptDeferSeconds);
        Listener = next;
    }

    /// <summary>The first half of a stop: who has begun to connect is still served, others come too late.</summary>
    public void RefuseNewcomers()
    {
        if (_fd >= 0)
            StreamSocket.RefuseNewcomers(_fd);
    }

    /// <summary>The second half, <see cref="EngineLimits.LastClientsMs"/> later: serves whom the kernel has welcomed since, then closes.</summary>
    public void Stop()
    {
        if (_fd < 0)
            return;
        Accept(EngineLimits.Backlog);
        Close();
    }

    private void Close()
    {
        if (_fd < 0)
            return;
        Descriptor.Close(_fd);
        _fd = -1;
        Generation++;
        Loop.Forget(this);
    }

    private void Accept(int countMax)
    {
        for (int i = 0; i < countMax && _fd >= 0; i++)
        {
            if (!worker.HasRoom)
            {
                Pause("maxConnections or the limit of open files is reached");
                return;
            }

            int accepted = StreamSocket.Accept(_fd, out var peer);
            if (accepted >= 0)
            {
                _pauseMs = PauseMsMin;
                worker.Accepted(Listener, accepted, peer);
                continue;
            }

            switch (accepted)
            {
                case Errno.Again:
                    return;
                case Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBuffers or Errno.NoMemory:
                    Pause(Errno.Text(accepted));
                    return;
                case Errno.BadDescriptor or Errno.Invalid or Errno.NotASocket:
                    worker.Log($"listener {Listener.Name}: {Bind} is broken ({Errno.Text(accepted)}); it accepts no more.");
                    Close();
                    return;
                default:
                    // A client that was gone before we came (ECONNABORTED and kin): the next one, please.
                    continue;
            }
        }
    }

    private void Pause(string why)
    {
        worker.LogSeldom($"listener {Listener.Name}: not accepting for a moment: {why}.");
        Loop.Unwatch(_fd);
        Loop.Arm(this, 0, Loop.NowMs + _pauseMs);
        _pauseMs = Math.Min(_pauseMs * 2, PauseMsMax);
    }
}
