namespace Naru.Engine.Store.Redis.Resp;

/// <summary>What came of a command: a value, or a fault with words for the operator.</summary>
internal readonly record struct RedisReply(RedisFault Fault, RespValue Value, string Detail)
{
    public bool IsOk => Fault == RedisFault.None;

    public static RedisReply Of(RespValue value) =>
        value.IsError ? new RedisReply(FaultOf(value.Text), value, value.Text) : new RedisReply(RedisFault.None, value, "");

    public static RedisReply Failed(RedisFault fault, string detail) => new(fault, RespValue.Null, detail);

    /// <summary>The first word of an error is its code.</summary>
    public bool HasCode(string code) => Value.IsError && Detail.StartsWith(code, StringComparison.Ordinal)
        && (Detail.Length == code.Length || Detail[code.Length] == ' ');

    private static RedisFault FaultOf(string error)
    {
        int end = error.IndexOf(' ', StringComparison.Ordinal);
        return (end < 0 ? error : error[..end]) switch
        {
            "WRONGPASS" or "NOAUTH" or "NOPERM" => RedisFault.Denied,
            "LOADING" or "READONLY" or "CLUSTERDOWN" or "MASTERDOWN" or "TRYAGAIN" or "BUSY" or "NOREPLICAS" => RedisFault.Unready,
            _ => RedisFault.Error,
        };
    }
}
