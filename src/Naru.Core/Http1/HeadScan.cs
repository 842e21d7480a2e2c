using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// Finds the end of a head in bytes that come in any pieces, looking at each byte once. Bytes that may stand in no head are
/// reported as soon as they are there, so that nobody waits for the end of a head that is refused anyway; and since the first
/// such byte is always what is reported, the result does not depend on the pieces.
/// </summary>
internal static class HeadScan
{
    /// <param name="data">What was received, from the start of the message.</param>
    /// <param name="start">Where the first line starts.</param>
    /// <param name="limits">Heads longer than <see cref="HeadLimits.HeadBytes"/> are refused.</param>
    /// <param name="searched">How far earlier calls came; kept between calls, 0 at a new message.</param>
    /// <param name="end">After the empty line.</param>
    internal static ParseResult FindEnd(
        ReadOnlySpan<byte> data, int start, in HeadLimits limits, ref int searched, out int end)
    {
        var window = data.Length > limits.HeadBytes ? data[..limits.HeadBytes] : data;
        int resume = Math.Max(start, searched - 3);
        int found = resume >= window.Length ? -1 : window[resume..].IndexOf("\r\n\r\n"u8);
        if (found >= 0)
        {
            end = resume + found + 4;
            searched = 0;
            return ParseResult.Done;
        }

        end = 0;
        // A CR that was the last byte has yet to be followed by its LF.
        int unverified = searched > start && searched <= window.Length && window[searched - 1] == HttpBytes.Cr ? searched - 1 : searched;
        var fault = FirstFault(window, Math.Max(start, unverified));
        searched = window.Length;
        if (fault != ParseResult.Done)
            return fault;
        return data.Length < limits.HeadBytes ? ParseResult.NeedMore : TooLarge(window[start..], limits);
    }

    /// <summary>
    /// The error of a complete head: its first forbidden byte if there is one, as a head in pieces would have been refused for
    /// it.
    /// </summary>
    internal static ParseResult Explain(ReadOnlySpan<byte> head, ParseResult error)
    {
        var fault = FirstFault(head, 0);
        return fault == ParseResult.Done ? error : fault;
    }

    private static ParseResult FirstFault(ReadOnlySpan<byte> data, int from)
    {
        while (from < data.Length)
        {
            int i = data[from..].IndexOfAny(HttpBytes.ControlsAndLineEnds);
            if (i < 0)
                break;
            i += from;
            if (data[i] == HttpBytes.Lf)
                return ParseResult.BareLineBreak;
            if (data[i] != HttpBytes.Cr)
                return ParseResult.ControlByte;
            if (i + 1 < data.Length && data[i + 1] != HttpBytes.Lf)
                return ParseResult.BareLineBreak;
            from = i + 2;
        }

        return ParseResult.Done;
    }

    /// <summary>414 if the request line alone is too long, else 431.</summary>
    private static ParseResult TooLarge(ReadOnlySpan<byte> window, in HeadLimits limits)
    {
        int line = window.IndexOf(HttpBytes.Cr);
        return line < 0 || line > limits.TargetBytes + HttpLimits.MethodBytesMax ? ParseResult.TargetTooLong : ParseResult.HeadTooLarge;
    }
}
