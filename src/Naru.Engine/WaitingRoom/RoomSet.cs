using System.Buffers.Binary;
using System.Security.Cryptography;
using Naru.Core.Config;
using Naru.Core.WaitingRoom;
using Naru.Core.WaitingRoom.Proof;
using Naru.Engine.Pools;
using Naru.Engine.Store;
using Naru.Engine.Telemetry;

namespace Naru.Engine.WaitingRoom;

/// <summary>
/// The rooms of the running configuration, with their store and their keeper. Owner: the engine. Thread: the control plane, one call at
/// a time. Invariant: a room of the same name keeps its line, its counters and everybody in it through every reload.
/// </summary>
internal sealed class RoomSet(int loops, Action<string> log) : IDisposable
{
    // Positive, and exact also where a store counts in doubles.
    private const long NodeIdMax = (1L << 53) - 1;

    private readonly Dictionary<string, Room> _rooms = [];

    // Unique in a cluster, and new at every start: what a dead process was lent is not taken for ours.
    private readonly long _nodeId = BinaryPrimitives.ReadInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(long))) & NodeIdMax;
    private readonly SemaphoreSlim _control = new(1);
    private RoomKeeper? _keeper;
    private IRoomStore? _store;
    private string _storeName = "";
    private IReadOnlyList<string> _order = [];
    private readonly HashSet<string> _told = [];
    private int _nextIndex;

    public IReadOnlyDictionary<string, Room> Rooms => _rooms;

    public IReadOnlyList<RoomStatus> Status() => [.. _order.Select(name => RoomStatusReader.Read(_rooms[name]))];

    /// <summary>Does all that can fail for the next configuration: store, keys, lines. Nothing has changed for anyone yet.</summary>
    /// <exception cref="EngineException">It cannot run: one clear line.</exception>
    public NextRooms Prepare(Snapshot snapshot)
    {
        var next = new NextRooms();
        if (snapshot.WaitingRooms.Count == 0)
            return next;
        OpenStore(snapshot.Store);
        try
        {
            foreach (var options in snapshot.WaitingRooms)
                next.Add(Prepare(options));
        }
        catch
        {
            next.Discard();
            throw;
        }

        return next;
    }

    /// <summary>Swaps the rules; new rooms begin. To be called before the listeners that use them.</summary>
    public void Apply(NextRooms next)
    {
        foreach (var (options, rules, authority, clock) in next.Rooms)
        {
            if (_rooms.TryGetValue(options.Name, out var room))
            {
                room.Rules = rules;
                var settings = RoomOptionsMap.Settings(options);
                TellOvertaken(room, settings);
                Done(room.Authority.ConfigureAsync(settings, room.Clock.NowMs));
                continue;
            }

            room = new Room(options.Name, _nextIndex++, new RoomNode(_nodeId, options.Active), _nodeId, authority!, clock, rules, loops);
            _rooms.Add(options.Name, room);
            (_keeper ??= new RoomKeeper(log)).Add(room);
        }

        _order = [.. next.Rooms.Select(r => r.Options.Name)];
    }

    /// <summary>Ends the rooms that are gone from the configuration, once no listener leads to them.</summary>
    public void RemoveGone(Snapshot snapshot, IReadOnlyDictionary<string, Pool> pools)
    {
        foreach (var room in _rooms.Values.Where(r => !_order.Contains(r.Name)).ToArray())
        {
            _rooms.Remove(room.Name);
            room.IsRemoved = true;
            _keeper!.Remove(room);
            Done(room.Authority.DisposeAsync());
        }

        foreach (var room in _rooms.Values)
        {
            var routes = snapshot.Listeners.SelectMany(l => l.Routes).Where(r => r.WaitingRoom == room.Name && r.Pool != null);
            room.Pulse = room.Rules.Options.AdmitAuto ? new RoomPulse([.. routes.Select(r => pools[r.Pool!]).Distinct()]) : null;
        }

        TellUnused();
    }

    /// <summary>Does what the operator asks; the task ends when it lasts.</summary>
    public async Task<RoomControlResult> ControlAsync(Room room, RoomControl control)
    {
        // Two moves at a time would undo each other.
        await _control.WaitAsync();
        try
        {
            return await RoomHand.MoveAsync(room, control);
        }
        finally
        {
            _control.Release();
        }
    }

    public void Dispose()
    {
        _keeper?.Dispose();
        if (_store != null)
            Done(_store.DisposeAsync());
        _control.Dispose();
    }

    /// <summary>A room that was renamed begins with an empty line: the operator should learn where the other one is.</summary>
    private void TellUnused()
    {
        foreach (var unused in _store?.Unused ?? [])
        {
            if (_rooms.ContainsKey(unused.Name) || !_told.Add(unused.Name))
                continue;
            string waiting = unused.Waiting < 0 ? "" : $" ({unused.Waiting} waiting)";
            log($"store: {_store!.Place} keeps the line of the room '{unused.Name}'{waiting}, which is not in the configuration. "
                + "It stays there, and goes on when a room has that name again; docs/store.md tells how to drop it.");
        }
    }

    /// <summary>What the operator changed by hand ends where the file says something new: they should know that it did.</summary>
    private void TellOvertaken(Room room, RoomSettings settings)
    {
        if (room.Node.View?.Controls is not { } controls)
            return;
        string[] ended = [.. RoomStatusReader.ByHand(controls).Except(RoomStatusReader.ByHand(controls.Beside(settings, room.Clock.NowMs)))];
        if (ended.Length > 0)
            log($"waiting room {room.Name}: the file says something new, so what was done by hand counts no more: {string.Join(", ", ended)}.");
    }

    private void OpenStore(StoreOptions? options)
    {
        string name = RoomOptionsMap.StoreName(options);
        if (_store != null && name != _storeName)
            throw new EngineException($"store: the lines are kept in {_storeName} and cannot move to {name} while Naru runs. Restart it for that.");
        if (_store != null)
            return;
        _store = StoreChoice.Open(options, log);
        _storeName = name;
    }

    private NextRoom Prepare(WaitingRoomOptions options)
    {
        _rooms.TryGetValue(options.Name, out var room);
        var clock = room?.Clock ?? new RoomClock();
        var rules = new RoomRules(options, Keys(options, room?.Rules.Keys), room?.Rules, loops, clock.NowMs);
        bool hasKeyFile = options.Key != null || options.PreviousKey != null;
        return new(options, rules, room == null ? Done(_store!.OpenAsync(RoomOptionsMap.Settings(options), hasKeyFile, clock.NowMs)) : null, clock);
    }

    // A reload is one call of the control plane, and these take as long as a file or a store in the next room.
    private static T Done<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();

    private static void Done(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    private RoomKeys Keys(WaitingRoomOptions options, RoomKeys? before)
    {
        byte[] key = options.Key ?? Done(_store!.SecretAsync(options.Name));
        before ??= new RoomKeys(options.Name, options.PreviousKey ?? key);
        return before.Renew(options.PreviousKey, key);
    }
}

/// <summary>What the next configuration needs of rooms, made ready. Owner: the engine, during a reload.</summary>
internal sealed class NextRooms
{
    private readonly List<NextRoom> _rooms = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<NextRoom> Rooms => _rooms;

    public void Add(NextRoom room) => _rooms.Add(room);

    /// <summary>The configuration does not come.</summary>
    public void Discard()
    {
        foreach (var room in _rooms)
            room.Authority?.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

/// <param name="Authority">Null where the room runs already.</param>
internal readonly record struct NextRoom(WaitingRoomOptions Options, RoomRules Rules, IRoomAuthority? Authority, RoomClock Clock);
