namespace Naru.Engine.Store.Embedded;

/// <summary>
/// The folder that the journal lives in: the seam at which tests let disks fill up, fail and lose what was not synced.
/// Answers are 0 or a negative errno (<see cref="Linux.Errno"/>), as the kernel gives them. Thread: the store's.
/// </summary>
internal interface IStoreFolder
{
    string Path { get; }

    /// <summary>What a new file could take. Bytes; less than 0 when nobody knows.</summary>
    long FreeBytes { get; }

    IReadOnlyList<string> List();

    bool Exists(string name);

    int CreateNew(string name, out IStoreFile? file);

    int OpenRead(string name, out IStoreFile? file);

    /// <summary>For writing over what is there.</summary>
    int OpenWrite(string name, out IStoreFile? file);

    /// <summary>Replaces <paramref name="to"/> in one step. Durable after <see cref="Sync"/>.</summary>
    int Rename(string from, string to);

    int Delete(string name);

    /// <summary>Makes created, renamed and deleted names durable.</summary>
    int Sync();
}

/// <summary>A file of the store. Answers are 0 or more, or a negative errno.</summary>
internal interface IStoreFile : IDisposable
{
    long Length { get; }

    /// <summary>Bytes; fewer than asked for only at the end.</summary>
    int Read(long offset, Span<byte> into);

    int Write(long offset, ReadOnlySpan<byte> from);

    /// <summary>Makes what was written durable. After an error the file holds nobody knows what and is not written again.</summary>
    int Sync();

    /// <summary>Takes the room for so many bytes from the start of the file, so that a full disk does not stop later writes.</summary>
    int Reserve(long bytes);
}
