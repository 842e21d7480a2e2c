using Naru.Core.Config.Kinds;

namespace Naru.Core.Config.Keys;

/// <summary>The file as a whole.</summary>
internal static class RootKeys
{
    private static readonly ConfigKey<ProcessOptions> Process = new("process", ProcessKeys.Section, "The process as a whole.");

    private static readonly ConfigKey<AdminOptions> Admin = new("admin", AdminKeys.Section, "The admin interface.");

    private static readonly ConfigKey<AccessLogOptions> AccessLog = new("accessLog", AccessLogKeys.Section, "The access log. Absent: off.");

    private static readonly ConfigKey<IReadOnlyList<ListenerOptions>> Listeners = new("listeners",
        new ListKind<ListenerOptions>(ListenerKeys.Section, "listeners", 1, ConfigLimits.ListenersMax,
            emptyFix: "Give at least one listener, such as { bind: \":80\", routes: [{ pool: web }] }."),
        "Where traffic comes in.")
    { IsRequired = true };

    private static readonly ConfigKey<IReadOnlyList<KeyValuePair<string, PoolOptions>>> Pools = new("pools",
        new MapKind<PoolOptions>("a mapping of names to pools", "NAME", ConfigLimits.PoolsMax, TryPoolName, PoolKeys.Section),
        "Where traffic goes, by name.");

    private static readonly ConfigKey<StoreOptions> Store = new("store", StoreKeys.Section, "Where waiting rooms keep their lines.");

    private static readonly ConfigKey<IReadOnlyList<KeyValuePair<string, WaitingRoomOptions>>> WaitingRooms = new("waitingRooms",
        new MapKind<WaitingRoomOptions>("a mapping of names to waiting rooms", "NAME", ConfigLimits.WaitingRoomsMax, TryRoomName, WaitingRoomKeys.Section),
        "Where visitors wait whom the servers cannot take yet, by name.");

    public static readonly Section<Snapshot> Section = new(
        "a mapping of listeners and pools", "One file, `naru.yaml`, says all. Unknown keys are errors.",
        [Process, Admin, AccessLog, Store, Listeners, Pools, WaitingRooms], Bind);

    private static Snapshot Bind(SectionReader section)
    {
        var snapshot = new Snapshot
        {
            Process = section.Get(Process) ?? new(),
            Admin = section.Get(Admin) ?? new(),
            AccessLog = section.Get(AccessLog),
            Store = section.Get(Store),
            Listeners = section.Get(Listeners) ?? [],
            Pools = [.. (section.Get(Pools) ?? []).Select(pool => pool.Value)],
            WaitingRooms = [.. (section.Get(WaitingRooms) ?? []).Select(room => room.Value)],
        };
        ConfigRelations.Check(section.At.Session, snapshot);
        return snapshot;
    }

    private static bool TryRoomName(Cursor at, string text, out string name)
    {
        name = text;
        at.Session.RoomNames.Add((at, text));
        return Shared.Name.Check(at, text);
    }

    private static bool TryPoolName(Cursor at, string text, out string name)
    {
        name = text;
        at.Session.PoolNames.Add((at, text));
        return Shared.Name.Check(at, text);
    }
}
