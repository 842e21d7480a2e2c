using System.Buffers;
using Naru.Core.WaitingRoom;

namespace Naru.Engine.Store.Memory;

/// <summary>A line in this process. Thread: any; a lock takes them in turn.</summary>
internal sealed class MemoryRoom(RoomSettings settings, long nowMs) : IRoomAuthority
{
    private readonly Lock _lock = new();
    private readonly RoomAuthority _authority = new(settings, System.Security.Cryptography.RandomNumberGenerator.Fill, nowMs);
    private readonly ArrayBufferWriter<byte> _changes = new();

    public string Name => settings.Name;

    public bool IsOpen { get; private set; }

    public long Waiting => _authority.View.Waiting;

    public StoreState State => StoreState.Ok;

    /// <summary>Again, after a reload that had taken the room out.</summary>
    public void Open(RoomSettings now, long atMs)
    {
        lock (_lock)
        {
            if (IsOpen)
                throw new InvalidOperationException($"Room {Name} is open.");
            IsOpen = true;
            _authority.Configure(now, atMs);
        }
    }

    public ValueTask<bool> TickAsync(NodeReport report, RoomUpdate update, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            _authority.Tick(report, update);
            Forget();
        }

        return new(true);
    }

    public ValueTask<bool> ControlAsync(RoomControls controls, long nowMs, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            _authority.Apply(controls, nowMs);
            Forget();
        }

        return new(true);
    }

    public ValueTask ConfigureAsync(RoomSettings settings, long nowMs, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            _authority.Configure(settings, nowMs);
            Forget();
        }

        return default;
    }

    public ValueTask DisposeAsync()
    {
        lock (_lock)
            IsOpen = false;
        return default;
    }

    private void Forget()
    {
        _authority.TakeChanges(_changes);
        _changes.ResetWrittenCount();
    }
}
