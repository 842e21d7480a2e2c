using System.Net;
using System.Net.Sockets;

namespace Naru.Core.Config;

/// <summary>
/// What no value shows alone: names that must exist or be unique, addresses that must not collide, features that a protocol
/// does not have. Runs on what could be read, so it speaks only of values that are right in themselves.
/// </summary>
internal static class ConfigRelations
{
    public static void Check(BindSession session, Snapshot snapshot)
    {
        CheckUnique(session.ListenerNames.Select(l => (l.At, l.Name)), "names a listener already");
        CheckUnique(session.Binds.Select(b => (b.At, b.EndPoint.ToString())), "is bound already");
        CheckAdminBind(session, snapshot.Admin);
        CheckPoolUses(session, snapshot);
        CheckRooms(session, snapshot);
        // Beside errors the file is not what was meant, and warnings about it would be noise.
        if (session.HasErrors)
            return;
        WarnOfUnusedPools(session);
        WarnOfRooms(session, snapshot);
        foreach (var listener in snapshot.Listeners)
            WarnOfHiddenRoutes(session, listener);
    }

    private static void CheckUnique(IEnumerable<(Cursor At, string Value)> values, string complaint)
    {
        var seen = new Dictionary<string, Cursor>();
        foreach (var (at, value) in values)
            if (!seen.TryAdd(value, at))
                at.Fail($"{Shown.Value(value)} {complaint}, at {seen[value].Path} (line {seen[value].Node.Line}).", "Give another one.");
    }

    /// <summary>The admin interface does not share its port, so a listener on all addresses is in its way too.</summary>
    private static void CheckAdminBind(BindSession session, AdminOptions admin)
    {
        if (!IPEndPoint.TryParse(admin.Bind, out var own))
            return;
        foreach (var (at, bind) in session.Binds)
        {
            if (bind.Port != own.Port || !Overlap(bind.Address, own.Address))
                continue;
            var complaint = $"is taken by the admin interface, which binds {own}.";
            if (session.AdminBind is { } adminAt)
                at.Fail($"{at.Written} {complaint}", $"Give another port here or at {adminAt.Path}.");
            else
                at.Fail($"{at.Written} {complaint}", "Give another port, or move the admin interface by admin: { bind: … }.");
        }
    }

    private static bool Overlap(IPAddress a, IPAddress b) => a.AddressFamily == b.AddressFamily
        && (a.Equals(b) || IsAny(a) || IsAny(b));

    private static bool IsAny(IPAddress address) =>
        address.Equals(address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any);

    private static void CheckPoolUses(BindSession session, Snapshot snapshot)
    {
        var pools = snapshot.Pools.ToDictionary(pool => pool.Name);
        var names = session.PoolNames.Select(pool => pool.Name).ToHashSet();
        foreach (var (at, name, protocol) in session.PoolUses)
        {
            if (!names.Contains(name))
                at.Fail($"there is no pool {Shown.Value(name)}.", UnknownFix(session, name, names, "pools", "{ servers: [10.0.0.1:8080] }"));
            else if (protocol == ListenerProtocol.Tcp && pools.TryGetValue(name, out var pool))
                CheckTcpUse(at, pool);
        }
    }

    private static void WarnOfUnusedPools(BindSession session)
    {
        var used = session.PoolUses.Select(use => use.Pool).ToHashSet();
        foreach (var (at, name) in session.PoolNames)
            if (!used.Contains(name))
                at.Warn("no listener or route uses this pool.", "Remove it, or send traffic to it.");
    }

    private static void CheckRooms(BindSession session, Snapshot snapshot)
    {
        var names = session.RoomNames.Select(room => room.Name).ToHashSet();
        foreach (var (at, name) in session.RoomUses)
            if (!names.Contains(name))
                at.Fail($"there is no waiting room {Shown.Value(name)}.", UnknownFix(session, name, names, "waitingRooms", "{ admit: 100/s, active: 1000 }"));
        if (snapshot.Store is not { Redis: not null })
            return;
        // Each node would make a key of its own, and no node would know the places that another one gave.
        foreach (var at in session.RoomsWithoutKey)
            at.Absent("keyFile").Fail("is missing: nodes that share a Redis need the same key.",
                $"Make one for all of them, for example by: openssl rand -base64 {ConfigLimits.KeyBytesMin} > room.key && chmod 600 room.key");
    }

    private static void WarnOfRooms(BindSession session, Snapshot snapshot)
    {
        var used = session.RoomUses.Select(use => use.Room).ToHashSet();
        foreach (var (at, name) in session.RoomNames)
            if (!used.Contains(name))
                at.Warn("no route uses this waiting room.", "Remove it, or name it in a route by waitingRoom.");
        foreach (var room in snapshot.WaitingRooms.Where(r => r.Identity is { IsCookie: false }))
            if (!snapshot.Listeners.Any(l => !l.TrustedProxies.IsEmpty && l.Routes.Any(r => r.WaitingRoom == room.Name)))
                session.RoomNames.First(r => r.Name == room.Name).At.Warn($"no listener in front of it has trustedProxies, so nobody's {room.Identity!.Name} is believed.",
                    "List the proxies that set the field and take it from everybody else, or use identity: cookie:NAME.");
        if (snapshot.Store is null && session.RoomNames.Count > 0)
            session.RoomNames[0].At.Warn("there is no store: a restart of Naru begins the line anew.", "Give store: { path: /var/lib/naru }.");
    }

    private static string UnknownFix(BindSession session, string name, HashSet<string> names, string section, string example)
    {
        if (names.Count == 0)
            return $"Add it: {section}: {{ {Shown.Value(name)}: {example} }}.";
        var nearest = session.IsFull ? null : NearestName.Find(name, names);
        return nearest is not null ? $"Did you mean {Shown.Value(nearest)}?"
            : names.Count <= 10 ? $"The {(section == "pools" ? "pools" : "waiting rooms")} are {Shown.List(names.Select(Shown.Value), "and")}."
            : $"Add it under {section}.";
    }

    /// <summary>A relay sees bytes, no requests.</summary>
    private static void CheckTcpUse(Cursor at, PoolOptions pool)
    {
        if (pool.Sticky is not null)
            at.Fail($"the pool {pool.Name} is sticky by a cookie, which tcp does not have.", "Use balance: source-hash in a pool of its own.");
        if (pool.Balance is BalanceAlgorithm.ConsistentHash or BalanceAlgorithm.Maglev && pool.Hash.On != HashSource.Source)
            at.Fail($"the pool {pool.Name} hashes by a part of requests, which tcp does not have.", "Use hash: { on: source } in a pool of its own.");
        if (pool.AdaptiveConcurrency != AdaptiveConcurrency.Off)
            at.Fail($"the pool {pool.Name} has adaptiveConcurrency, which judges responses, and tcp has none.", "Give its servers maxConnections in a pool of its own.");
    }

    private static void WarnOfHiddenRoutes(BindSession session, ListenerOptions listener)
    {
        var first = new Dictionary<string, string>();
        foreach (var route in listener.Routes)
        {
            var match = route.Match;
            var headers = match.Headers.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}: {h.Value}");
            var key = string.Join('\n', [match.Host ?? "", match.Path ?? "/*", .. match.Methods.Order(StringComparer.Ordinal), .. headers]);
            if (!first.TryAdd(key, route.Name))
                session.Routes[route].Warn($"is never reached: {first[key]} matches the same.", "Remove one of the two.");
        }
    }
}
