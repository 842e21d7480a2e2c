using Naru.Engine.Linux;
using Naru.Engine.Store.Embedded;
using Naru.Tests.Balancing;

namespace Naru.Tests.Store.Embedded;

public class JournalTests
{
    private const string First = "00000001.journal";

    [Fact]
    public void WhatWasCommittedIsReadBackInOrder()
    {
        var folder = Ledger.Written(commits: 5);
        var (ledger, _, recovered) = Ledger.Open(folder);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (long)i), ledger.Numbers);
        Assert.Equal(new Recovered(1, false), recovered);
        Assert.Empty(ledger.Log);
    }

    [Fact]
    public void AnEmptyFolderHoldsNothingAndIsNoError() => Assert.Equal(default, Ledger.Open(new MemoryFolder()).Recovered);

    [Fact]
    public void TornTailIsCutAtEveryByteAndTold()
    {
        var folder = Ledger.Written(commits: 4);
        byte[] whole = folder[First];
        long lastFrame = LastFrame(whole);
        for (int length = (int)lastFrame; length < whole.Length; length++)
        {
            folder[First] = whole[..length];
            var (ledger, _, recovered) = Ledger.Open(folder);
            Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), ledger.Numbers);
            Assert.Equal(length > lastFrame, recovered.IsTailCut);
            Assert.Equal(recovered.IsTailCut ? 1 : 0, ledger.Log.Count);
            if (recovered.IsTailCut)
                Assert.Contains($"the last {length - lastFrame} bytes of /store/{First}", ledger.Log[0]);
        }
    }

    [Fact]
    public void FileThatEndsBeforeItsSnapshotIsRefusedAtEveryByte()
    {
        var folder = Ledger.Written(commits: 0);
        byte[] whole = folder[First];
        // The last frame is one byte of payload and zeros that nobody misses.
        for (int length = 0; length < whole.Length - JournalFormat.Alignment + 1; length++)
        {
            folder[First] = whole[..length];
            Assert.Contains("is damaged from byte", Ledger.Refused(folder).Message);
        }
    }

    [Fact]
    public void FlippedBitOfAnyByteIsNeverTakenForData()
    {
        var folder = Ledger.Written(commits: 4);
        byte[] whole = folder[First];
        long lastFrame = LastFrame(whole);
        int refused = 0;
        for (int at = 0; at < whole.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. whole];
                flipped[at] ^= (byte)(1 << bit);
                folder[First] = flipped;
                try
                {
                    var (ledger, _, recovered) = Ledger.Open(folder);
                    // Zeros between frames carry nothing; the last frame cannot be told from a torn one and is cut with a gap.
                    Assert.True(recovered.IsTailCut ? at >= lastFrame : ledger.Numbers.Count == 13, $"byte {at} bit {bit}");
                    Assert.Equal(Enumerable.Range(0, recovered.IsTailCut ? 10 : 13).Select(i => (long)i), ledger.Numbers);
                }
                catch (Engine.EngineException e)
                {
                    refused++;
                    Assert.True(at < lastFrame, $"byte {at} bit {bit}: {e.Message}");
                }
            }
        }

        Assert.True(refused > lastFrame * 6, $"{refused} of {lastFrame * 8} were refused.");
    }

    [Fact]
    public void DamageInTheMiddleIsRefusedWithTheWayOut()
    {
        var folder = Ledger.Written(commits: 4);
        byte[] bytes = folder[First];
        bytes[LastFrame(bytes) - 3] ^= 0x40;
        string message = Ledger.Refused(folder).Message;
        Assert.Contains("store: /store/00000001.journal is damaged from byte ", message);
        Assert.Contains("touch /store/mend", message);
        Assert.DoesNotContain("\n", message);
    }

    [Fact]
    public void DamagedJournalIsReadAsFarAsItGoesWhenTheOperatorSaysSo()
    {
        var folder = Ledger.Written(commits: 4);
        byte[] bytes = folder[First];
        bytes[LastFrame(bytes) - 5] ^= 0x40;
        folder[JournalRecovery.MendRequest] = [];
        var (ledger, _, recovered) = Ledger.Open(folder);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 10, 11, 12], ledger.Numbers);
        Assert.True(recovered.IsTailCut);
        Assert.Contains("as asked for", ledger.Log.Single());
    }

    [Fact]
    public void FileOfANewerVersionIsRefusedByName()
    {
        var folder = Ledger.Written(commits: 1);
        byte[] header = folder[First][..JournalFormat.HeaderBytes];
        JournalFormat.WriteHeader(header, 1, version: 7);
        header.CopyTo(folder[First].AsSpan());
        Assert.Equal("store: /store/00000001.journal has format 7; this version of Naru reads format 1. Run the version that wrote it, or a newer one.",
            Ledger.Refused(folder).Message);
    }

    [Fact]
    public void JournalUnderAnotherFilesNameIsRefused()
    {
        var folder = Ledger.Written(commits: 1);
        folder["00000002.journal"] = folder[First];
        Assert.Contains("/store/00000002.journal is damaged from byte 0", Ledger.Refused(folder).Message);
    }

    [Fact]
    public void CrashBetweenTheRenameAndTheDeletionOfTheOldFileLosesNothing()
    {
        var folder = Ledger.Written(commits: 2);
        var (ledger, journal, _) = Ledger.Open(folder);
        folder.Fault = operation => operation == "delete" ? Errno.Io : 0;
        Assert.Equal(0, journal.Replace(ledger.Snapshot));
        Assert.Equal(0, journal.Commit(Ledger.Entries(100)));
        folder.Fault = null;
        Assert.Equal(2, folder.List().Count);

        var (again, next, recovered) = Ledger.Open(folder.Copy());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 100], again.Numbers);
        Assert.Equal(2, recovered.Generation);
        Assert.Equal(3, next.Generation + 1);
    }

    [Fact]
    public void OldFilesGoWhenANewOneHasEverything()
    {
        var folder = Ledger.Written(commits: 2);
        folder["00000000.journal"] = [1, 2, 3];
        folder["00000009.journal.new"] = [1, 2, 3];
        folder["room-a.key"] = [];
        var (ledger, journal, _) = Ledger.Open(folder);
        Assert.Equal(0, journal.Replace(ledger.Snapshot));
        Assert.Equal(["00000002.journal", "room-a.key"], folder.List().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void FailedReplacementLeavesTheOldFileInUse()
    {
        foreach (string operation in new[] { "create", "reserve", "write", "sync" })
        {
            var folder = new MemoryFolder();
            var (ledger, journal, _) = Ledger.Open(folder);
            Assert.Equal(0, journal.Replace(ledger.Snapshot));
            folder.Fault = o => o == operation ? Errno.NoSpace : 0;
            Assert.Equal(Errno.NoSpace, journal.Replace(ledger.Snapshot));
            folder.Fault = null;
            Assert.True(journal.IsGood);
            Assert.Equal(0, journal.Commit(Ledger.Entries(5)));
            Assert.Equal([5], Ledger.Open(folder.Copy()).Ledger.Numbers);
            Assert.Equal([First], folder.List());
        }
    }

    [Fact]
    public void NothingMoreGoesIntoTheOldFileOnceTheNewOneMayHaveItsName()
    {
        foreach (string operation in new[] { "rename", "sync folder" })
        {
            var folder = new MemoryFolder();
            var (ledger, journal, _) = Ledger.Open(folder);
            Assert.Equal(0, journal.Replace(ledger.Snapshot));
            folder.Fault = o => o == operation ? Errno.Io : 0;
            Assert.Equal(Errno.Io, journal.Replace(ledger.Snapshot));
            folder.Fault = null;
            Assert.False(journal.IsGood);
            Assert.True(journal.Commit(Ledger.Entries(5)) < 0);
            Assert.Equal(0, journal.Replace(ledger.Snapshot));
            Assert.Equal(3, journal.Generation);
        }
    }

    [Fact]
    public void FailedWriteOrSyncIsNeverFollowedByAnotherIntoThatFile()
    {
        foreach (string operation in new[] { "write", "sync" })
        {
            var folder = new MemoryFolder();
            var (ledger, journal, _) = Ledger.Open(folder);
            Assert.Equal(0, journal.Replace(ledger.Snapshot));
            folder.Fault = o => o == operation ? Errno.Io : 0;
            Assert.Equal(Errno.Io, journal.Commit(Ledger.Entries(1)));
            folder.Fault = null;
            Assert.False(journal.IsGood);
            int operations = folder.Operations;
            Assert.True(journal.Commit(Ledger.Entries(2)) < 0);
            Assert.Equal(operations, folder.Operations);
        }
    }

    [Fact]
    public void NumbersOfAnySizeComeBack() => Seeded.Run(200, random =>
    {
        long[] numbers = [0, 1, -1, long.MaxValue, long.MinValue, .. Enumerable.Range(0, 20).Select(_ => random.NextInt64() >> random.Next(64))];
        var reader = new EntryReader(Ledger.Entries(numbers).Written);
        foreach (long number in numbers)
        {
            Assert.True(reader.TryNextEntry(out var entry));
            Assert.Equal(number, entry.Number());
            Assert.True(entry.IsAtEnd);
        }

        Assert.False(reader.TryNextEntry(out _));
    });

    private static long LastFrame(byte[] file)
    {
        int offset = JournalFormat.HeaderBytes, last = 0;
        while (JournalFormat.TryReadFrame(file, offset, 1, out var payload))
        {
            last = offset;
            offset += JournalFormat.FrameBytes(payload.Length);
        }

        return last;
    }
}
