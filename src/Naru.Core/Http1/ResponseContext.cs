namespace Naru.Core.Http1;

/// <summary>What a response head cannot say about itself, but the form sent to the client must.</summary>
public readonly ref struct ResponseContext
{
    /// <summary>The current date in the form of RFC 9110 section 5.6.7 (29 bytes), for responses that lack one.</summary>
    public required ReadOnlySpan<byte> Date { get; init; }

    /// <summary>0 or 1: what the client spoke.</summary>
    public required int ClientMinorVersion { get; init; }

    /// <summary>Whether the connection to the client lives on. A body that must end by close ends it all the same.</summary>
    public required bool KeepAlive { get; init; }

    /// <summary>
    /// The whole value of one Set-Cookie line to add, at most <see cref="Http.HttpLimits.SetCookieBytesMax"/> bytes; empty:
    /// none.
    /// </summary>
    public ReadOnlySpan<byte> SetCookie { get; init; }

    /// <summary>
    /// Whole lines with CRLF to add, at most <see cref="Http.HttpLimits.AddedLinesBytesMax"/> bytes: the cookies of a waiting room.
    /// </summary>
    public ReadOnlySpan<byte> AddedLines { get; init; }
}
