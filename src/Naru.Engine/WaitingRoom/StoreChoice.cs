using Naru.Core.Config;
using Naru.Engine.Store;
using Naru.Engine.Store.Memory;

namespace Naru.Engine.WaitingRoom;

/// <summary>The store that the configuration asks for.</summary>
internal static class StoreChoice
{
    /// <exception cref="EngineException">It cannot be used: one clear line.</exception>
    public static IRoomStore Open(StoreOptions? options)
    {
        if (options == null)
            return new MemoryRoomStore(_ => { }); // the configuration has warned already
        throw new EngineException("store: only lines in memory can be kept so far. Remove store.");
    }
}
