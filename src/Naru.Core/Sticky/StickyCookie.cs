using System.Buffers.Text;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Naru.Core.Sticky;

/// <summary>
/// The signed cookie that keeps a client at its server. A value is <c>1</c> (the format), 12 characters that name the
/// server and 20 that sign them, both base64url: <c>1o866VYMRTVtwpBhmF4Ig2tt82gkXsiyW</c>.
/// <para>
/// Name and signature depend on the key, the pool and the server's address alone, so a value survives restarts and
/// reloads, holds on every node with the same key, and is worth nothing at another pool. The name is a keyed hash: it
/// shows no address. All values are made when the pool is built; a request costs one look-up and one comparison.
/// </para>
/// Owner: one per pool and snapshot. Thread: any; immutable.
/// </summary>
public sealed class StickyCookie
{
    public const int NoServer = -1;

    /// <summary>Of every value.</summary>
    public const int ValueBytes = 1 + NameChars + SignatureChars;

    // Multiples of three bytes end on a character of base64, so name and signature are compared without decoding.
    private const int NameBytes = 9;
    private const int SignatureBytes = 15;
    private const int NameChars = NameBytes / 3 * 4;
    private const int SignatureChars = SignatureBytes / 3 * 4;
    private const byte Format = (byte)'1';

    private readonly byte[][] _values;
    private readonly byte[][] _setCookieLines;
    private readonly FrozenDictionary<ServerName, int> _servers;

    /// <param name="key">At least 32 bytes.</param>
    /// <param name="servers">Addresses as in the configuration, in the pool's order.</param>
    public StickyCookie(string pool, string cookie, ReadOnlySpan<byte> key, IReadOnlyList<string> servers)
    {
        _values = new byte[servers.Count][];
        _setCookieLines = new byte[servers.Count][];
        var names = new Dictionary<ServerName, int>();
        for (var i = 0; i < servers.Count; i++)
        {
            _values[i] = ValueFor(pool, servers[i], key);
            _setCookieLines[i] = Encoding.ASCII.GetBytes(
                $"Set-Cookie: {cookie}={Encoding.ASCII.GetString(_values[i])}; Path=/; HttpOnly; SameSite=Lax\r\n");
            // An address that is listed twice is one server to the client: the first.
            names.TryAdd(NameIn(_values[i]), i);
        }
        _servers = names.ToFrozenDictionary();
    }

    /// <summary>
    /// The server that a cookie names, or <see cref="NoServer"/> when it is forged, cut, another pool's, or its server is gone.
    /// </summary>
    /// <remarks>
    /// The look-up by name may leak through its time whether a name exists; names are in every cookie and no secret.
    /// The signature is, and is compared in constant time.
    /// </remarks>
    public int Find(ReadOnlySpan<byte> cookieValue) =>
        cookieValue.Length == ValueBytes
        && cookieValue[0] == Format
        && _servers.TryGetValue(NameIn(cookieValue), out var server)
        && CryptographicOperations.FixedTimeEquals(cookieValue[^SignatureChars..], _values[server].AsSpan(ValueBytes - SignatureChars))
            ? server
            : NoServer;

    /// <summary>The whole field line with CRLF that sends the client back to this server; a session cookie.</summary>
    public ReadOnlySpan<byte> SetCookieLine(int server) => _setCookieLines[server];

    private static ServerName NameIn(ReadOnlySpan<byte> value) => MemoryMarshal.Read<ServerName>(value[1..]);

    private static byte[] ValueFor(string pool, string server, ReadOnlySpan<byte> key)
    {
        var name = Mac(key, "naru sticky name 1", pool, Encoding.UTF8.GetBytes(server)).AsSpan(0, NameBytes);
        var signature = Mac(key, "naru sticky signature 1", pool, name).AsSpan(0, SignatureBytes);
        var value = new byte[ValueBytes];
        value[0] = Format;
        Base64Url.EncodeToUtf8(name, value.AsSpan(1));
        Base64Url.EncodeToUtf8(signature, value.AsSpan(1 + NameChars));
        return value;
    }

    /// <summary>HMAC-SHA-256. The purpose keeps names and signatures apart; zero bytes keep one part from running into the next.</summary>
    private static byte[] Mac(ReadOnlySpan<byte> key, string purpose, string pool, ReadOnlySpan<byte> text) =>
        HMACSHA256.HashData(key, [.. Encoding.UTF8.GetBytes($"{purpose}\0{pool}\0"), .. text]);

    /// <summary>The twelve characters of a name as one comparable value.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private readonly record struct ServerName(ulong First, uint Last);
}
