using Naru.Core.Config;
using Naru.Engine.Pools;

namespace Naru.Engine.Proxy;

/// <summary>
/// The idle upstream connections that began with a PROXY header. The header names the client of everything that follows, so
/// they serve that client's connection alone and end with it (HAProxy and Envoy keep them apart by the header as well).
/// Owner: the client's connection. Thread: its loop. Invariant: all are idle; the one that came back last stands last.
/// </summary>
internal sealed class ClientUpstreams
{
    private readonly UpstreamConnection[] _kept = new UpstreamConnection[EngineLimits.UpstreamsPerClient];
    private int _count;

    /// <summary>One to this server whose header has this version. Another version was asked for before a reload: it is closed.</summary>
    public UpstreamConnection? Take(LoopServer server, ProxyProtocolVersion version)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            var connection = _kept[i];
            if (connection.Server != server)
                continue;
            if (connection.Header == version)
            {
                connection.Unpark();
                return connection;
            }

            connection.Close();
        }

        return null;
    }

    /// <summary>The oldest one makes room.</summary>
    public void Add(UpstreamConnection connection)
    {
        if (_count == _kept.Length)
            _kept[0].Close();
        _kept[_count++] = connection;
    }

    public void Remove(UpstreamConnection connection)
    {
        int index = Array.IndexOf(_kept, connection, 0, _count);
        Array.Copy(_kept, index + 1, _kept, index, --_count - index);
        _kept[_count] = null!;
    }

    public void CloseAll()
    {
        while (_count > 0)
            _kept[_count - 1].Close();
    }
}
