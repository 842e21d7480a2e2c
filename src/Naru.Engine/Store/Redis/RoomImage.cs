using System.Security.Cryptography;
using Naru.Core.WaitingRoom;

namespace Naru.Engine.Store.Redis;

/// <summary>
/// The line as it is stored: a snapshot and the changes since. Owner: the leader. Thread: its.
/// </summary>
internal sealed class RoomImage(RoomCalls calls)
{
    /// <summary>Pieces keep each command short, so that a large room does not hold up the others in the store.</summary>
    private const int PieceBytes = 512 * 1024;

    /// <summary>A log that is read in a few calls when another node takes over.</summary>
    private const long LogEntriesMax = 10_000;

    /// <summary>Below this a snapshot is not worth its while.</summary>
    private const long LogBytesMin = 256 * 1024;

    private long _snapshotBytes;
    private long _logBytes;

    /// <summary>Changes were added to the log.</summary>
    public void Logged(int bytes) => _logBytes += bytes;

    /// <summary>The log has outgrown the snapshot: reading both costs twice as much as it need.</summary>
    public bool IsSaveDue(long logEntries) => logEntries > LogEntriesMax || _logBytes > Math.Max(LogBytesMin, _snapshotBytes);

    /// <summary>Null: the store did not answer.</summary>
    /// <exception cref="InvalidDataException">What is stored is no line.</exception>
    public async Task<RoomAuthority?> LoadAsync(RoomSettings settings, long nowMs)
    {
        var snapshot = await calls.LoadSnapshotAsync().ConfigureAwait(false);
        var log = snapshot == null ? null : await calls.LoadLogAsync().ConfigureAwait(false);
        if (snapshot == null || log == null)
            return null;
        _snapshotBytes = snapshot.Length;
        _logBytes = log.Length;
        if (snapshot.Length + log.Length == 0)
            return new RoomAuthority(settings, RandomNumberGenerator.Fill, nowMs, mayBeLost: true);
        var room = RoomAuthority.Restore(snapshot, settings, RandomNumberGenerator.Fill, nowMs);
        room.Replay(log);
        return room;
    }

    /// <summary>False: not saved; the lease may be lost.</summary>
    public async Task<bool> SaveAsync(Lease lease, ReadOnlyMemory<byte> snapshot, long logEntries, long version)
    {
        int index = 0;
        for (int from = 0; from < snapshot.Length; from += PieceBytes)
        {
            var piece = snapshot.Slice(from, Math.Min(PieceBytes, snapshot.Length - from));
            if (await calls.SavePieceAsync(lease, index++, piece).ConfigureAwait(false) != WorkStatus.Done)
                return false;
        }

        if (await calls.SaveDoneAsync(lease, logEntries, version).ConfigureAwait(false) != WorkStatus.Done)
            return false;
        _snapshotBytes = snapshot.Length;
        _logBytes = 0;
        return true;
    }
}
