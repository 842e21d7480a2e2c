using Naru.Engine.Linux;
using Naru.Engine.Store;
using Naru.Engine.Store.Embedded;
using Naru.Tests.Balancing;

namespace Naru.Tests.Store.Embedded;

public class CommitQueueTests
{
    private readonly long _nowMs = 10_000;

    [Fact]
    public void AppendsOfOneTurnShareOneCommit()
    {
        var (folder, ledger, queue) = Start();
        var first = ledger.Note(1, queue);
        var second = ledger.Note(2, queue);
        Assert.False(first.IsCompleted);
        queue.Turn(_nowMs);
        Assert.True(Ledger.Answer(first) && Ledger.Answer(second));
        Assert.Equal(1, queue.Commits);
        Assert.Equal([1, 2], Ledger.Open(folder.Copy()).Ledger.Numbers);
    }

    [Fact]
    public void TurnWithoutAppendsWritesNothing()
    {
        var (folder, _, queue) = Start();
        folder.Fault = o => o is "write" or "sync" ? throw new InvalidOperationException(o) : 0;
        queue.Turn(_nowMs);
        queue.Turn(_nowMs + 5000);
        Assert.True(queue.State.IsOk);
    }

    [Fact]
    public void DiskThatTakesNothingIsToldOnceAndHealsByItself()
    {
        var (folder, ledger, queue) = Start();
        folder.Fault = o => o is "write" or "reserve" or "create" ? Errno.NoSpace : 0;
        var lost = ledger.Note(1, queue);
        queue.Turn(_nowMs);
        Assert.False(Ledger.Answer(lost));
        Assert.Equal(StoreCondition.Lost, queue.State.Condition);
        Assert.Equal("the disk is full", queue.State.Reason);
        Assert.Equal("store: ALARM: /store: the disk is full. No new numbers and no admissions are given out but those of onStoreLoss; "
            + "places are kept, and who is inside stays. Naru tries again every second.",
            ledger.Log.Single());

        // Within a second it is not tried again, and nobody waits for it.
        int operations = folder.Operations;
        var refused = ledger.Note(2, queue);
        queue.Turn(_nowMs + CommitQueue.RetryMs - 1);
        Assert.False(Ledger.Answer(refused));
        Assert.Equal(operations, folder.Operations);

        folder.Fault = null;
        var kept = ledger.Note(3, queue);
        queue.Turn(_nowMs + CommitQueue.RetryMs);
        Assert.True(Ledger.Answer(kept));
        Assert.True(queue.State.IsOk);
        Assert.Equal("store: /store works again after 1 s; numbers are given out again.", ledger.Log[^1]);
        Assert.Equal([1, 2, 3], Ledger.Open(folder.Copy()).Ledger.Numbers);
    }

    [Fact]
    public void AlarmIsRepeatedEveryMinute()
    {
        var (folder, ledger, queue) = Start();
        folder.Fault = _ => Errno.Io;
        _ = ledger.Note(1, queue);
        for (int second = 0; second <= 125; second++)
            queue.Turn(_nowMs + (second * 1000));
        Assert.Equal(3, ledger.Log.Count);
        Assert.Equal("store: ALARM: /store for 120 s: the disk reports an error. No new numbers and no admissions are given out but those of onStoreLoss; places are kept, and who is inside stays.", ledger.Log[2]);
    }

    [Fact]
    public void FailedSyncGoesOnInANewFileAtOnce()
    {
        var (folder, ledger, queue) = Start();
        int syncs = 0;
        folder.Fault = o => o == "sync" && syncs++ == 0 ? Errno.Io : 0;
        var kept = ledger.Note(1, queue);
        queue.Turn(_nowMs);
        Assert.True(Ledger.Answer(kept));
        Assert.True(queue.State.IsOk);
        Assert.Equal(["00000002.journal", "spare"], folder.List().Order(StringComparer.Ordinal));
        Assert.Equal(2, ledger.Log.Count);
        Assert.Equal([1], Ledger.Open(folder.Copy()).Ledger.Numbers);
    }

    [Fact]
    public void DiskThatIsNearlyFullRefusesNumbersButStillCommits()
    {
        var (folder, ledger, queue) = Start();
        folder.FreeBytes = 100;
        queue.Turn(_nowMs);
        Assert.Equal(StoreCondition.Degraded, queue.State.Condition);
        Assert.Equal("store: ALARM: /store: the disk is full (0 KiB are free, 0 KiB are needed). No new numbers are given out; "
            + "those who wait keep their places and are served. Naru tries again every second.", ledger.Log.Single());
        var kept = ledger.Note(1, queue);
        queue.Turn(_nowMs);
        Assert.True(Ledger.Answer(kept));
        Assert.False(queue.State.IsOk);

        folder.FreeBytes = 1_000_000;
        queue.Turn(_nowMs + 1000);
        Assert.True(queue.State.IsOk);
    }

    [Fact]
    public void ThoseWhoWaitLiveOnTheReservedRoomWhileTheDiskIsFull()
    {
        var (folder, ledger, queue) = Start();
        queue.Turn(_nowMs - 1000);
        // Nothing can be made, and nothing made larger.
        folder.Fault = o => o is "create" ? Errno.NoSpace : 0;
        folder.FreeBytes = 0;
        folder.IsFull = true;
        for (int i = 0; i < 1000; i++)
        {
            ledger.Numbers.Clear();
            var kept = ledger.Note(i, queue);
            queue.Turn(_nowMs + (i * 50));
            Assert.True(Ledger.Answer(kept));
        }

        Assert.Equal(StoreCondition.Degraded, queue.State.Condition);
        Assert.True(Generation(folder) > 10);
        Assert.Equal(999, Ledger.Open(folder.Copy()).Ledger.Numbers[^1]);
    }

    [Fact]
    public void FileIsReplacedWhenItHasGrown()
    {
        var (folder, ledger, queue) = Start();
        for (int i = 0; i < 200; i++)
        {
            _ = ledger.Note(i, queue);
            queue.Turn(_nowMs);
        }

        Assert.False(folder.Exists("00000001.journal"));
        Assert.Equal(2, folder.List().Count);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => (long)i), Ledger.Open(folder.Copy()).Ledger.Numbers.Distinct());
    }

    [Fact]
    public void JournalThatIsDeletedUnderneathIsWrittenAnew()
    {
        var (folder, ledger, queue) = Start();
        _ = ledger.Note(1, queue);
        queue.Turn(_nowMs);
        folder.Delete("00000001.journal");
        queue.Turn(_nowMs + 1000);
        Assert.False(queue.State.IsOk);
        Assert.Contains("00000001.journal was deleted or moved away", ledger.Log[0]);
        queue.Turn(_nowMs + 1000);
        Assert.True(queue.State.IsOk);
        Assert.Equal([1], Ledger.Open(folder.Copy()).Ledger.Numbers);
    }

    [Fact]
    public void NobodyWaitsForAStoreThatIsClosed()
    {
        var (_, ledger, queue) = Start();
        var pending = ledger.Note(1, queue);
        queue.Dispose();
        Assert.False(Ledger.Answer(pending));
        Assert.False(Ledger.Answer(ledger.Note(2, queue)));
    }

    [Fact]
    public void FaultOfTheProgramIsAnsweredAndTheFileGivenUp()
    {
        var (folder, ledger, queue) = Start();
        folder.Fault = o => o == "sync" ? throw new InvalidOperationException("a bug") : 0;
        var lost = ledger.Note(1, queue);
        var fault = Assert.Throws<InvalidOperationException>(() => queue.Turn(_nowMs));
        queue.OnFault(fault, _nowMs);
        Assert.False(Ledger.Answer(lost));
        folder.Fault = null;
        queue.Turn(_nowMs + CommitQueue.RetryMs);
        Assert.True(queue.State.IsOk);
        Assert.Equal([1], Ledger.Open(folder.Copy()).Ledger.Numbers);
    }

    /// <summary>
    /// The promise: what was answered "durable" is there after any crash. Disks fail at random operations; the process is
    /// killed or the machine loses power at a random one; the next start goes on from there.
    /// </summary>
    [Fact]
    public void WhatWasAnsweredForSurvivesEveryCrash() => Seeded.Run(600, random =>
    {
        var folder = new MemoryFolder();
        var promised = new HashSet<long>();
        long next = 0;
        for (int life = 0; life < 4; life++)
        {
            var (ledger, journal, recovered) = Ledger.Open(folder, Ledger.SmallSizes);
            var read = ledger.Numbers.ToHashSet();
            Assert.True(promised.IsSubsetOf(read), $"life {life}: {string.Join(' ', promised.Except(read))} of {promised.Count} are lost; cut: {recovered.IsTailCut}");
            using var queue = new CommitQueue(folder, journal, ledger.Snapshot, ledger.Log.Add);
            int crashAt = random.Next(200), failShare = random.Next(3) == 0 ? random.Next(2, 20) : int.MaxValue;
            folder.Fault = _ => folder.Operations >= crashAt ? throw new Crash() : random.Next(failShare) == 0 ? Errno.Io : 0;
            try
            {
                for (long nowMs = 0; ; nowMs += random.Next(600))
                {
                    var asked = Enumerable.Range(0, random.Next(1, 40)).Select(_ => (Number: next, Answer: ledger.Note(next++, queue))).ToList();
                    queue.Turn(nowMs);
                    promised.UnionWith(asked.Where(a => Ledger.Answer(a.Answer)).Select(a => a.Number));
                }
            }
            catch (Crash)
            {
                folder = random.Next(2) == 0 ? folder.LosePower(random) : folder.Copy();
            }
        }
    });

    private (MemoryFolder Folder, Ledger Ledger, CommitQueue Queue) Start()
    {
        var folder = new MemoryFolder();
        var (ledger, journal, _) = Ledger.Open(folder, Ledger.SmallSizes);
        Assert.Equal(0, journal.Replace(ledger.Snapshot));
        return (folder, ledger, new CommitQueue(folder, journal, ledger.Snapshot, ledger.Log.Add));
    }

    private static long Generation(MemoryFolder folder) =>
        folder.List().Max(name => JournalFormat.TryParseFileName(name, out long generation) ? generation : 0);

    private sealed class Crash : Exception;
}
