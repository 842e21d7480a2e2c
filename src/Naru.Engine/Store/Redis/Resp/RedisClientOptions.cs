using System.Security.Cryptography.X509Certificates;

namespace Naru.Engine.Store.Redis.Resp;

/// <summary>How to reach a store. Times are bounds, not targets.</summary>
internal sealed record RedisClientOptions
{
    /// <summary>Tried in turn; of a cluster any of its masters.</summary>
    public required IReadOnlyList<RedisAddress> Endpoints { get; init; }

    /// <summary>Null with a password: <c>default</c>.</summary>
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Null: no TLS.</summary>
    public RedisTls? Tls { get; init; }

    /// <summary>For the connection, TLS and HELLO together.</summary>
    public int ConnectTimeoutMs { get; init; } = 2_000;

    /// <summary>From a command to its reply. A tick is due every 50 ms; this is what a busy server may be late.</summary>
    public int CommandTimeoutMs { get; init; } = 500;

    /// <summary>A connection that owes a reply for so long is given up.</summary>
    public int SilenceMs { get; init; } = 2_000;

    /// <summary>The longest pause between two tries to connect; the first is 50 ms.</summary>
    public int BackoffMaxMs { get; init; } = 2_000;

    /// <summary>Commands of one connection that wait for replies.</summary>
    public int InFlightMax { get; init; } = 1_024;

    public RespLimits Limits { get; init; } = RespLimits.Default;
}

/// <summary>TLS to a store. A name in the certificate must be the endpoint's host.</summary>
/// <param name="Authorities">Who may have signed the server's certificate; null: whom the system trusts.</param>
/// <param name="ClientCertificate">For servers that demand one; null: none.</param>
internal sealed record RedisTls(X509Certificate2Collection? Authorities, X509Certificate2? ClientCertificate = null);
