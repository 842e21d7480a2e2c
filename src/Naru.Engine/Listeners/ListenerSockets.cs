using System.Net;
using Naru.Core.Config;
using Naru.Engine.Linux;

namespace Naru.Engine.Listeners;

/// <summary>The sockets that a snapshot needs beyond those that are open: opened before anything else changes, all or none.</summary>
internal sealed class ListenerSockets
{
    private readonly List<ListenerSocket> _sockets = [];
    private readonly Dictionary<string, List<IPEndPoint>> _binds = [];

    /// <exception cref="EngineException">An address can't be bound.</exception>
    public static ListenerSockets Open(
        Snapshot snapshot, IReadOnlyDictionary<string, Listener> listeners, IReadOnlyDictionary<string, IReadOnlyList<IPEndPoint>> bound, int loopCount)
    {
        var sockets = new ListenerSockets();
        var ours = bound.Values.SelectMany(b => b).ToHashSet();
        try
        {
            foreach (var options in snapshot.Listeners)
            {
                bool runs = listeners.TryGetValue(options.Name, out var listener) && listener.Protocol == options.Protocol;
                var open = runs ? bound[options.Name] : [];
                sockets._binds[options.Name] = [];
                foreach (var bind in options.Binds)
                    sockets.Add(options, bind, listener, open, ours, loopCount);
            }
        }
        catch
        {
            sockets.Close();
            throw;
        }

        return sockets;
    }

    public IEnumerable<ListenerSocket> Of(string listener) => _sockets.Where(s => s.Listener == listener);

    /// <summary>With the port that the kernel chose where the configuration says 0.</summary>
    public IReadOnlyList<IPEndPoint> BindsOf(ListenerOptions options) => _binds[options.Name];

    public void Close()
    {
        foreach (var socket in _sockets)
            Descriptor.Close(socket.Fd);
    }

    private void Add(
        ListenerOptions options, IPEndPoint bind, Listener? listener, IReadOnlyList<IPEndPoint> open, HashSet<IPEndPoint> ours, int loopCount)
    {
        // An address that is open stays open, whoever has it from now on; port 0 keeps the port that it was given.
        int index = options.Binds.ToList().IndexOf(bind);
        bool keepsPort = bind.Port == 0 && listener?.Rules.Options.Binds.ElementAtOrDefault(index)?.Equals(bind) == true && open.Count > index;
        if (keepsPort || ours.Contains(bind))
        {
            Take(options, keepsPort ? open[index] : bind);
            return;
        }

        // One of ours on the same port is no other program: it is about to close.
        if (bind.Port != 0 && ours.All(b => b.Port != bind.Port))
            Check(options, bind, StreamSocket.ProbeBind(bind));
        for (int loop = 0; loop < loopCount; loop++)
        {
            int result = StreamSocket.Listen(bind, EngineLimits.Backlog, Listener.AcceptDeferSecondsOf(options.Protocol), out int fd);
            Check(options, bind, result);
            if (bind.Port == 0 && StreamSocket.LocalAddress(fd, out var local) >= 0)
                bind = new IPEndPoint(bind.Address, local.Port);
            _sockets.Add(new ListenerSocket(options.Name, bind, loop, fd));
        }

        Take(options, bind);
    }

    private void Take(ListenerOptions options, IPEndPoint bind)
    {
        // The configuration has no address twice; one with a port of the kernel's choice may meet it.
        if (_binds.FirstOrDefault(b => b.Value.Contains(bind)).Key is { } other)
            throw new EngineException($"listener {options.Name}: {bind} is listener {other}'s. Choose another port.");
        _binds[options.Name].Add(bind);
    }

    private static void Check(ListenerOptions options, IPEndPoint bind, int result)
    {
        if (result >= 0)
            return;
        string fix = result switch
        {
            Errno.AddressInUse => "Stop the other program, or choose another port.",
            Errno.Access => "Ports below 1024 need root or CAP_NET_BIND_SERVICE (setcap cap_net_bind_service=+ep, or AmbientCapabilities in systemd).",
            Errno.AddressNotAvailable => "Give an address of this machine.",
            _ => "See the system's log.",
        };
        throw new EngineException($"listener {options.Name}: {bind} can't be bound: {Errno.Text(result)}. {fix}");
    }
}

internal sealed record ListenerSocket(string Listener, IPEndPoint Bind, int Loop, int Fd);
