using Naru.Core.Config;
using Naru.Core.WaitingRoom;

namespace Naru.Engine.WaitingRoom;

/// <summary>What the configuration says, in the words of the line.</summary>
internal static class RoomOptionsMap
{
    public static RoomSettings Settings(WaitingRoomOptions options) => new()
    {
        Name = options.Name,
        AdmitPerSecond = options.AdmitAuto && options.AdmitPerSecond == 0 ? new RoomSettings { Name = "" }.AdmitPerSecond : options.AdmitPerSecond,
        AdmitAuto = options.AdmitAuto,
        Active = Math.Max(1, options.Active),
        SessionMs = (int)options.Session.TotalMilliseconds,
        Mode = options.Mode,
        OpensMs = options.Opens?.ToUnixTimeMilliseconds() ?? 0,
        PrequeueMs = (int)options.Prequeue.TotalMilliseconds,
        GraceMs = (int)options.Grace.TotalMilliseconds,
        Paused = options.Paused,
        LocalRatePerSecond = options.LocalRatePerSecond,
    };

    /// <summary>For people, and to notice that a reload asks for another store.</summary>
    public static string StoreName(StoreOptions? options) => options switch
    {
        { Path: { } path } => path,
        { Redis: { } redis } => $"redis {string.Join(", ", redis.Endpoints.Select(e => $"{e.Host}:{e.Port}"))} ({redis.Prefix})",
        _ => "memory",
    };
}
