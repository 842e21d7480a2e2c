namespace Naru.Core.Http1;

/// <summary>
/// One field line as offsets from the start of the data. 16 bits reach: heads are at most 64 KiB, and the empty line is not part
/// of a field.
/// </summary>
public struct HeaderField
{
    public ushort Start;
    public ushort NameEnd;
    public ushort ValueStart;
    public ushort ValueEnd;

    /// <summary>After the line's CRLF: where the next line starts.</summary>
    public ushort LineEnd;

    public FieldKind Kind;

    /// <summary>Hop-by-hop: neither matched nor forwarded.</summary>
    public bool Drop;

    public readonly ReadOnlySpan<byte> Name(ReadOnlySpan<byte> data) => data[Start..NameEnd];

    public readonly ReadOnlySpan<byte> Value(ReadOnlySpan<byte> data) => data[ValueStart..ValueEnd];
}
