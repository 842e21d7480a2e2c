namespace Naru.Engine.Store.Redis.Resp;

/// <summary>
/// What a server may send before it counts as broken. A room's largest reply is its view: 16 bytes for each block of 1,024
/// who wait, 16 KiB for a million; the limits leave room for a hundred times that.
/// </summary>
internal sealed record RespLimits
{
    public static readonly RespLimits Default = new();

    /// <summary>A simple string, an error, a number or a length.</summary>
    public int LineBytesMax { get; init; } = 64 * 1024;

    /// <summary>One string.</summary>
    public int BulkBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Values inside one reply, at all depths together.</summary>
    public int ItemsMax { get; init; } = 256 * 1024;

    /// <summary>Aggregates inside aggregates.</summary>
    public int DepthMax { get; init; } = 16;

    /// <summary>One reply with all that it holds.</summary>
    public int ReplyBytesMax { get; init; } = 32 * 1024 * 1024;
}
