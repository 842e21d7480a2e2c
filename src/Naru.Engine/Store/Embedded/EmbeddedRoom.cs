using System.Buffers;
using System.Security.Cryptography;
using Naru.Core.WaitingRoom;

namespace Naru.Engine.Store.Embedded;

/// <summary>
/// One room of the embedded store: the authority, and the way of its changes into the journal.
/// Owner: the store. Thread: any; a lock takes calls in turn, and is not held while the disk is waited for.
/// </summary>
internal sealed class EmbeddedRoom : IRoomAuthority
{
    private readonly Lock _lock = new();
    private readonly EmbeddedRoomStore _store;
    private readonly RoomAuthority _authority;
    private readonly ArrayBufferWriter<byte> _content = new();
    private readonly EntryWriter _entry = new();
    private long _sequence;
    private bool _isClosed;

    /// <param name="line">As the journal has it; null: it has nothing.</param>
    /// <param name="mayBeLost">Where the journal has nothing, visitors may hold tickets all the same.</param>
    /// <exception cref="InvalidDataException">The line was written by something else than this version.</exception>
    public EmbeddedRoom(EmbeddedRoomStore store, RoomSettings settings, StoredLine? line, bool mayBeLost, long nowMs)
    {
        _store = store;
        Name = settings.Name;
        _authority = Restore(settings, line, mayBeLost, nowMs);
        _sequence = line?.Sequence ?? 0;
        if (line is { HasGap: true })
            _authority.SkipAhead();
    }

    public string Name { get; }

    public StoreState State => _store.State;

    /// <summary>Visitors of a line that is not open; -1: it is not one that this version knows.</summary>
    public static long Waiting(StoredLine line)
    {
        try
        {
            // A copy that never opens, asked as by a node that knows nothing.
            var copy = Restore(new RoomSettings { Name = line.Room, AdmitPerSecond = 0 }, line, mayBeLost: false, nowMs: 1);
            copy.Tick(new NodeReport { NowMs = 1 }, new RoomUpdate());
            return copy.View.Waiting;
        }
        catch (InvalidDataException)
        {
            return -1;
        }
    }

    public async ValueTask<bool> TickAsync(NodeReport report, RoomUpdate update, CancellationToken cancel = default)
    {
        Task<bool>? durable;
        lock (_lock)
        {
            if (_isClosed)
            {
                update.Clear();
                return false;
            }

            // The last room on the disk is for those who have a number.
            report.TakesNoNumbers = !_store.State.IsOk;
            _authority.Tick(report, update);
            durable = Journal();
        }

        if (durable is null || await durable.WaitAsync(cancel).ConfigureAwait(false))
            return true;
        update.Clear();
        return false;
    }

    public async ValueTask<bool> ControlAsync(RoomControls controls, long nowMs, CancellationToken cancel = default)
    {
        RoomControls before;
        Task<bool>? durable;
        lock (_lock)
        {
            if (_isClosed || _store.State.Condition == StoreCondition.Lost)
                return false;
            before = _authority.View.Controls;
            _authority.Apply(controls, nowMs);
            durable = Journal();
        }

        if (durable is null || await durable.WaitAsync(cancel).ConfigureAwait(false))
            return true;
        // What was revoked stays so; the rest would surprise after a restart.
        lock (_lock)
        {
            _authority.Apply(before with { Revocations = controls.Revocations }, nowMs);
            _ = Journal();
        }

        return false;
    }

    public ValueTask ConfigureAsync(RoomSettings settings, long nowMs, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            _authority.Configure(settings, nowMs);
            _ = Journal();
        }

        return default;
    }

    public ValueTask DisposeAsync()
    {
        StoredLine line;
        lock (_lock)
        {
            if (_isClosed)
                return default;
            _isClosed = true;
            _ = Journal();
            line = new StoredLine(Name);
            line.Save(_sequence, Saved().ToArray());
        }

        _store.Close(this, line);
        return default;
    }

    /// <summary>Thread: the store's.</summary>
    public void Save(EntryWriter writer)
    {
        lock (_lock)
        {
            // Changes that nobody took yet are in the state, and come once more behind it, where they do no harm.
            StoreEntries.Write(writer, EntryKind.Saved, Name, _sequence, Saved());
        }
    }

    /// <summary>One process has the folder, so no other one takes part in its lines.</summary>
    private static RoomAuthority Restore(RoomSettings settings, StoredLine? line, bool mayBeLost, long nowMs)
    {
        var authority = line?.Saved is { } saved
            ? RoomAuthority.Restore(saved, settings, RandomNumberGenerator.Fill, nowMs, isAlone: true)
            : new RoomAuthority(settings, RandomNumberGenerator.Fill, nowMs, mayBeLost) { IsAlone = true };
        foreach (byte[] changes in line?.Changes ?? [])
            authority.Replay(changes);
        return authority;
    }

    private ReadOnlySpan<byte> Saved()
    {
        _content.ResetWrittenCount();
        _authority.Save(_content);
        return _content.WrittenSpan;
    }

    /// <summary>Hands what changed to the journal; null: nothing did. In the lock.</summary>
    private Task<bool>? Journal()
    {
        _content.ResetWrittenCount();
        _authority.TakeChanges(_content);
        if (_content.WrittenCount == 0)
            return null;
        _entry.Clear();
        StoreEntries.Write(_entry, EntryKind.Changed, Name, ++_sequence, _content.WrittenSpan);
        return _store.Append(_entry.Written);
    }
}
