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
            // Without its end mark a frame is whole; what came behind it is not known.
            bool isWhole = length >= whole.Length - JournalFormat.EndMarkBytes;
            Assert.Equal(Enumerable.Range(0, isWhole ? 13 : 10).Select(i => (long)i), ledger.Numbers);
            Assert.True(recovered.IsTailCut);
            Assert.Contains($"the last write to /store/{First}, at byte {(isWhole ? whole.Length - JournalFormat.EndMarkBytes : lastFrame)}, was not", ledger.Log.Single());
        }
    }

    [Fact]
    public void FileThatEndsBeforeItsSnapshotIsRefusedAtEveryByte()
    {
        var folder = Ledger.Written(commits: 0);
        byte[] whole = folder[First];
        // Behind the last frame, one byte of payload, stand zeros that nobody misses.
        for (int length = 0; length < whole.Length - JournalFormat.EndMarkBytes - JournalFormat.Alignment + 1; length++)
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
                    bool isEndMark = at >= whole.Length - JournalFormat.EndMarkBytes;
                    Assert.True(recovered.IsTailCut ? at >= lastFrame : ledger.Numbers.Count == 13, $"byte {at} bit {bit}");
                    Assert.Equal(Enumerable.Range(0, recovered.IsTailCut && !isEndMark ? 10 : 13).Select(i => (long)i), ledger.Numbers);
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
        JournalFormat.WriteHeader(header, 1, 0, version: 7);
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
        int renames = 0;
        folder.Fault = operation => operation == "rename" && renames++ > 0 ? Errno.Io : 0;
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
        Assert.Equal(["00000002.journal", "room-a.key", "spare"], folder.List().Order(StringComparer.Ordinal));
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
            Assert.Equal(operation == "create" ? [First] : [First, "spare"], folder.List());
        }
    }

    [Fact]
    public void TwoFilesTakeTurnsAndLeftoversOfTheOlderOneAreNeverRead() => Seeded.Run(50, random =>
    {
        var folder = new MemoryFolder();
        var (ledger, journal, _) = Ledger.Open(folder);
        Assert.Equal(0, journal.Replace(ledger.Snapshot));
        Assert.Equal(0, journal.EnsureSpare());
        // No file is ever made or made larger from here on.
        folder.Fault = o => o == "create" ? throw new InvalidOperationException(o) : 0;
        for (int i = 0; i < 40; i++)
        {
            ledger.Numbers.Clear();
            for (int commits = random.Next(6); commits > 0; commits--)
            {
                var numbers = Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.NextInt64(1000)).ToArray();
                ledger.Numbers.AddRange(numbers);
                Assert.Equal(0, journal.Commit(Ledger.Entries(numbers)));
            }

            var (again, _, recovered) = Ledger.Open(folder.Copy());
            Assert.Equal(ledger.Numbers, again.Numbers);
            Assert.False(recovered.IsTailCut);
            ledger.Numbers.Clear();
            Assert.Equal(0, journal.Replace(ledger.Snapshot));
        }
    });

    [Fact]
    public void TornWriteOverLeftoversIsCutAtEveryByte()
    {
        var folder = Ledger.Written(commits: 4);
        var (ledger, journal, _) = Ledger.Open(folder);
        Assert.Equal(0, journal.Replace(_ => { }));
        ledger.Numbers.Clear();
        Assert.Equal(0, journal.Replace(_ => { }));
        Assert.Equal(0, journal.Commit(Ledger.Entries(1, 2, 3)));
        byte[] before = folder["00000003.journal"];
        Assert.Equal(0, journal.Commit(Ledger.Entries(4, 5, 6, 7)));
        byte[] after = folder["00000003.journal"];
        int from = 0, to = before.Length;
        while (before[from] == after[from])
            from++;
        while (before[to - 1] == after[to - 1])
            to--;
        Assert.True(before.Length == after.Length && to - from > 20);
        for (int i = from + 1; i < to; i++)
        {
            folder["00000003.journal"] = [.. after[..i], .. before[i..]];
            var (again, _, recovered) = Ledger.Open(folder);
            int payloadEnd = from + JournalFormat.FrameHeadBytes + 1 + Ledger.Entries(4, 5, 6, 7).Length;
            Assert.Equal(i < payloadEnd ? [1, 2, 3] : [1, 2, 3, 4, 5, 6, 7], again.Numbers);
            Assert.True(recovered.IsTailCut || i >= payloadEnd);
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
        JournalFormat.ReadHeader(file, out var header);
        while (JournalFormat.TryReadFrame(file, offset, header.Seed, out var payload))
        {
            last = offset;
            offset += JournalFormat.FrameBytes(payload.Length);
        }

        return last;
    }
}
