namespace Naru.Core.Balancing;

/// <summary>What one pick may look at beside the set: the time, the request's hash, what it tried before.</summary>
public readonly ref struct PickContext(long nowMs, ulong hash = 0, ReadOnlySpan<ServerLoad?> tried = default)
{
    public long NowMs { get; } = nowMs;

    /// <summary>From <see cref="KeyedHash"/>; read only by source-hash, consistent-hash and maglev.</summary>
    public ulong Hash { get; } = hash;

    /// <summary>Servers that this request has tried already; null entries are skipped.</summary>
    public ReadOnlySpan<ServerLoad?> Tried { get; } = tried;

    /// <summary>Not tried by this request and below its limit.</summary>
    public bool Allows(ServerLoad server)
    {
        foreach (ServerLoad? tried in Tried)
            if (ReferenceEquals(tried, server))
                return false;
        return !server.IsFull;
    }
}
