using System.Text;
using Naru.Core.Config;
using Naru.Core.Http1;
using Naru.Core.Routing;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// The rooms of a listener and the hosts on which its routes have them: <c>/.naru/rooms/ROOM/…</c> speaks of a room only where
/// visitors can meet it. Owner: a listener's rules. Thread: any; immutable.
/// </summary>
internal sealed class RoomPaths
{
    private readonly (byte[] Name, Room Room, RouteTable Hosts)[] _rooms;

    private RoomPaths((byte[] Name, Room Room, RouteTable Hosts)[] rooms) => _rooms = rooms;

    /// <summary>Null: no route of the listener has a room.</summary>
    public static RoomPaths? Of(ListenerOptions options, IReadOnlyDictionary<string, Room> rooms)
    {
        var routes = options.Routes.Where(r => r.WaitingRoom != null).GroupBy(r => r.WaitingRoom!).ToArray();
        return routes.Length == 0 ? null : new RoomPaths([.. routes.Select(g => (
            Encoding.UTF8.GetBytes(g.Key),
            rooms[g.Key],
            new RouteTable([.. g.Select(r => new RouteOptions { Name = r.Name, Match = new() { Host = r.Match.Host } })])))]);
    }

    /// <param name="host">Canonical.</param>
    /// <param name="name">As it stands in the canonical path.</param>
    public Room? Find(ReadOnlySpan<byte> host, ReadOnlySpan<byte> name)
    {
        foreach (var (roomName, room, hosts) in _rooms)
        {
            if (name.SequenceEqual(roomName))
                return hosts.Find(new RouteQuery(host, "/"u8, default), default(RequestFields)) == RouteTable.NoRoute ? null : room;
        }

        return null;
    }
}
