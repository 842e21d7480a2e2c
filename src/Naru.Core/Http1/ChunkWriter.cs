using System.Numerics;

namespace Naru.Core.Http1;

/// <summary>
/// Puts the chunked coding around payload that lies in a buffer with room before and behind it:
/// <c>size CRLF payload CRLF</c>, and at the end <c>0 CRLF trailers CRLF</c>.
/// </summary>
public static class ChunkWriter
{
    /// <summary>8 hex digits and CRLF.</summary>
    public const int PrefixBytesMax = 10;

    public static ReadOnlySpan<byte> Suffix => "\r\n"u8;

    /// <summary>The last chunk of a body without trailers.</summary>
    public static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    /// <summary>
    /// Writes the size line so that it ends where <paramref name="headroom"/> ends; returns its length.
    /// A chunk of size 0 would end the body, so <paramref name="payloadBytes"/> is at least 1.
    /// </summary>
    public static int WritePrefix(Span<byte> headroom, int payloadBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(payloadBytes);
        int digits = (BitOperations.Log2((uint)payloadBytes) >> 2) + 1;
        var prefix = headroom[^(digits + 2)..];
        for (int i = digits - 1, rest = payloadBytes; i >= 0; i--, rest >>= 4)
            prefix[i] = "0123456789abcdef"u8[rest & 15];
        Suffix.CopyTo(prefix[digits..]);
        return digits + 2;
    }

    /// <summary>Writes the last chunk with the trailers' lines; returns the length: at most that of the lines and 5.</summary>
    public static int WriteLast(ReadOnlySpan<byte> trailerLines, Span<byte> target)
    {
        "0\r\n"u8.CopyTo(target);
        trailerLines.CopyTo(target[3..]);
        Suffix.CopyTo(target[(3 + trailerLines.Length)..]);
        return trailerLines.Length + 5;
    }
}
