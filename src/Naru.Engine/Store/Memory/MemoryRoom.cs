using System.Buffers;
using System.Security.Cryptography;
using Naru.Core.WaitingRoom;

namespace Naru.Engine.Store.Memory;

/// <summary>
/// A line in this process. Thread: any; a lock takes them in turn.
/// Invariant: while no room of the configuration has it, it costs its saved bytes and no more.
/// </summary>
internal sealed class MemoryRoom(string name) : IRoomAuthority
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _changes = new();
    private RoomAuthority? _authority;
    private byte[]? _saved;
    private long _waiting;

    public string Name => name;

    public bool IsOpen => Volatile.Read(ref _authority) != null;

    /// <summary>When the room was closed.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    public StoreState State => StoreState.Ok;

    /// <summary>For the first time, or again after a reload that had taken the room out.</summary>
    /// <param name="mayBeLost">The first time: visitors may hold tickets of an earlier process.</param>
    public void Open(RoomSettings settings, bool mayBeLost, long nowMs)
    {
        lock (_lock)
        {
            if (_authority != null)
                throw new InvalidOperationException($"Room {Name} is open.");
            _authority = _saved is { } saved
                ? RoomAuthority.Restore(saved, settings, RandomNumberGenerator.Fill, nowMs, isAlone: true)
                : new RoomAuthority(settings, RandomNumberGenerator.Fill, nowMs, mayBeLost) { IsAlone = true };
            _saved = null;
        }
    }

    public ValueTask<bool> TickAsync(NodeReport report, RoomUpdate update, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (_authority == null)
            {
                update.Clear();
                return new(false);
            }

            _authority.Tick(report, update);
            Forget(_authority);
        }

        return new(true);
    }

    public ValueTask<bool> ControlAsync(RoomControls controls, long nowMs, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (_authority == null)
                return new(false);
            _authority.Apply(controls, nowMs);
            Forget(_authority);
        }

        return new(true);
    }

    public ValueTask ConfigureAsync(RoomSettings settings, long nowMs, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            if (_authority == null)
                return default;
            _authority.Configure(settings, nowMs);
            Forget(_authority);
        }

        return default;
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_authority == null)
                return default;
            Volatile.Write(ref _waiting, _authority.View.Waiting);
            var saved = new ArrayBufferWriter<byte>();
            _authority.Save(saved);
            _saved = saved.WrittenSpan.ToArray();
            _authority = null;
        }

        return default;
    }

    private void Forget(RoomAuthority authority)
    {
        authority.TakeChanges(_changes);
        _changes.ResetWrittenCount();
    }
}
