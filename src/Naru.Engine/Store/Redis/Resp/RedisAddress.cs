namespace Naru.Engine.Store.Redis.Resp;

/// <summary>Where one server of a store listens.</summary>
internal readonly record struct RedisAddress(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
