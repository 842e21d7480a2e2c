using Naru.Core.WaitingRoom;
using Naru.Engine.Linux;

namespace Naru.Engine.Store.Embedded;

/// <summary>
/// Keeps the lines of waiting rooms in a folder of this machine (docs/store.md). The lines themselves live in this process;
/// what they rest on is durable before it is given out.
/// Owner: the engine. Thread: any. Invariant: one process has the folder; what a tick or a control was answered survives
/// <c>kill -9</c> and power failures.
/// </summary>
public sealed class EmbeddedRoomStore : IRoomStore
{
    /// <summary>The operator makes a file of this name and a room's to drop the room's line at the next start.</summary>
    private const string ForgetRequest = "forget-";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, StoredLine> _lines;
    private readonly Dictionary<string, EmbeddedRoom> _rooms = [];

    /// <summary>Rooms whose key was made by this store while it is open: no ticket is older.</summary>
    private readonly HashSet<string> _newKeys = [];
    private readonly IStoreFolder _folder;
    private readonly CommitQueue _queue;
    private readonly Action<string> _log;
    private readonly bool _isTailCut;
    private CommitThread? _thread;

    /// <summary>Without a thread of its own: <see cref="Turn"/> makes things durable.</summary>
    internal EmbeddedRoomStore(IStoreFolder folder, JournalSizes sizes, Action<string> log)
    {
        _folder = folder;
        _log = log;
        _lines = [];
        var recovered = JournalRecovery.Read(folder, (_, entries) => StoreEntries.Read(entries, _lines), log);
        foreach (var line in _lines.Values)
            line.HasGap |= recovered.IsTailCut;
        _isTailCut = recovered.IsTailCut;
        var forgotten = TakeForgotten();
        var journal = new Journal(folder, sizes, recovered.Generation);
        _queue = new CommitQueue(folder, journal, WriteSnapshot, log);
        int result = _queue.Begin();
        if (result == 0)
        {
            // Asked for once, done once: the next damage is another question.
            _ = folder.Delete(JournalRecovery.MendRequest);
            foreach (string room in forgotten)
                _ = folder.Delete(ForgetRequest + room);
            return;
        }

        // A full disk is no reason to send home those who wait; anything else shows now, while somebody looks.
        if (recovered.Generation > 0 && result is (Errno.NoSpace or Errno.QuotaExceeded))
        {
            _queue.BeginLost(result);
            return;
        }

        _queue.Dispose();
        throw new EngineException($"store.path: {folder.Path} can't be written: {Errno.Text(result)}. {StoreFolder.WhatToMend(result)}");
    }

    public string Place => _folder.Path;

    public StoreState State => _queue.State;

    public IReadOnlyList<StoredRoom> Unused
    {
        get
        {
            lock (_lock)
                return [.. _lines.Values.OrderBy(l => l.Room, StringComparer.Ordinal).Select(l => new StoredRoom(l.Room, l.Waiting ??= EmbeddedRoom.Waiting(l)))];
        }
    }

    /// <summary>Opens the folder, made when it is missing; reads what is there, and begins a new journal.</summary>
    /// <param name="path">A folder on a local disk. Its parent must exist.</param>
    /// <param name="log">Gets one line for each thing that an operator should know. Called on any thread.</param>
    /// <exception cref="EngineException">The folder cannot be made, written or locked, or the journal cannot be trusted: one clear line.</exception>
    public static EmbeddedRoomStore Open(string path, Action<string> log)
    {
        var folder = StoreFolder.Open(path);
        try
        {
            var store = new EmbeddedRoomStore(folder, JournalSizes.Default, log);
            store._thread = new CommitThread(store._queue, TimeProvider.System);
            return store;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    public ValueTask<IRoomAuthority> OpenAsync(RoomSettings settings, bool hasKeyFile, long nowMs, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (_rooms.ContainsKey(settings.Name))
                throw new InvalidOperationException($"Room {settings.Name} is open.");
            bool isKnown = _lines.Remove(settings.Name, out var line);
            try
            {
                // The key is older than all that the journal has: the journal was lost.
                bool hasOldKey = hasKeyFile || (!_newKeys.Contains(settings.Name) && _folder.Exists(RoomKeyFile.FileName(settings.Name)));
                // What was cut may have been all that the journal had of this room.
                if (!isKnown && !hasOldKey && _isTailCut)
                    line = new StoredLine(settings.Name) { HasGap = true };
                var room = new EmbeddedRoom(this, settings, line, hasOldKey, nowMs);
                _rooms.Add(settings.Name, room);
                return new(room);
            }
            catch (InvalidDataException e)
            {
                _lines.Add(settings.Name, line!);
                throw new EngineException($"store: what {_folder.Path} holds of the room {settings.Name} is not what this version of Naru "
                    + $"knows ({e.Message}). Run the version that wrote it, or a newer one.");
            }
        }
    }

    public ValueTask<byte[]> SecretAsync(string room, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            byte[] secret = RoomKeyFile.ReadOrCreate(_folder, room, _log, out bool isNew);
            if (isNew)
                _newKeys.Add(room);
            return new(secret);
        }
    }

    public async ValueTask<bool> ForgetAsync(string room, CancellationToken cancel = default)
    {
        Task<bool> durable;
        lock (_lock)
        {
            if (!State.IsOk || !_lines.Remove(room))
                return false;
            var entry = new EntryWriter();
            StoreEntries.Write(entry, EntryKind.Forgotten, room, 0, []);
            durable = Append(entry.Written);
            // Tickets of the forgotten line must not count in a later one of this name.
            _ = _folder.Delete(RoomKeyFile.FileName(room));
        }

        return await durable.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Makes the last changes durable and lets go of the folder. Rooms answer nothing more.</summary>
    public ValueTask DisposeAsync()
    {
        if (_thread?.Stop() == false)
        {
            _log($"store: {_folder.Path}: the disk does not answer; what was not yet answered for is lost.");
            return default;
        }

        _queue.Dispose();
        (_folder as IDisposable)?.Dispose();
        return default;
    }

    internal void Turn(long nowMs) => _queue.Turn(nowMs);

    /// <summary>Call in the lock of what the entries are about.</summary>
    internal Task<bool> Append(ReadOnlySpan<byte> entries)
    {
        var durable = _queue.Append(entries);
        _thread?.Wake();
        return durable;
    }

    /// <summary>The room goes out of the configuration; its line stays.</summary>
    internal void Close(EmbeddedRoom room, StoredLine line)
    {
        lock (_lock)
        {
            _rooms.Remove(room.Name);
            _lines[room.Name] = line;
        }
    }

    /// <summary>Rooms whose lines the operator wants to go, each named by a file. Their keys go too: no old ticket counts in a later line of the name.</summary>
    private List<string> TakeForgotten()
    {
        var rooms = _folder.List().Where(f => f.StartsWith(ForgetRequest, StringComparison.Ordinal)).Select(f => f[ForgetRequest.Length..]).ToList();
        foreach (string room in rooms)
        {
            bool had = _lines.Remove(room);
            _ = _folder.Delete(RoomKeyFile.FileName(room));
            _log(had
                ? $"store: the line of the room '{room}' and its key are gone, as asked for by the file '{ForgetRequest}{room}'."
                : $"store: no line of a room '{room}' is kept; the file '{ForgetRequest}{room}' is of no use.");
        }

        return rooms;
    }

    private void WriteSnapshot(Action<EntryWriter> frame)
    {
        lock (_lock)
        {
            var writer = new EntryWriter();
            foreach (var line in _lines.Values)
            {
                writer.Clear();
                line.Write(writer);
                frame(writer);
            }

            foreach (var room in _rooms.Values)
            {
                writer.Clear();
                room.Save(writer);
                frame(writer);
            }
        }
    }
}
