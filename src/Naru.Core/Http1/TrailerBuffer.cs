using Naru.Core.Http;

namespace Naru.Core.Http1;

/// <summary>
/// Collects the trailer fields of one chunked body that may be passed on, as lines ready to be sent.
/// Owner: the exchange, pooled with its head. Thread: the loop. Invariant: whole, valid lines only in <see cref="Lines"/>.
/// </summary>
public sealed class TrailerBuffer
{
    private readonly byte[] _bytes = new byte[HttpLimits.TrailerBytesMax];
    private int _kept;
    private int _length;
    private int _received;

    /// <summary>Lines that passed on may be, each with its CRLF.</summary>
    public ReadOnlySpan<byte> Lines => _bytes.AsSpan(0, _kept);

    /// <summary>Trailer fields received, also those that were dropped.</summary>
    public int Count { get; private set; }

    public void Reset() => _kept = _length = _received = Count = 0;

    /// <summary>Adds bytes of the current line; false: beyond the limit. Dropped lines count towards it too.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        _received += bytes.Length;
        if (_received > HttpLimits.TrailerBytesMax)
            return false;
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
        return true;
    }

    /// <summary>Ends the current line, whose CRLF was added: keeps it, drops it, or refuses it.</summary>
    internal bool TryEndLine()
    {
        int position = 0;
        var line = _bytes.AsSpan(_kept, _length - _kept);
        if (++Count > HttpLimits.TrailersMax || line.ContainsAny(HttpBytes.Controls))
            return false;
        if (FieldLines.Read(line, ref position, HttpBytes.Token, out var field) != ParseResult.Done || position != line.Length)
            return false;
        if (MayForward(field, line))
            _kept = _length;
        else
            _length = _kept;
        return true;
    }

    /// <summary>
    /// RFC 9110 section 6.5.1: nothing that frames, routes, authenticates, or changes how the content is read; and nothing that
    /// Naru manages in heads, so that trailers are no way around.
    /// </summary>
    private static bool MayForward(in HeaderField field, ReadOnlySpan<byte> line)
    {
        var name = field.Name(line);
        if (field.Kind != FieldKind.Other || name.Contains((byte)'_'))
            return false;
        return !ForbiddenTrailers.Contains(name);
    }
}
