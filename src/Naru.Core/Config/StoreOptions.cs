namespace Naru.Core.Config;

/// <summary>The section <c>store</c>: where waiting rooms keep their lines. Exactly one of its parts is set.</summary>
public sealed class StoreOptions
{
    /// <summary>A folder of this machine.</summary>
    public string? Path { get; init; }

    public RedisOptions? Redis { get; init; }
}

/// <summary>The key <c>redis</c> of <c>store</c>: a Redis or Valkey that several nodes share.</summary>
public sealed class RedisOptions
{
    /// <summary>One server, or some of a cluster.</summary>
    public required IReadOnlyList<RedisEndpoint> Endpoints { get; init; }

    /// <summary>Null: the server's default user.</summary>
    public string? Username { get; init; }

    /// <summary>Read from <c>passwordFile</c>; null: none is asked.</summary>
    public string? Password { get; init; }

    public bool Tls { get; init; }

    /// <summary>Certificates (PEM) that vouch for the server; null: those of the machine.</summary>
    public TextFile? Ca { get; init; }

    /// <summary>In front of every key. Default <c>naru</c>.</summary>
    public string Prefix { get; init; } = "naru";
}

/// <param name="Host">An address or a name.</param>
public sealed record RedisEndpoint(string Host, int Port);
