namespace Naru.Core.Http;

/// <summary>Every named maximum of the HTTP codecs. A test reaches each, and another asserts how they relate.</summary>
public static class HttpLimits
{
    /// <summary>Request or status line and fields. Field offsets are 16 bits: no offset kept in a field passes this minus 2.</summary>
    public const int HeadBytesMax = 64 * 1024;

    public const int HeadBytesMin = 1024;

    public const int FieldsMax = 1000;

    public const int FieldsDefault = 100;

    /// <summary>Default for the request target; RFC 9112 section 3 asks for 8,000 at least.</summary>
    public const int TargetBytesDefault = 16 * 1024;

    /// <summary>The longest registered method has 18 letters.</summary>
    public const int MethodBytesMax = 32;

    /// <summary>Host with port: a DNS name has 253 bytes at most.</summary>
    public const int HostBytesMax = 255;

    /// <summary>Options of all Connection fields together: each is compared with every field, so this keeps the work linear.</summary>
    public const int ConnectionOptionsMax = 32;

    /// <summary>15 hex digits stay below 2^60, so sums of sizes stay within 63 bits.</summary>
    public const int ChunkSizeDigitsMax = 15;

    /// <summary>Extensions of one chunk; they are read and dropped.</summary>
    public const int ChunkExtensionBytesMax = 256;

    /// <summary>Extensions of one body: many small chunks with long extensions would make Naru read far more than it forwards.</summary>
    public const int BodyExtensionBytesMax = 16 * 1024;

    /// <summary>The trailer section of a chunked body, with line ends.</summary>
    public const int TrailerBytesMax = 8 * 1024;

    public const int TrailersMax = 32;

    /// <summary>Longest peer address in text: an IPv6 address with an embedded IPv4 one, and its zone.</summary>
    public const int PeerAddressBytesMax = 64;

    public const int RequestIdBytes = 32;

    /// <summary>A request id of a trusted peer longer than this is replaced.</summary>
    public const int ForeignRequestIdBytesMax = 128;

    /// <summary>The Set-Cookie value that Naru adds for stickiness.</summary>
    public const int SetCookieBytesMax = 512;

    /// <summary>The lines that Naru adds for a waiting room: a cookie that is given and one that is taken, and how to cache them.</summary>
    public const int AddedLinesBytesMax = 1024;

    /// <summary>How much longer than the received head a rewritten one can be: the headroom a buffer must have.</summary>
    public const int HeadGrowthMax = 2048;
}
