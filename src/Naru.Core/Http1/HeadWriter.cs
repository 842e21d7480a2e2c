namespace Naru.Core.Http1;

/// <summary>
/// Appends bytes to a span and never beyond it: what does not fit is remembered as overflow, which the length tells as -1.
/// </summary>
internal ref struct HeadWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;
    private int _length;
    private bool _overflow;

    internal readonly int Length => _overflow ? -1 : _length;

    internal void Add(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.TryCopyTo(_target[_length..]))
            _length += bytes.Length;
        else
            _overflow = true;
    }

    /// <summary><c>name: value CRLF</c>; the name comes with its colon and space.</summary>
    internal void AddField(scoped ReadOnlySpan<byte> nameAndColon, scoped ReadOnlySpan<byte> value)
    {
        Add(nameAndColon);
        Add(value);
        Add("\r\n"u8);
    }

    internal void AddNumber(long number)
    {
        if (System.Buffers.Text.Utf8Formatter.TryFormat(number, _target[_length..], out int written))
            _length += written;
        else
            _overflow = true;
    }
}
