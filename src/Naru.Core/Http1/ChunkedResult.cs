namespace Naru.Core.Http1;

/// <summary>How decoding chunks went. What follows <see cref="End"/> are refusals.</summary>
public enum ChunkedResult : byte
{
    NeedMore,

    /// <summary>The body is complete, trailers included; bytes after it were not touched.</summary>
    End,

    BadSize,
    BadExtension,
    ExtensionsTooLong,

    /// <summary>A chunk's data is not followed by CRLF, or a line ends otherwise.</summary>
    BadLineEnd,
    BadTrailer,
    TrailersTooLarge,
}
