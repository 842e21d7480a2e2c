using System.Runtime.CompilerServices;
using Naru.Core.WaitingRoom;
using Naru.Engine.Store;
using Naru.Engine.Store.Memory;
using Naru.Tests.Store.Embedded;

namespace Naru.Tests.Store.Memory;

/// <summary>The lines of this process, in virtual time.</summary>
public sealed class MemoryRoomStoreTests : IAsyncDisposable
{
    private const long StartMs = 1_800_000_000_000;

    private readonly MemoryRoomStore _store = new(_ => { });

    [Fact]
    public void RoomThatAReloadTookOutAndBroughtBackGoesOn()
    {
        var room = Open("concert", StartMs);
        var node = new RoomNode(1);
        Ticks(room, node, StartMs);
        Assert.Equal(JoinResult.Joined, node.TryJoin(StartMs + 200, out long last));
        Ticks(room, node, StartMs + 200);
        long waiting = node.View!.Waiting;
        Assert.Equal(1, waiting);
        byte[] secret = StoreLife.Complete(_store.SecretAsync("concert"));

        StoreLife.Complete(CloseAsync(room));
        Assert.Equal(new StoredRoom("concert", waiting), Assert.Single(_store.Unused));
        Assert.False(StoreLife.Complete(room.TickAsync(node.TakeReport(StartMs + 500), new RoomUpdate())));

        var again = Open("concert", StartMs + 60_000);
        var next = new RoomNode(2);
        Ticks(again, next, StartMs + 60_000);
        Assert.Equal(JoinResult.Joined, next.TryJoin(StartMs + 60_200, out long number));
        Assert.True(number > last);
        Assert.Equal(VisitorState.Waiting, next.Look(last, epoch: 1, StartMs + 60_200).State);
        Assert.Equal(secret, StoreLife.Complete(_store.SecretAsync("concert")));
        Assert.Empty(_store.Unused);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LineWhoseKeyOutlivesTheProcessListensToVisitorsFirst(bool hasKeyFile)
    {
        var room = Open("concert", StartMs, hasKeyFile);
        var node = new RoomNode(1);
        Ticks(room, node, StartMs);
        Assert.Equal(hasKeyFile ? JoinResult.NoneNow : JoinResult.Joined, node.TryJoin(StartMs + 200, out long number));
        Assert.Equal(hasKeyFile ? 0 : 1, number);

        // A reload that takes the room out and brings it back changes nothing of that.
        StoreLife.Complete(CloseAsync(room));
        var again = Open("concert", StartMs + 1_000, hasKeyFile);
        var next = new RoomNode(2);
        Ticks(again, next, StartMs + 1_000);
        Assert.Equal(hasKeyFile ? JoinResult.NoneNow : JoinResult.Joined, next.TryJoin(StartMs + 1_200, out _));
    }

    /// <summary>An operator who renames a room at every reload leaves a line each time: they may not cost what running rooms do.</summary>
    [Fact]
    public void ClosedLineKeepsNothingOfItsRoomButTheBytesOfTheLine()
    {
        var settings = RunAndClose();
        GC.Collect();
        Assert.False(settings.TryGetTarget(out _));
        Assert.Single(_store.Unused);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<RoomSettings> RunAndClose()
    {
        var settings = Settings("concert");
        var room = StoreLife.Complete(_store.OpenAsync(settings, hasKeyFile: false, StartMs));
        Ticks(room, new RoomNode(1), StartMs);
        StoreLife.Complete(CloseAsync(room));
        return new(settings);
    }

    private static RoomSettings Settings(string name) => new() { Name = name, AdmitPerSecond = 0, Active = 20 };

    private static async ValueTask<bool> CloseAsync(IRoomAuthority room)
    {
        await room.DisposeAsync();
        return true;
    }

    private static void Ticks(IRoomAuthority room, RoomNode node, long nowMs)
    {
        var update = new RoomUpdate();
        for (int i = 0; i < 3; i++)
        {
            Assert.True(StoreLife.Complete(room.TickAsync(node.TakeReport(nowMs), update)));
            node.Accept(update, nowMs);
            nowMs += RoomLimits.TickMs;
        }
    }

    private IRoomAuthority Open(string name, long nowMs, bool hasKeyFile = false) =>
        StoreLife.Complete(_store.OpenAsync(Settings(name), hasKeyFile, nowMs));
}
