using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Naru.Admin;

internal enum AccessVerdict
{
    Granted,

    /// <summary>The request names a host that is not this machine's loopback: a page that rebinds its DNS name to 127.0.0.1.</summary>
    ForeignHost,

    /// <summary>A browser sent it on behalf of a web page.</summary>
    CrossSite,

    TokenMissing,

    TokenWrong,
}

/// <summary>
/// Who may call the admin. Loopback alone does not keep out the operator's own browser, so a page must not be able to
/// reach it by a rebound name (Host) or by a blind POST (Origin); beyond loopback a bearer token (RFC 6750) is demanded.
/// </summary>
internal static class AdminAccess
{
    private const string Scheme = "Bearer ";

    /// <param name="loopback">The admin listens on a loopback address.</param>
    /// <param name="host">The Host field, with or without port.</param>
    /// <param name="origin">The Origin field; empty when absent.</param>
    /// <param name="tokenHash">Of <see cref="HashOf"/>; null when no token is configured.</param>
    public static AccessVerdict Judge(bool loopback, bool safeMethod, string host, string origin, string authorization, byte[]? tokenHash)
    {
        if (loopback && !IsLoopbackHost(host))
            return AccessVerdict.ForeignHost;
        if (!safeMethod && origin.Length > 0)
            return AccessVerdict.CrossSite;
        if (tokenHash is null)
            return AccessVerdict.Granted;
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return AccessVerdict.TokenMissing;
        var given = HashOf(authorization[Scheme.Length..].Trim());
        return CryptographicOperations.FixedTimeEquals(given, tokenHash) ? AccessVerdict.Granted : AccessVerdict.TokenWrong;
    }

    /// <summary>Tokens are compared by their hashes, so the time tells neither content nor length.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    internal static bool IsLoopbackHost(string host)
    {
        if (host.StartsWith('['))
        {
            var close = host.IndexOf(']', StringComparison.Ordinal);
            return close > 0 && IsPortOrNothing(host[(close + 1)..])
                && IPAddress.TryParse(host[1..close], out var v6) && IPAddress.IsLoopback(v6);
        }
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? host : host[..colon];
        return (colon < 0 || IsPortOrNothing(host[colon..]))
            && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(name, out var v4) && IPAddress.IsLoopback(v4)));
    }

    private static bool IsPortOrNothing(string rest)
        => rest.Length == 0 || (rest[0] == ':' && ushort.TryParse(rest.AsSpan(1), System.Globalization.NumberStyles.None, null, out _));
}
