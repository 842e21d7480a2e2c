using System.Text;

namespace Naru.Core.Http1;

/// <summary>The fields that the codec itself reads or writes; all others are <see cref="Other"/>.</summary>
public enum FieldKind : byte
{
    Other,

    // Framing and routing.
    Host,
    ContentLength,
    TransferEncoding,
    Expect,

    // Hop-by-hop (RFC 9110 section 7.6.1): from here to ProxyAuthorization.
    Connection,
    KeepAlive,
    ProxyConnection,
    Te,
    Upgrade,
    Http2Settings,
    ProxyAuthenticate,
    ProxyAuthorization,

    // Who forwarded.
    XForwardedFor,
    XForwardedProto,
    XForwardedHost,

    /// <summary>Any other X-Forwarded-, and X-Original-URL and X-Rewrite-URL: some servers take the path from these.</summary>
    XForwardedOther,
    Forwarded,
    XRealIp,
    Via,
    XRequestId,

    // The rest.
    Trailer,
    Date,

    /// <summary>Of a request: Naru's own cookies are not forwarded.</summary>
    Cookie,

    /// <summary>Of a response: what the server tells the waiting room. Never passed on.</summary>
    WaitingRoom,
}

public static class FieldKinds
{
    private static ReadOnlySpan<byte> XForwarded => "x-forwarded-"u8;

    public static bool IsHopByHop(FieldKind kind) => kind is >= FieldKind.Connection and <= FieldKind.ProxyAuthorization;

    /// <summary>The kind of a non-empty name, in any case. The first letter and the length decide nearly always.</summary>
    public static FieldKind Of(ReadOnlySpan<byte> name) => (name[0] | 0x20) switch
    {
        'c' => name.Length switch
        {
            6 when Is(name, "cookie"u8) => FieldKind.Cookie,
            10 when Is(name, "connection"u8) => FieldKind.Connection,
            14 when Is(name, "content-length"u8) => FieldKind.ContentLength,
            _ => FieldKind.Other,
        },
        'd' when name.Length == 4 && Is(name, "date"u8) => FieldKind.Date,
        'e' when name.Length == 6 && Is(name, "expect"u8) => FieldKind.Expect,
        'f' when name.Length == 9 && Is(name, "forwarded"u8) => FieldKind.Forwarded,
        'h' => name.Length switch
        {
            4 when Is(name, "host"u8) => FieldKind.Host,
            14 when Is(name, "http2-settings"u8) => FieldKind.Http2Settings,
            _ => FieldKind.Other,
        },
        'k' when name.Length == 10 && Is(name, "keep-alive"u8) => FieldKind.KeepAlive,
        'n' when name.Length == 17 && Is(name, "naru-waiting-room"u8) => FieldKind.WaitingRoom,
        'p' => name.Length switch
        {
            16 when Is(name, "proxy-connection"u8) => FieldKind.ProxyConnection,
            18 when Is(name, "proxy-authenticate"u8) => FieldKind.ProxyAuthenticate,
            19 when Is(name, "proxy-authorization"u8) => FieldKind.ProxyAuthorization,
            _ => FieldKind.Other,
        },
        't' => name.Length switch
        {
            2 when Is(name, "te"u8) => FieldKind.Te,
            7 when Is(name, "trailer"u8) => FieldKind.Trailer,
            17 when Is(name, "transfer-encoding"u8) => FieldKind.TransferEncoding,
            _ => FieldKind.Other,
        },
        'u' when name.Length == 7 && Is(name, "upgrade"u8) => FieldKind.Upgrade,
        'v' when name.Length == 3 && Is(name, "via"u8) => FieldKind.Via,
        'x' when name.Length >= 9 => OfX(name),
        _ => FieldKind.Other,
    };

    private static FieldKind OfX(ReadOnlySpan<byte> name) => name.Length switch
    {
        9 when Is(name, "x-real-ip"u8) => FieldKind.XRealIp,
        12 when Is(name, "x-request-id"u8) => FieldKind.XRequestId,
        13 when Is(name, "x-rewrite-url"u8) => FieldKind.XForwardedOther,
        14 when Is(name, "x-original-url"u8) => FieldKind.XForwardedOther,
        15 when Is(name, "x-forwarded-for"u8) => FieldKind.XForwardedFor,
        16 when Is(name, "x-forwarded-host"u8) => FieldKind.XForwardedHost,
        17 when Is(name, "x-forwarded-proto"u8) => FieldKind.XForwardedProto,
        > 12 when Is(name[..12], XForwarded) => FieldKind.XForwardedOther,
        _ => FieldKind.Other,
    };

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => Ascii.EqualsIgnoreCase(name, known);
}
