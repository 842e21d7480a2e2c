using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// Takes the chunked coding off a body (RFC 9112 section 7.1), in place and in any pieces.
/// Owner: the exchange. Thread: the loop. Invariant: reads nothing beyond the end of the body, so what follows stays the next message's.
/// </summary>
public struct ChunkedDecoder
{
    private State _state;
    private byte _digits;
    private int _extension;
    private int _extensions;
    private long _remaining;

    private enum State : byte
    {
        SizeStart,
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        TrailerStart,
        Trailer,
        TrailerLf,
        EndLf,
        End,
    }

    /// <summary>The body's last byte was decoded.</summary>
    public readonly bool IsEnded => _state == State.End;

    /// <summary>
    /// Decodes what was received. The payload is moved together at the front of <paramref name="data"/>; <paramref name="consumed"/>
    /// counts the received bytes that belong to the body: all of them unless it ended. After a refusal call no more.
    /// </summary>
    public ChunkedResult Decode(Span<byte> data, TrailerBuffer trailers, out int payload, out int consumed)
    {
        payload = 0;
        int i = 0;
        var result = ChunkedResult.NeedMore;
        while (i < data.Length && result == ChunkedResult.NeedMore && _state != State.End)
        {
            if (_state == State.Data)
                MoveData(data, ref i, ref payload);
            else if (_state == State.Trailer)
                result = ReadTrailer(data, ref i, trailers);
            else if (_state == State.Extension)
                result = SkipExtension(data, ref i);
            else
                result = Step(data[i++], trailers);
        }

        consumed = i;
        return result == ChunkedResult.NeedMore && _state == State.End ? ChunkedResult.End : result;
    }

    /// <summary>The states that take one byte.</summary>
    private ChunkedResult Step(byte b, TrailerBuffer trailers)
    {
        switch (_state)
        {
            case State.SizeStart:
            case State.Size:
                return ReadSize(b);
            case State.SizeLf:
                // The last chunk has size 0 and no data: trailers follow (RFC 9112 section 7.1.2).
                _state = _remaining > 0 ? State.Data : State.TrailerStart;
                return Expect(b, HttpBytes.Lf);
            case State.DataCr:
                _state = State.DataLf;
                return Expect(b, HttpBytes.Cr);
            case State.DataLf:
                _state = State.SizeStart;
                return Expect(b, HttpBytes.Lf);
            case State.TrailerStart when b == HttpBytes.Cr:
                _state = State.EndLf;
                return ChunkedResult.NeedMore;
            case State.TrailerStart:
                _state = State.Trailer;
                return !HttpBytes.Token.Contains(b) ? ChunkedResult.BadTrailer
                    : trailers.TryAdd([b]) ? ChunkedResult.NeedMore : ChunkedResult.TrailersTooLarge;
            case State.TrailerLf:
                _state = State.TrailerStart;
                if (b != HttpBytes.Lf)
                    return ChunkedResult.BadLineEnd;
                if (!trailers.TryAdd("\r\n"u8))
                    return ChunkedResult.TrailersTooLarge;
                return trailers.TryEndLine() ? ChunkedResult.NeedMore : ChunkedResult.BadTrailer;
            default: // EndLf
                _state = State.End;
                return Expect(b, HttpBytes.Lf);
        }
    }

    private ChunkedResult ReadSize(byte b)
    {
        int digit = HttpBytes.HexDigit(b);
        if (digit >= 0)
        {
            if (_state == State.SizeStart)
            {
                _digits = 0;
                _remaining = 0;
                _state = State.Size;
            }

            if (++_digits > HttpLimits.ChunkSizeDigitsMax)
                return ChunkedResult.BadSize;
            _remaining = (_remaining << 4) | (uint)digit;
            return ChunkedResult.NeedMore;
        }

        if (_state == State.SizeStart)
            return ChunkedResult.BadSize;
        if (b == HttpBytes.Cr)
        {
            _state = State.SizeLf;
            return ChunkedResult.NeedMore;
        }

        // White space before the extension is bad though RFC 9112 section 7.1.1 tolerates it: parsers disagree on it.
        if (b != ';')
            return b == HttpBytes.Lf ? ChunkedResult.BadLineEnd : ChunkedResult.BadSize;
        _extension = 1;
        _state = State.Extension;
        return ++_extensions > HttpLimits.BodyExtensionBytesMax ? ChunkedResult.ExtensionsTooLong : ChunkedResult.NeedMore;
    }

    /// <summary>Extensions mean nothing to anyone here: they are checked for what could end a line elsewhere, and dropped.</summary>
    private ChunkedResult SkipExtension(ReadOnlySpan<byte> data, ref int i)
    {
        int length = data[i..].IndexOfAny(HttpBytes.ControlsAndLineEnds);
        int skipped = length < 0 ? data.Length - i : length;
        _extension += skipped;
        _extensions += skipped;
        i += skipped;
        if (_extension > HttpLimits.ChunkExtensionBytesMax || _extensions > HttpLimits.BodyExtensionBytesMax)
            return ChunkedResult.ExtensionsTooLong;
        if (length < 0)
            return ChunkedResult.NeedMore;
        if (data[i] != HttpBytes.Cr)
            return data[i] == HttpBytes.Lf ? ChunkedResult.BadLineEnd : ChunkedResult.BadExtension;
        i++;
        _state = State.SizeLf;
        return ChunkedResult.NeedMore;
    }

    private void MoveData(Span<byte> data, ref int i, ref int payload)
    {
        int run = (int)Math.Min(_remaining, data.Length - i);
        if (payload != i)
            data.Slice(i, run).CopyTo(data[payload..]);
        payload += run;
        i += run;
        _remaining -= run;
        if (_remaining == 0)
            _state = State.DataCr;
    }

    private ChunkedResult ReadTrailer(ReadOnlySpan<byte> data, ref int i, TrailerBuffer trailers)
    {
        int length = data[i..].IndexOfAny(HttpBytes.Cr, HttpBytes.Lf);
        int run = length < 0 ? data.Length - i : length;
        if (!trailers.TryAdd(data.Slice(i, run)))
            return ChunkedResult.TrailersTooLarge;
        i += run;
        if (length < 0)
            return ChunkedResult.NeedMore;
        if (data[i++] != HttpBytes.Cr)
            return ChunkedResult.BadLineEnd;
        _state = State.TrailerLf;
        return ChunkedResult.NeedMore;
    }

    private static ChunkedResult Expect(byte b, byte expected) => b == expected ? ChunkedResult.NeedMore : ChunkedResult.BadLineEnd;
}
