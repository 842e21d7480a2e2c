namespace Naru.Engine.Store.Embedded;

/// <summary>When a journal file is replaced, and how much room is kept for it beforehand.</summary>
/// <param name="ChangesBytesMin">Changes behind the snapshot that make a file worth replacing, however small the snapshot is.</param>
/// <param name="ChangesPerSnapshot">Of a large snapshot, so many times its size: writing snapshots stays a fifth of all writing.</param>
internal sealed record JournalSizes(int ChangesBytesMin, int ChangesPerSnapshot)
{
    /// <summary>A busy room writes some 3 KB a second: a new file every minute or two, and a restart reads it in milliseconds.</summary>
    public static JournalSizes Default { get; } = new(256 * 1024, 4);

    public long ChangesBytes(long snapshotBytes) => Math.Max(ChangesBytesMin, snapshotBytes * ChangesPerSnapshot);

    /// <summary>
    /// Taken when the file is made: the changes that let it be replaced, and as much again, for a commit that grows while it is.
    /// </summary>
    public long ReservedBytes(long snapshotBytes) => JournalFormat.HeaderBytes + snapshotBytes + (2 * ChangesBytes(snapshotBytes));
}
