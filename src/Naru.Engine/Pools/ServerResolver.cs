using System.Net;
using System.Net.Sockets;
using Naru.Core.Config;

namespace Naru.Engine.Pools;

/// <summary>Turns the names of servers into addresses, at start and reload.</summary>
internal static class ServerResolver
{
    /// <exception cref="EngineException">Names that do not resolve, all of them in one message.</exception>
    public static IReadOnlyDictionary<ServerOptions, IPEndPoint> Resolve(Snapshot snapshot)
    {
        var endpoints = new Dictionary<ServerOptions, IPEndPoint>();
        var errors = new List<string>();
        foreach (var pool in snapshot.Pools)
        {
            foreach (var server in pool.Servers)
            {
                if (Resolve(server) is { } address)
                    endpoints.Add(server, new IPEndPoint(address, server.Port));
                else
                    errors.Add($"pools.{pool.Name}: the name {server.Host} does not resolve. Mend the name, or give an IP address.");
            }
        }

        return errors.Count == 0 ? endpoints : throw new EngineException(string.Join('\n', errors));
    }

    private static IPAddress? Resolve(ServerOptions server)
    {
        if (IPAddress.TryParse(server.Host, out var literal))
            return literal;
        try
        {
            var addresses = Dns.GetHostAddresses(server.Host);
            return addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
