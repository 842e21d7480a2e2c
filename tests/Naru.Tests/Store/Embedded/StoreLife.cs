using Naru.Core.WaitingRoom;
using Naru.Engine.Store;
using Naru.Engine.Store.Embedded;

namespace Naru.Tests.Store.Embedded;

/// <summary>Whose secret signs tickets.</summary>
internal enum RoomKeyOf
{
    /// <summary>No ticket is signed in this life.</summary>
    Nobody,

    Store,

    /// <summary>A <c>keyFile</c>.</summary>
    Operator,
}

/// <summary>One life of a process with one room over a folder: ticks by hand, in virtual time.</summary>
internal sealed class StoreLife
{
    private static long _nodeIds;

    private readonly RoomUpdate _update = new();

    public StoreLife(MemoryFolder folder, long nowMs, RoomSettings? settings = null, JournalSizes? sizes = null, RoomKeyOf keyOf = RoomKeyOf.Nobody)
    {
        NowMs = nowMs;
        Store = new EmbeddedRoomStore(folder, sizes ?? JournalSizes.Default, Log.Add);
        if (keyOf == RoomKeyOf.Store)
            Complete(Store.SecretAsync((settings ?? Settings).Name));
        Room = Complete(Store.OpenAsync(settings ?? Settings, hasKeyFile: keyOf == RoomKeyOf.Operator, nowMs));
        Node = new RoomNode(Interlocked.Increment(ref _nodeIds));
    }

    public static RoomSettings Settings { get; } = new() { Name = "concert", AdmitPerSecond = 100, Active = 20, SessionMs = 60_000 };

    public EmbeddedRoomStore Store { get; }

    public IRoomAuthority Room { get; }

    public RoomNode Node { get; }

    public List<string> Log { get; } = [];

    public long NowMs { get; private set; }

    /// <summary>One tick of the keeper; false: the store did not take it.</summary>
    public bool Tick(int afterMs = RoomLimits.TickMs)
    {
        NowMs += afterMs;
        var answer = Room.TickAsync(Node.TakeReport(NowMs), _update);
        Store.Turn(NowMs);
        if (!Complete(answer))
            return false;
        Node.Accept(_update, NowMs);
        return true;
    }

    public void Ticks(int count)
    {
        for (int i = 0; i < count; i++)
            Tick();
    }

    public long Join()
    {
        Assert.Equal(JoinResult.Joined, Node.TryJoin(NowMs, out long number));
        return number;
    }

    public bool Control(RoomControls controls)
    {
        var answer = Room.ControlAsync(controls, NowMs);
        Store.Turn(NowMs);
        return Complete(answer);
    }

    public bool Forget(string room)
    {
        var answer = Store.ForgetAsync(room);
        Store.Turn(NowMs);
        return Complete(answer);
    }

    public void Stop() => Assert.True(Store.DisposeAsync().AsTask().IsCompletedSuccessfully);

    /// <summary>A turn has passed: whatever waits for the disk is answered, at the latest by a continuation that is on its way.</summary>
    public static T Complete<T>(ValueTask<T> task)
    {
        var waited = task.AsTask();
        Assert.True(((IAsyncResult)waited).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)), "The store did not answer.");
        return waited.GetAwaiter().GetResult();
    }
}
