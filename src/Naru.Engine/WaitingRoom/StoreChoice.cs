using Naru.Core.Config;
using Naru.Engine.Store;
using Naru.Engine.Store.Embedded;
using Naru.Engine.Store.Memory;
using Naru.Engine.Store.Redis;

namespace Naru.Engine.WaitingRoom;

/// <summary>The store that the configuration asks for.</summary>
internal static class StoreChoice
{
    /// <param name="log">Gets one line for each thing that an operator should know. Called on any thread.</param>
    /// <exception cref="EngineException">It cannot be used: one clear line.</exception>
    public static IRoomStore Open(StoreOptions? options, Action<string> log)
    {
        if (options == null)
            return new MemoryRoomStore(_ => { }); // the configuration has warned already
        if (options.Path is { } path)
            return EmbeddedRoomStore.Open(path, log);
        return new RedisRoomStore(options.Redis!, log);
    }
}
