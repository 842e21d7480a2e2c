using Naru.Core.WaitingRoom;
using Naru.Engine;
using Naru.Engine.Linux;
using Naru.Engine.Store;
using Naru.Engine.Store.Embedded;

namespace Naru.Tests.Store.Embedded;

public class EmbeddedRoomStoreTests
{
    private const long StartMs = 1_800_000_000_000;

    private readonly MemoryFolder _folder = new();

    [Fact]
    public void LineGoesOnAfterTheProcessIsKilled()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        long[] numbers = [.. Enumerable.Range(0, 500).Select(_ => life.Join())];
        life.Ticks(20);

        var next = new StoreLife(_folder.Copy(), life.NowMs + 5000);
        next.Ticks(2);
        Assert.True(next.Node.View!.Serving >= life.Node.View!.Serving);
        foreach (long number in numbers)
            Assert.NotEqual(VisitorState.Unknown, next.Node.Look(number, 1, next.NowMs).State);
        // The lease that the old process had is void, and no more.
        Assert.InRange(next.Join(), numbers[^1] + 1, numbers[^1] + 20_000);
    }

    [Fact]
    public void NothingIsGivenOutBeforeItIsDurable()
    {
        var life = new StoreLife(_folder, StartMs);
        var update = new RoomUpdate();
        var answer = life.Room.TickAsync(life.Node.TakeReport(StartMs + 50), update);
        Assert.False(answer.IsCompleted);
        life.Store.Turn(StartMs + 50);
        Assert.True(StoreLife.Complete(answer));
        Assert.NotEmpty(update.Leases);
        Assert.NotEmpty(update.Grants);
        Assert.True(update.View!.High >= update.Leases[^1].To);
    }

    [Fact]
    public void TickThatIsNotDurableGivesNothing()
    {
        var life = new StoreLife(_folder, StartMs);
        _folder.Fault = _ => Errno.Io;
        Assert.False(life.Tick());
        Assert.Null(life.Node.View);
        Assert.Equal(JoinResult.NoneNow, life.Node.TryJoin(life.NowMs, out _));
        Assert.Equal(StoreCondition.Lost, life.Room.State.Condition);

        _folder.Fault = null;
        Assert.True(life.Tick(CommitQueue.RetryMs));
        Assert.True(life.Tick());
        life.Join();
    }

    [Fact]
    public void FullDiskRefusesNumbersServesThoseWhoWaitAndHeals()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        long[] numbers = [.. Enumerable.Range(0, 100).Select(_ => life.Join())];
        life.Ticks(40);

        _folder.IsFull = true;
        _folder.FreeBytes = 0;
        life.Ticks(30);
        Assert.Equal(StoreCondition.Degraded, life.Store.State.Condition);
        Assert.Contains("the disk is full", Assert.Single(life.Log));
        Assert.Equal(JoinResult.NoneNow, life.Node.TryJoin(life.NowMs, out _));
        int admitted = numbers.Count(n => life.Node.TryClaim(n, 1, life.NowMs, out _) == ClaimResult.Admitted);
        Assert.InRange(admitted, 5, 20);

        // What was given out on the full disk is there after a crash on the full disk.
        var next = new StoreLife(_folder.Copy(), life.NowMs);
        next.Ticks(2);
        Assert.True(next.Node.View!.Active >= admitted);

        _folder.IsFull = false;
        _folder.FreeBytes = long.MaxValue;
        life.Ticks(30);
        Assert.True(life.Store.State.IsOk);
        Assert.True(life.Join() > numbers[^1]);
    }

    [Fact]
    public void NumbersOfALostTailAreSkippedEvenIfTheNextProcessDiesBeforeItUsesThem()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        long last = life.Join();
        life.Ticks(2);
        var torn = _folder.Copy();
        string name = torn.List().Single(n => JournalFormat.TryParseFileName(n, out _));
        // The last write is gone but for its head.
        torn[name] = torn[name][..^40];

        // The room is not even opened in this life, and opened but never ticked in the next.
        _ = new EmbeddedRoomStore(torn, JournalSizes.Default, _ => { });
        torn = torn.Copy();
        _ = new StoreLife(torn, life.NowMs);
        torn = torn.Copy();
        var third = new StoreLife(torn, life.NowMs);
        third.Ticks(2);
        Assert.True(third.Join() > last + 900_000);
        third.Ticks(2);

        // Once is enough.
        var fourth = new StoreLife(torn.Copy(), life.NowMs);
        fourth.Ticks(2);
        Assert.InRange(fourth.Join(), last, last + 1_200_000);
        Assert.Equal(2, fourth.Node.View!.Epoch);
    }

    [Fact]
    public void RoomWhoseVeryFirstWriteWasTornSkipsItsNumbersToo()
    {
        var life = new StoreLife(_folder, StartMs);
        string name = _folder.List().Single(n => JournalFormat.TryParseFileName(n, out _));
        int before = (int)Engine.Store.Embedded.JournalReader.Read(_folder[name], 1, (_, _) => { }).Offset;
        life.Ticks(2);
        long last = life.Join();
        var torn = _folder.Copy();
        torn[name] = torn[name][..(before + 12)];

        var next = new StoreLife(torn, life.NowMs);
        next.Ticks(2);

        Assert.Contains("was not completed", next.Log.Single());
        Assert.True(next.Join() > last + 900_000);
    }

    [Fact]
    public void LineOfANewKeyBeginsAtOneAndAtOnce()
    {
        var life = new StoreLife(_folder, StartMs, keyOf: RoomKeyOf.Store);
        life.Ticks(2);
        Assert.Equal(1, life.Join());
        Assert.Equal(1, life.Node.Epoch);
    }

    [Theory]
    [InlineData(RoomKeyOf.Store)]
    [InlineData(RoomKeyOf.Operator)]
    public void JournalThatIsLostWhileTheKeyIsKeptIsMadeUpForByTickets(object keyOf)
    {
        var life = Begun(_folder, StartMs, (RoomKeyOf)keyOf);
        long[] numbers = [.. Enumerable.Range(0, 50).Select(_ => life.Join())];
        long epoch = life.Node.Epoch;
        life.Ticks(2);
        var lost = _folder.Copy();
        foreach (string name in lost.List().Where(n => n != RoomKeyFile.FileName("concert")))
            lost.Delete(name);

        var next = new StoreLife(lost, life.NowMs + 1_000, keyOf: (RoomKeyOf)keyOf);
        next.Ticks(2);
        Assert.Equal(JoinResult.NoneNow, next.Node.TryJoin(next.NowMs, out _));
        Assert.False(next.Node.TryEnterDirectly(next.NowMs, out _));
        Assert.True(next.Node.Look(numbers[7], epoch, next.NowMs).Paused);
        next.Ticks((RoomLimits.ListenMs / RoomLimits.TickMs) + 1);
        long later = next.Join();
        Assert.True(later > numbers[^1]);
        foreach (long number in numbers)
            Assert.Equal(VisitorState.Waiting, next.Node.Look(number, epoch, next.NowMs).State);
        // Counts of a long line are a second or two old.
        next.Ticks(50);
        Assert.Equal(49, next.Node.Look(numbers[^1], epoch, next.NowMs).Ahead);
        Assert.Equal(50, next.Node.Look(later, next.Node.Epoch, next.NowMs).Ahead);
    }

    [Fact]
    public void DeathWhileALineListensLetsTheNextLifeListenToo()
    {
        var life = new StoreLife(_folder, StartMs, keyOf: RoomKeyOf.Operator);
        life.Ticks(20);
        Assert.True(life.Control(new RoomControls { Message = "x" }));
        var next = new StoreLife(_folder.Copy(), life.NowMs, keyOf: RoomKeyOf.Operator);
        next.Ticks(RoomLimits.ListenMs / RoomLimits.TickMs);
        Assert.Equal(JoinResult.NoneNow, next.Node.TryJoin(next.NowMs, out _));
        next.Ticks(3);
        Assert.True(next.Join() > RoomLimits.FailoverGap);
        Assert.Equal("x", next.Node.View!.Controls.Message);
    }

    [Fact]
    public void RoomThatTheJournalKnowsDoesNotListen()
    {
        var life = Begun(_folder, StartMs, RoomKeyOf.Operator);
        long number = life.Join();
        life.Ticks(2);
        var next = new StoreLife(_folder.Copy(), life.NowMs, keyOf: RoomKeyOf.Operator);
        next.Ticks(2);
        Assert.InRange(next.Join(), number + 1, number + 20_000);
        Assert.Equal(life.Node.Epoch, next.Node.Epoch);
    }

    [Fact]
    public void ControlsOutliveARestart()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        Assert.True(life.Control(new RoomControls { Paused = true, AdmitPerSecond = 7, Message = "곧 시작합니다", Revocations = 1 }));
        life.Ticks(1);
        var next = new StoreLife(_folder.Copy(), life.NowMs);
        next.Ticks(1);
        Assert.Equal(new RoomControls { Paused = true, AdmitPerSecond = 7, Message = "곧 시작합니다", Revocations = 1 }, next.Node.View!.Controls);
        Assert.True(life.Node.View!.Epoch > 1);
        Assert.Equal(life.Node.View.Epoch, next.Node.View.Epoch);
    }

    [Fact]
    public void ControlThatWouldNotLastChangesNothing()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        _folder.Fault = _ => Errno.Io;
        Assert.False(life.Control(new RoomControls { Paused = true }));
        Assert.False(life.Control(new RoomControls { Draining = true }));
        _folder.Fault = null;
        life.Tick(CommitQueue.RetryMs);
        life.Tick();
        Assert.Equal(RoomControls.None, life.Node.View!.Controls);
        var next = new StoreLife(_folder.Copy(), life.NowMs);
        next.Ticks(1);
        Assert.Equal(RoomControls.None, next.Node.View!.Controls);
    }

    [Fact]
    public void LineOfARoomThatLeftTheConfigurationIsKeptToldAndCanBeForgotten()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        for (int i = 0; i < 50; i++)
            life.Join();
        life.Ticks(3);
        byte[] secret = StoreLife.Complete(life.Store.SecretAsync("concert"));

        var renamed = new StoreLife(_folder.Copy(), life.NowMs, StoreLife.Settings with { Name = "festival" });
        var unused = Assert.Single(renamed.Store.Unused);
        Assert.Equal("concert", unused.Name);
        Assert.InRange(unused.Waiting, 1, 50);
        renamed.Ticks(3);
        Assert.False(renamed.Forget("festival"));
        Assert.False(renamed.Forget("nobody"));

        // It comes back as it was, after files were replaced in between.
        var folder = _folder.Copy();
        for (int i = 0; i < 3; i++)
            new StoreLife(folder, life.NowMs, StoreLife.Settings with { Name = "festival" }).Ticks(3);
        var back = new StoreLife(folder, life.NowMs);
        back.Ticks(1);
        Assert.True(back.Join() > 50);
        Assert.Equal(secret, StoreLife.Complete(back.Store.SecretAsync("concert")));

        Assert.True(renamed.Forget("concert"));
        Assert.Empty(renamed.Store.Unused);
    }

    /// <summary>Each reload asks for all of them, and to count a line is to play it.</summary>
    [Fact]
    public void UnusedLineIsCountedOnceUntilItChanges()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        for (int i = 0; i < 50; i++)
            life.Join();
        life.Ticks(3);
        Assert.True(life.Room.DisposeAsync().AsTask().IsCompleted);
        var first = life.Store.Unused;
        Assert.InRange(first[0].Waiting, 1, 50);
        Assert.True(Allocations.LeastOf(() => Assert.Equal(first, life.Store.Unused)) < 4096);

        var room = StoreLife.Complete(life.Store.OpenAsync(StoreLife.Settings, hasKeyFile: false, life.NowMs));
        Assert.True(StoreLife.Complete(RevokeAsync(life, room)));
        Assert.True(room.DisposeAsync().AsTask().IsCompleted);
        Assert.Equal(0, Assert.Single(life.Store.Unused).Waiting);
    }

    private static ValueTask<bool> RevokeAsync(StoreLife life, IRoomAuthority room)
    {
        var answer = room.ControlAsync(RoomControls.None with { Revocations = 1 }, life.NowMs);
        life.Store.Turn(life.NowMs);
        return answer;
    }

    [Fact]
    public void ForgottenLineBeginsAnewWithAnotherSecret()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        life.Join();
        life.Ticks(2);
        byte[] secret = StoreLife.Complete(life.Store.SecretAsync("concert"));
        Assert.False(life.Forget("concert"));
        Assert.True(life.Room.DisposeAsync().AsTask().IsCompleted);
        Assert.True(life.Forget("concert"));

        var next = new StoreLife(_folder.Copy(), life.NowMs);
        Assert.Empty(next.Store.Unused);
        next.Ticks(2);
        Assert.Equal(1, next.Join());
        Assert.NotEqual(secret, StoreLife.Complete(next.Store.SecretAsync("concert")));
    }

    [Fact]
    public void LineIsDroppedAtTheStartWhenAFileAsksForIt()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        life.Join();
        life.Ticks(2);
        _ = StoreLife.Complete(life.Store.SecretAsync("concert"));
        var folder = _folder.Copy();
        folder["forget-concert"] = [];
        folder["forget-nobody"] = [];
        var next = new StoreLife(folder, life.NowMs);
        next.Ticks(2);
        Assert.Equal(1, next.Join());
        Assert.DoesNotContain(folder.List(), f => f.StartsWith("forget-", StringComparison.Ordinal) || f.EndsWith(".key", StringComparison.Ordinal));
        Assert.Equal(
            [
                "store: the line of the room 'concert' and its key are gone, as asked for by the file 'forget-concert'.",
                "store: no line of a room 'nobody' is kept; the file 'forget-nobody' is of no use.",
            ],
            next.Log);
    }

    [Fact]
    public void RoomThatAReloadTookOutAndBroughtBackGoesOn()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        long last = life.Join();
        life.Ticks(2);
        Assert.True(life.Room.DisposeAsync().AsTask().IsCompleted);
        Assert.False(StoreLife.Complete(life.Room.TickAsync(life.Node.TakeReport(life.NowMs), new RoomUpdate())));
        Assert.Equal("concert", Assert.Single(life.Store.Unused).Name);

        var again = StoreLife.Complete(life.Store.OpenAsync(StoreLife.Settings, hasKeyFile: false, life.NowMs));
        var update = new RoomUpdate();
        var answer = again.TickAsync(new RoomNode(77).TakeReport(life.NowMs), update);
        life.Store.Turn(life.NowMs);
        Assert.True(StoreLife.Complete(answer));
        Assert.True(update.Leases[0].From > last);
        Assert.Empty(life.Store.Unused);
    }

    [Fact]
    public void ClockThatWentBackBeforeARestartStopsNobody()
    {
        var life = new StoreLife(_folder, StartMs);
        life.Ticks(2);
        long[] numbers = [.. Enumerable.Range(0, 100).Select(_ => life.Join())];
        life.Ticks(40);
        int inside = numbers.Count(n => life.Node.TryClaim(n, 1, life.NowMs, out _) == ClaimResult.Admitted);
        Assert.InRange(inside, 1, 20);
        life.Ticks(2);

        var next = new StoreLife(_folder.Copy(), StartMs - 86_400_000);
        next.Ticks(2);
        Assert.True(next.Join() > numbers[^1]);
        Assert.True(next.Node.View!.Active >= inside);
        // Who never comes again leaves after a session, by the new clock.
        for (int i = 0; i < 80; i++)
        {
            next.Ticks(20);
            foreach (long number in numbers)
                next.Node.Look(number, 1, next.NowMs);
        }

        Assert.Contains(numbers, n => next.Node.TryClaim(n, 1, next.NowMs, out _) == ClaimResult.Admitted);
    }

    [Fact]
    public void RoomWrittenByANewerVersionIsRefusedAndKept()
    {
        var writer = new EntryWriter();
        StoreEntries.Write(writer, EntryKind.Saved, "concert", 1, "naru room 9\n"u8);
        var journal = new Journal(_folder, JournalSizes.Default, 0);
        Assert.Equal(0, journal.Replace(frame => frame(writer)));
        var store = new EmbeddedRoomStore(_folder, JournalSizes.Default, _ => { });
        var refused = Assert.Throws<EngineException>(() => StoreLife.Complete(store.OpenAsync(StoreLife.Settings, hasKeyFile: false, StartMs)));
        Assert.Contains("the room concert is not what this version of Naru knows", refused.Message);
        Assert.Equal(new StoredRoom("concert", -1), Assert.Single(store.Unused));
    }

    [Fact]
    public void EntryOfAnUnknownKindIsRefused()
    {
        var writer = new EntryWriter();
        StoreEntries.Write(writer, (EntryKind)99, "concert", 1, []);
        var journal = new Journal(_folder, JournalSizes.Default, 0);
        Assert.Equal(0, journal.Replace(frame => frame(writer)));
        Assert.Contains("an entry of kind 99", Assert.Throws<EngineException>(() => new EmbeddedRoomStore(_folder, JournalSizes.Default, _ => { })).Message);
    }

    [Fact]
    public void FolderThatTakesNothingAtTheStartIsAnError()
    {
        _folder.Fault = o => o == "create" ? Errno.NoSpace : 0;
        Assert.Equal("store.path: /store can't be written: the disk is full. Make room on that disk.",
            Assert.Throws<EngineException>(() => new EmbeddedRoomStore(_folder, JournalSizes.Default, _ => { })).Message);
    }

    [Fact]
    public void SecretIsMadeOnceAndAShortOneRefused()
    {
        var store = new EmbeddedRoomStore(_folder, JournalSizes.Default, _ => { });
        byte[] secret = StoreLife.Complete(store.SecretAsync("concert"));
        Assert.Equal(32, secret.Length);
        Assert.NotEqual(secret, StoreLife.Complete(store.SecretAsync("other")));
        Assert.Equal(secret, StoreLife.Complete(new EmbeddedRoomStore(_folder.Copy(), JournalSizes.Default, _ => { }).SecretAsync("concert")));

        _folder["room-concert.key"] = new byte[31];
        Assert.Contains("the key /store/room-concert.key has 31 bytes and must have 32",
            Assert.Throws<EngineException>(() => StoreLife.Complete(store.SecretAsync("concert"))).Message);
    }

    [Fact]
    public void OpeningARoomTwiceIsABug()
    {
        var life = new StoreLife(_folder, StartMs);
        Assert.Throws<InvalidOperationException>(() => StoreLife.Complete(life.Store.OpenAsync(StoreLife.Settings, hasKeyFile: false, StartMs)));
    }

    /// <summary>A line that has given up to listen, where it had to.</summary>
    private static StoreLife Begun(MemoryFolder folder, long nowMs, RoomKeyOf keyOf)
    {
        var life = new StoreLife(folder, nowMs, keyOf: keyOf);
        life.Ticks((RoomLimits.ListenMs / RoomLimits.TickMs) + 3);
        return life;
    }
}
