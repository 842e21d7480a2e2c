using System.Collections.Concurrent;
using System.Security.Cryptography;
using Naru.Core.WaitingRoom;

namespace Naru.Engine.Store.Memory;

/// <summary>
/// Keeps the lines in this process: no <c>store</c> is configured. When the process ends they are lost, but for what visitors hold:
/// where the operator keeps the key, a line is rebuilt from that.
/// </summary>
public sealed class MemoryRoomStore : IRoomStore
{
    private const int SecretBytes = 32;

    private readonly ConcurrentDictionary<string, byte[]> _secrets = new();
    private readonly ConcurrentDictionary<string, MemoryRoom> _rooms = new();

    /// <param name="log">Gets the line that says what this means.</param>
    public MemoryRoomStore(Action<string> log) => log("store: none is configured: waiting rooms keep their lines in memory, "
        + "and everybody loses their place when Naru stops. To keep them, name a folder: store: { path: /var/lib/naru }");

    public string Place => "memory";

    public StoreState State => StoreState.Ok;

    public IReadOnlyList<StoredRoom> Unused => [.. _rooms.Values.Where(r => !r.IsOpen).Select(r => new StoredRoom(r.Name, r.Waiting))];

    public ValueTask<IRoomAuthority> OpenAsync(RoomSettings settings, bool hasKeyFile, long nowMs, CancellationToken cancel = default)
    {
        var room = _rooms.GetOrAdd(settings.Name, name => new MemoryRoom(name));
        room.Open(settings, mayBeLost: hasKeyFile, nowMs);
        return new(room);
    }

    public ValueTask<byte[]> SecretAsync(string room, CancellationToken cancel = default) =>
        new(_secrets.GetOrAdd(room, _ => RandomNumberGenerator.GetBytes(SecretBytes)));

    public ValueTask<bool> ForgetAsync(string room, CancellationToken cancel = default) =>
        new(_rooms.TryGetValue(room, out var kept) && !kept.IsOpen && _rooms.TryRemove(room, out _));

    public ValueTask DisposeAsync() => default;
}
