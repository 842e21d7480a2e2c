using Naru.Core.Config;
using Naru.Core.Http;
using Naru.Core.Net;
using Naru.Core.Routing;
using Naru.Engine.Pools;
using Naru.Engine.WaitingRoom;

namespace Naru.Engine.Listeners;

/// <summary>What a reload swaps of a listener: options and what is built from them. Immutable.</summary>
internal sealed class ListenerRules
{
    public ListenerRules(ListenerOptions options, IReadOnlyDictionary<string, Pool> pools, IReadOnlyDictionary<string, Room> rooms)
    {
        Options = options;
        if (options.Pool is { } pool)
            Pool = pools[pool];
        Table = new RouteTable(options.Routes);
        Routes = [.. options.Routes.Select(r => new Route(
            r, r.Pool is { } name ? pools[name] : null, r.WaitingRoom is { } room ? rooms[room] : null))];
        Rooms = RoomPaths.Of(options, rooms);
        HeadLimits = new HeadLimits(options.Limits.HeaderBytes, options.Limits.Headers);
        HeaderTimeoutMs = (int)options.Timeouts.Header.TotalMilliseconds;
        BodyTimeoutMs = (int)options.Timeouts.Body.TotalMilliseconds;
        IdleTimeoutMs = (int)options.Timeouts.Idle.TotalMilliseconds;
    }

    public ListenerOptions Options { get; }

    /// <summary>Of a tcp listener.</summary>
    public Pool? Pool { get; }

    public RouteTable Table { get; }

    /// <summary>By the index that the table finds.</summary>
    public Route[] Routes { get; }

    /// <summary>Null: no route has a waiting room.</summary>
    public RoomPaths? Rooms { get; }

    public HeadLimits HeadLimits { get; }

    public int HeaderTimeoutMs { get; }

    public int BodyTimeoutMs { get; }

    public int IdleTimeoutMs { get; }

    public bool DemandsProxyHeader(in Endpoint peer) =>
        Options.ProxyProtocolFrom is { } from && from.Contains(peer.Address);

    public bool Trusts(in Endpoint peer) => !Options.TrustedProxies.IsEmpty && Options.TrustedProxies.Contains(peer.Address);

    /// <summary>A proxy, whose clients share its address.</summary>
    public bool SpeaksForOthers(in Endpoint peer) => DemandsProxyHeader(peer) || Trusts(peer);

    public bool Admits(in Endpoint client) =>
        (Options.Deny.IsEmpty || !Options.Deny.Contains(client.Address))
        && (Options.Allow is not { } allow || allow.Contains(client.Address));
}
