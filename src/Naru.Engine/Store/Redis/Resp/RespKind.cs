namespace Naru.Engine.Store.Redis.Resp;

/// <summary>The types of RESP3 (https://github.com/redis/redis-specifications/blob/master/protocol/RESP3.md).</summary>
internal enum RespKind : byte
{
    Null,
    SimpleString,
    BulkString,
    VerbatimString,
    Error,
    Integer,
    Double,
    BigNumber,
    Boolean,
    Array,
    Set,

    /// <summary>Items are key, value, key, value.</summary>
    Map,

    /// <summary>Out of band: it answers no command.</summary>
    Push,
}
