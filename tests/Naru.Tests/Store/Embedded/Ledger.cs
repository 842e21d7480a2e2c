using Naru.Engine;
using Naru.Engine.Store.Embedded;

namespace Naru.Tests.Store.Embedded;

/// <summary>The smallest thing that a journal can keep: the numbers that were noted, of which the snapshot has all.</summary>
internal sealed class Ledger
{
    private readonly Lock _lock = new();

    public List<long> Numbers { get; } = [];

    public List<string> Log { get; } = [];

    public static JournalSizes SmallSizes { get; } = new(256, 0);

    /// <summary>Opens the folder as the store does: recovers, and begins a new file.</summary>
    public static (Ledger Ledger, Journal Journal, Recovered Recovered) Open(MemoryFolder folder, JournalSizes? sizes = null)
    {
        var ledger = new Ledger();
        var recovered = JournalRecovery.Read(folder, ledger.OnFrame, ledger.Log.Add);
        var journal = new Journal(folder, sizes ?? JournalSizes.Default, recovered.Generation);
        return (ledger, journal, recovered);
    }

    public void OnFrame(FrameKind kind, EntryReader entries)
    {
        while (entries.TryNextEntry(out var entry))
            Numbers.Add(entry.Number());
    }

    public void Snapshot(Action<EntryWriter> frame)
    {
        var writer = new EntryWriter();
        lock (_lock)
            foreach (long number in Numbers)
                Write(writer, number);
        frame(writer);
    }

    /// <summary>Notes a number and gives the entry for it to <paramref name="append"/>, as a room does, in one lock.</summary>
    public Task<bool> Note(long number, CommitQueue queue)
    {
        lock (_lock)
        {
            Numbers.Add(number);
            return queue.Append(Entries(number).Written);
        }
    }

    public static EntryWriter Entries(params long[] numbers)
    {
        var writer = new EntryWriter();
        foreach (long number in numbers)
            Write(writer, number);
        return writer;
    }

    /// <summary>A journal file of one snapshot and some commits.</summary>
    public static MemoryFolder Written(int commits, int numbersPerCommit = 3)
    {
        var folder = new MemoryFolder();
        var (ledger, journal, _) = Open(folder);
        ledger.Numbers.Add(0);
        Assert.Equal(0, journal.Replace(ledger.Snapshot));
        long next = 1;
        for (int i = 0; i < commits; i++)
            Assert.Equal(0, journal.Commit(Entries([.. Enumerable.Range(0, numbersPerCommit).Select(_ => next++)])));
        return folder;
    }

    /// <summary>What an append was answered; a turn has passed, so nothing waits here.</summary>
    public static bool Answer(Task<bool> append)
    {
        Assert.True(append.IsCompletedSuccessfully);
        return append.GetAwaiter().GetResult();
    }

    public static EngineException Refused(MemoryFolder folder) => Assert.Throws<EngineException>(() => Open(folder));

    private static void Write(EntryWriter writer, long number)
    {
        writer.BeginEntry();
        writer.Number(number);
        writer.EndEntry();
    }
}
