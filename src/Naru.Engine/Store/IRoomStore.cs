using Naru.Core.WaitingRoom;

namespace Naru.Engine.Store;

/// <summary>
/// Where the lines of waiting rooms are kept: in this process, in a folder, or in a Redis that several nodes share.
/// Owner: the engine. Thread: any; nothing here is for the data path.
/// </summary>
public interface IRoomStore : IAsyncDisposable
{
    /// <summary>For the operator: the folder or the servers; "memory".</summary>
    string Place { get; }

    StoreState State { get; }

    /// <summary>Lines of rooms that the configuration does not have, by name.</summary>
    IReadOnlyList<StoredRoom> Unused { get; }

    /// <summary>The line of a room: as it was left, or an empty one. A room is open once at a time.</summary>
    /// <param name="hasKeyFile">
    /// The secret is the operator's, and may have signed tickets of a line that the store knows nothing of; otherwise it is that of
    /// <see cref="SecretAsync"/>, which is asked for first.
    /// </param>
    /// <exception cref="EngineException">What is kept of the room cannot be used: one clear line.</exception>
    ValueTask<IRoomAuthority> OpenAsync(RoomSettings settings, bool hasKeyFile, long nowMs, CancellationToken cancel = default);

    /// <summary>The secret of a room that names no <c>keyFile</c>, made when there is none: at least 32 bytes, the same for ever.</summary>
    /// <exception cref="EngineException">It can be neither read nor made: one clear line.</exception>
    ValueTask<byte[]> SecretAsync(string room, CancellationToken cancel = default);

    /// <summary>Drops the line of a room that is not open. False: there is none, it is open, or the store does not take it.</summary>
    ValueTask<bool> ForgetAsync(string room, CancellationToken cancel = default);
}

/// <summary>The line of one room, as all nodes agree on it. Thread: any, calls of one room in turn.</summary>
public interface IRoomAuthority : IAsyncDisposable
{
    StoreState State { get; }

    /// <summary>
    /// Takes in what happened on this node, and brings what it gets; what is in <paramref name="update"/> rests on what is durable.
    /// False: the store did not take it; the update is empty, and the node goes on with what it has.
    /// </summary>
    ValueTask<bool> TickAsync(NodeReport report, RoomUpdate update, CancellationToken cancel = default);

    /// <summary>What the operator changed. False: the store does not take it, so it would not last; nothing has changed.</summary>
    ValueTask<bool> ControlAsync(RoomControls controls, long nowMs, CancellationToken cancel = default);

    /// <summary>A reloaded configuration; places, sessions and the operator's changes stay.</summary>
    ValueTask ConfigureAsync(RoomSettings settings, long nowMs, CancellationToken cancel = default);
}

/// <summary>A line that is kept and not open.</summary>
/// <param name="Waiting">Visitors in it when it was last written; -1: not known.</param>
public sealed record StoredRoom(string Name, long Waiting);
