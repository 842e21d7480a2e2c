namespace Naru.Core.Http;

/// <summary>How the end of a body is known (RFC 9112 section 6.3).</summary>
public enum BodyFraming : byte
{
    /// <summary>No body, whatever the fields say.</summary>
    None,

    /// <summary>Content-Length bytes; never 0 (that is <see cref="None"/>).</summary>
    Length,

    Chunked,

    /// <summary>Responses only: what comes until the server closes.</summary>
    UntilClose,
}
